package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import org.junit.jupiter.api.Test;

/** All pods restart together at new addresses: what does the operator do by itself, and what only when it is told to? */
class RestartedTogetherTest {
    private final World world = new World(Topology.of(3, 1, 0));
    private final String before = world.state();

    private long meetings() {
        return world.cluster.calls().stream().filter(c -> c.what().equals("meet")).count();
    }

    private MaintenanceLoop enter() {
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.pods.cutPower();
        return operator;
    }

    @Test
    void without_the_setting_it_says_what_to_do_and_touches_no_server() {
        MaintenanceLoop operator = enter();
        world.until(operator, "said", () -> world.ready("patch").equals("False " + Reason.Scattered));
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains("(CLUSTER MEET ") && world.message("patch").contains("redis-maintenance.heal-restarted-clusters=true"), world.message("patch"));
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        for (int i = 0; i < 20; i++) {
            world.turn(operator);
        }
        assertEquals("False " + Reason.Scattered, world.ready("patch"));
        assertEquals(0, meetings());
    }

    @Test
    void with_the_setting_they_are_introduced_to_each_other_and_everything_comes_back() {
        world.healing();
        MaintenanceLoop operator = enter();
        world.until(operator, "noticed", () -> world.ready("patch").equals("False " + Reason.Reuniting));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }
}
