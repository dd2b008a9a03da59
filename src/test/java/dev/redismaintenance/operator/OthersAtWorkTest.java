package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.memory.Pods;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OthersAtWorkTest {
    private static final Mark CLOSED = new Mark("patch", "kernel", "2026-11-28T06:00:00Z", "maintenance-cache-1", false);

    private final Pods pods = new Simulation(Topology.of(3, 0, 0)).pods();
    private boolean acting;
    private final OthersAtWork others = new OthersAtWork(namespace -> acting);

    private boolean since() {
        return others.since("team", pods.all());
    }

    private List<PodFacts> with(Optional<Mark> mark) {
        List<PodFacts> all = new ArrayList<>(pods.all());
        all.replaceAll(pod -> pod.name().equals("cache-1") ? pod.marked(mark) : pod);
        return all;
    }

    @Test
    void at_the_first_look_nothing_is_known() {
        assertFalse(others.since("team", with(Optional.of(CLOSED))));
    }

    @Test
    void where_nothing_changes_nobody_was_at_work() {
        assertFalse(since());
        assertFalse(since());
    }

    @Test
    void a_pod_that_was_closed_shows_it_once() {
        since();
        assertTrue(others.since("team", with(Optional.of(CLOSED))));
        assertFalse(others.since("team", with(Optional.of(CLOSED))));
    }

    @Test
    void so_does_one_that_was_opened() {
        others.since("team", with(Optional.of(CLOSED)));
        assertTrue(since());
    }

    @Test
    void of_another_namespace_it_says_nothing() {
        others.since("another", with(Optional.of(CLOSED)));
        assertFalse(since());
    }

    @Test
    void the_marks_of_this_process_are_its_own_also_when_it_is_through() {
        since();
        acting = true;
        assertFalse(others.since("team", with(Optional.of(CLOSED))));
        acting = false;
        assertFalse(others.since("team", with(Optional.of(CLOSED))));
    }

    @Test
    void a_pod_that_was_made_anew_has_lost_its_mark_by_nobodys_work() {
        others.since("team", with(Optional.of(CLOSED)));
        assertFalse(others.since("team", pods.all().stream().filter(pod -> !pod.name().equals("cache-1")).toList()));
    }
}
