package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.gate.Takeover;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Is what somebody else fails over noticed, waited for, and not for ever? The node timeout is 5 s, so the quiet is 10 s. */
class ForeignFailoversTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final World world = new World(Topology.of(3, 1, 0));
    private final String before = world.state();
    private final ForeignFailovers foreign = new ForeignFailovers();
    private final ClusterView view = new dev.redismaintenance.memory.Simulation(Topology.of(3, 1, 0)).view();

    @Test
    void a_failover_of_another_shard_holds_up_entering_until_the_cluster_has_come_to_rest() throws ServerException {
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.turn(operator);
        byHand("cache-3");
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.WaitingForTurn));
        assertTrue(world.message("patch").contains("from cache-0 to cache-3") && world.message("patch").contains("s more"), world.message("patch"));
        assertFalse(world.stalled("patch"));
        assertEquals(Role.PRIMARY, world.cluster.role("cache-1"), "nothing is handed over meanwhile");
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertEquals(Role.PRIMARY, world.cluster.role("cache-3"), "what a person did is not undone");
    }

    @Test
    void a_failover_onto_the_closed_node_is_undone_when_the_cluster_has_come_to_rest() throws ServerException {
        MaintenanceLoop operator = entered();
        byHand("cache-1");
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.WaitingForTurn));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertEquals(Role.REPLICA, world.cluster.role("cache-1"));
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }

    @Test
    void leaving_waits_for_it_and_then_ends() throws ServerException {
        MaintenanceLoop operator = entered();
        byHand("cache-3");
        world.kubernetes.delete("patch");
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.WaitingForTurn));
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(Role.PRIMARY, world.cluster.role("cache-1"));
    }

    @Test
    void a_new_process_has_nothing_to_compare_with_and_does_not_wait() throws ServerException {
        entered();
        byHand("cache-3");
        for (int i = 0; i < 5; i++) {
            world.pass();
        }
        world.kubernetes.delete("patch");
        MaintenanceLoop next = world.operator();
        world.until(next, "gone", () -> {
            assertFalse(world.ready("patch").contains(Reason.WaitingForTurn.name()), world.message("patch"));
            return world.kubernetes.get("patch").isEmpty();
        });
    }

    @Test
    void each_is_told_once_for_twice_the_node_timeout_and_what_was_seen_long_ago_is_not_compared() {
        assertEquals(List.of(), look(view, 0));
        ClusterView after = failedOver("cache-0", "cache-3");
        Takeover taken = Takeover.done(view.ofPod("cache-0").orElseThrow().slots(), "cache-0", "cache-3", Duration.ofSeconds(10));
        assertEquals(List.of(taken), look(after, 2));
        assertEquals(List.of(Duration.ofSeconds(1)), look(after, 11).stream().map(Takeover::left).toList());
        assertEquals(List.of(), look(after, 12));
        assertEquals(List.of(), look(view, 12 + 61), "nobody knows when in the last minute that was");
    }

    @Test
    void what_we_asked_for_is_ours_once() {
        look(view, 0);
        foreign.asked("ns", new Step.Handover(view.ofPod("cache-0").orElseThrow().id(), view.ofPod("cache-3").orElseThrow().id()), START.plusSeconds(1));
        assertEquals(List.of(), look(failedOver("cache-0", "cache-3"), 2));
        assertEquals(1, look(view, 3).size(), "somebody has failed it back");
    }

    @Test
    void what_a_predecessor_asked_for_is_ours() {
        look(view, 0);
        foreign.inherited("ns", view.ofPod("cache-0").orElseThrow().id(), START);
        assertEquals(List.of(), look(failedOver("cache-0", "cache-3"), 2));
    }

    @Test
    void after_another_operator_was_at_work_it_is_compared_with_nothing() {
        look(view, 0);
        foreign.forget("ns");
        assertEquals(List.of(), look(failedOver("cache-0", "cache-3"), 2));
    }

    @Test
    void a_primary_that_holds_back_writes_for_a_failover_is_told_by_a_new_process_too_unless_it_is_ours() {
        ClusterView failing = view.withReport(view.ofPod("cache-2").orElseThrow().id(), r -> new dev.redismaintenance.cluster.NodeReport(r.flavour(), r.version(), r.runId(),
                r.stateOk(), r.currentEpoch(), r.keys(), r.loading(), failingOver(r.replication()), r.memory(), r.settings(), r.rows(), r.way(), r.jobs()));
        assertEquals(List.of(Takeover.underWay(view.ofPod("cache-2").orElseThrow().slots(), "cache-2")), look(failing, 0));
        foreign.asked("ns", new Step.Handover(view.ofPod("cache-2").orElseThrow().id(), view.ofPod("cache-5").orElseThrow().id()), START.plusSeconds(1));
        assertEquals(List.of(), look(failing, 2));
    }

    private static Replication failingOver(Replication r) {
        return new Replication(r.role(), r.linkUp(), r.syncing(), r.offset(), r.syncReadBytes(), r.syncTotalBytes(), r.outputBytesPerSecond(), r.replicas(), r.from(), true);
    }

    private ClusterView failedOver(String from, String to) {
        return view.afterHandover(view.ofPod(from).orElseThrow().id(), view.ofPod(to).orElseThrow().id());
    }

    private List<Takeover> look(ClusterView seen, long seconds) {
        return foreign.look("ns", seen, START.plusSeconds(seconds));
    }

    private MaintenanceLoop entered() {
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        return operator;
    }

    private void byHand(String replica) throws ServerException {
        world.cluster.failover(new Endpoint(world.cluster.ip(replica), 6379, ConnectionSettings.PLAIN));
    }
}
