package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Step;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The node timeout is 5 s, cache-4 is the replica of cache-1. */
class ElectionPauseTest {
    private static final Instant NOW = Instant.parse("2026-11-28T06:00:00Z");
    private static final String NAMESPACE = "team";
    private static final int CANDIDATE = 4 * 5 + 1;
    private static final int VOTERS = 2 * 5 + 1;

    private final ElectionPause pause = new ElectionPause();

    private static Simulation cluster(Flavour flavour) {
        return new Simulation(Topology.of(3, 1, 0), new InMemoryCluster(Topology.of(3, 1, 0), flavour, Timing.PROMPT));
    }

    private static Step.Handover handover(Simulation cluster, String from, String to) {
        return new Step.Handover(cluster.cluster().id(from), cluster.cluster().id(to));
    }

    private boolean lasts(Simulation cluster, String from, String to, int seconds) {
        return pause.lasts(handover(cluster, from, to), cluster.view(), NOW.plusSeconds(seconds));
    }

    /**
     * Somebody else's, or that of another process.
     *
     * @param secondsBefore when all was as it had been
     */
    private void failsOver(Simulation cluster, String pod, int secondsBefore) {
        pause.seen(NAMESPACE, cluster.view(), NOW.minusSeconds(secondsBefore));
        failsOver(cluster, pod);
        pause.seen(NAMESPACE, cluster.view(), NOW);
    }

    private static void failsOver(Simulation cluster, String pod) {
        assertTrue(cluster.cluster().personFailsOver(pod));
        for (int i = 0; i < 20; i++) {
            cluster.cluster().tick();
        }
    }

    @Test
    void who_has_stood_by_this_process_stands_again_after_four_timeouts() {
        Simulation cluster = cluster(Flavour.REDIS_7);
        pause.held(handover(cluster, "cache-1", "cache-4"), NOW);
        assertTrue(lasts(cluster, "cache-2", "cache-4", CANDIDATE - 1));
        assertFalse(lasts(cluster, "cache-2", "cache-4", CANDIDATE));
    }

    @Test
    void a_primary_has_successors_elected_after_two_timeouts() {
        Simulation cluster = cluster(Flavour.REDIS_8);
        pause.held(handover(cluster, "cache-1", "cache-4"), NOW);
        assertTrue(lasts(cluster, "cache-1", "cache-5", VOTERS - 1));
        assertFalse(lasts(cluster, "cache-1", "cache-5", VOTERS));
    }

    @Test
    void an_election_that_somebody_else_asked_for_is_as_recent_as_ones_own() {
        Simulation cluster = cluster(Flavour.REDIS_7);
        failsOver(cluster, "cache-4", 3);
        assertTrue(lasts(cluster, "cache-1", "cache-4", CANDIDATE - 1));
        assertTrue(lasts(cluster, "cache-1", "cache-5", VOTERS - 1));
        assertFalse(lasts(cluster, "cache-4", "cache-1", 0), "that way nobody has stood");
        assertFalse(lasts(cluster, "cache-1", "cache-4", CANDIDATE));
    }

    @Test
    void each_is_noted_once() {
        Simulation cluster = cluster(Flavour.REDIS_7);
        failsOver(cluster, "cache-4", 3);
        pause.seen(NAMESPACE, cluster.view(), NOW.plusSeconds(10));
        assertFalse(lasts(cluster, "cache-1", "cache-4", CANDIDATE));
    }

    @Test
    void one_that_may_be_long_past_is_not_taken_for_recent() {
        Simulation cluster = cluster(Flavour.REDIS_7);
        failsOver(cluster, "cache-4", 61);
        assertFalse(lasts(cluster, "cache-1", "cache-4", 0));
    }

    @Test
    void a_copy_of_the_cluster_in_another_namespace_is_another_one() {
        Simulation cluster = cluster(Flavour.REDIS_7);
        Simulation copy = cluster(Flavour.REDIS_7);
        failsOver(copy, "cache-4");
        pause.seen(NAMESPACE, cluster.view(), NOW);
        pause.seen("another", copy.view(), NOW);
        pause.seen(NAMESPACE, cluster.view(), NOW);
        assertFalse(lasts(cluster, "cache-1", "cache-4", 0));
    }

    @Test
    void valkey_has_no_such_rule() {
        Simulation cluster = cluster(Flavour.VALKEY_8);
        failsOver(cluster, "cache-4", 3);
        assertFalse(lasts(cluster, "cache-1", "cache-4", 0));
    }
}
