package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Is everything held back while a failover has not shown its outcome? */
class FlightsTest {
    /** A failover takes four seconds. */
    private static final Timing SLOW_FAILOVER = new Timing(0, 4, 1, 20, 30);

    private final World world = new World(Topology.of(3, 1, 0), Flavour.VALKEY_9, SLOW_FAILOVER);
    private final String before = world.state();

    @Test
    void a_deletion_while_the_failover_is_under_way_waits_for_it_and_then_hands_back() {
        MaintenanceLoop operator = world.operator();
        askForFailover(operator);
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        pass(20);
        assertEquals(before, world.state());
    }

    @Test
    void a_new_process_waits_for_the_failover_that_the_one_before_it_asked_for() {
        askForFailover(world.operator());
        world.kubernetes.delete("patch");
        MaintenanceLoop next = world.operator();
        world.until(next, "gone", () -> world.kubernetes.get("patch").isEmpty());
        pass(20);
        assertEquals(before, world.state());
    }

    @Test
    void a_failover_is_asked_for_again_after_its_bound_and_a_person_is_told_after_three_times() {
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.cluster.onCall(call -> {
            if (call.what().equals("failover")) {
                world.cluster.cutLink("cache-4", true);
            }
        });
        world.until(operator, "three tries", () -> {
            world.cluster.cutLink("cache-4", world.cluster.failoverRunning());
            return world.ready("patch").equals("False " + Reason.HandoverFailed);
        });
        assertEquals(3, failovers().size());
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains("cache-4 was asked 3 times"), world.message("patch"));
    }

    private void askForFailover(MaintenanceLoop operator) {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.until(operator, "a failover was asked for", () -> !failovers().isEmpty());
        assertEquals(dev.redismaintenance.cluster.Role.PRIMARY, world.cluster.role("cache-1"), "it has not happened yet");
    }

    private List<?> failovers() {
        return world.cluster.changes().stream().filter(c -> c.what().equals("failover")).toList();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            world.pass();
        }
    }
}
