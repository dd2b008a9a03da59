package dev.redismaintenance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One view from what many say. */
class ViewBuilderTest {
    private static final Topology SMALL = Topology.of(3, 1, 1);

    private static Simulation settled() {
        Simulation simulation = new Simulation(SMALL);
        simulation.cluster().tick(3);
        return simulation;
    }

    @Test
    void a_settled_cluster_is_seen_alike_by_all() {
        ClusterView view = settled().view();
        assertTrue(view.agreed());
        assertEquals(7, view.all().size());
        assertEquals(3, view.voters().count());
        assertEquals(2, view.quorum());
        assertTrue(view.uncovered().isEmpty());
        assertTrue(view.all().stream().allMatch(m -> m.inSync() && m.available()), view.toString());
    }

    @Test
    void views_that_differ_are_told_with_both_sides_and_the_map_is_the_majoritys() {
        Simulation simulation = settled();
        simulation.cluster().deafen("cache-1", true);
        simulation.cluster().personFailsOver("cache-3");
        simulation.cluster().tick(4);
        ClusterView view = simulation.view();
        assertFalse(view.agreed());
        assertTrue(view.disagreements().stream().anyMatch(d -> d.contains("cache-3 is primary of [0-5460] to") && d.contains("to cache-1")), "" + view.disagreements());
        assertEquals(Role.PRIMARY, view.ofPod("cache-3").orElseThrow().role());
    }

    @Test
    void a_node_that_knows_no_other_is_isolated_and_has_no_say() {
        Simulation simulation = settled();
        simulation.cluster().loseDisk("cache-3");
        ClusterView view = simulation.view();
        Member lost = view.ofPod("cache-3").orElseThrow();
        assertTrue(lost.isolated());
        assertFalse(lost.available());
        assertTrue(view.agreed(), "" + view.disagreements());
        assertEquals(8, view.all().size(), "the old id is remembered by the others");
    }

    @Test
    void a_silent_pod_is_matched_by_its_address_and_else_by_what_was_recorded() {
        Simulation simulation = settled();
        simulation.cluster().kill("cache-3");
        assertEquals(Optional.of("cache-3"), simulation.view().member(simulation.cluster().id("cache-3")).flatMap(Member::pod).map(PodFacts::name));
        NodeId id = simulation.cluster().id("cache-3");
        PodFacts away = new PodFacts("cache-3", "uid", Optional.empty(), Optional.of("worker-3"), Optional.empty(), false, false, false, false, List.of(), Optional.empty());
        List<Probe> probes = new java.util.ArrayList<>(List.of(Probe.silent(away, "no address yet")));
        simulation.pods().all().stream().filter(p -> !p.name().equals("cache-3"))
                .forEach(p -> probes.add(Probe.answered(p, simulation.view().ofPod(p.name()).orElseThrow().report().orElseThrow())));
        assertEquals(Optional.of("no address yet"), ViewBuilder.build(probes, Map.of("cache-3", id)).member(id).flatMap(Member::problem));
        assertEquals(Optional.empty(), ViewBuilder.build(probes, Map.of()).member(id).flatMap(Member::pod));
    }

    @Test
    void what_one_of_them_suspects_is_failing() {
        Simulation simulation = settled();
        simulation.cluster().kill("cache-6");
        assertFalse(simulation.view().member(simulation.cluster().id("cache-6")).orElseThrow().failing());
        simulation.cluster().tick(8);
        assertTrue(simulation.view().member(simulation.cluster().id("cache-6")).orElseThrow().failing());
        assertTrue(simulation.view().agreed());
    }

    @Test
    void after_a_handover_the_shard_is_the_same_with_other_roles() {
        Simulation simulation = settled();
        ClusterView now = simulation.view();
        ClusterView planned = now.afterHandover(simulation.cluster().id("cache-0"), simulation.cluster().id("cache-3"));
        simulation.cluster().personFailsOver("cache-3");
        simulation.cluster().tick(5);
        ClusterView real = simulation.view();
        for (Member m : real.all()) {
            Member expected = planned.member(m.id()).orElseThrow();
            assertEquals(expected.role() + " " + expected.primary() + " " + expected.slots(), m.role() + " " + m.primary() + " " + m.slots());
        }
    }

    @Test
    void what_another_maintenance_gave_a_server_is_not_recorded_as_its_own() {
        Simulation simulation = new Simulation(Topology.of(3, 2, 0), new InMemoryCluster(Topology.of(3, 2, 0), Flavour.REDIS_8, Timing.PROMPT));
        Maintenance first = simulation.ask("first", "cache-3");
        simulation.run(first);
        NodeId primary = simulation.cluster().id("cache-0");
        Placement own = simulation.placement(simulation.ask("second", "cache-6"));
        assertEquals(Optional.of("1048576"), own.setting(primary, Setting.REPL_BACKLOG_SIZE));
        simulation.cluster().personSets("cache-0", Setting.REPL_BACKLOG_SIZE, "77777777");
        assertEquals(Optional.of("77777777"), simulation.placement(simulation.ask("third", "cache-6")).setting(primary, Setting.REPL_BACKLOG_SIZE));
    }
}
