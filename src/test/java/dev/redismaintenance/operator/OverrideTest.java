package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code overrideGates} against the loop in memory. */
class OverrideTest {
    /** The only other copy of cache-1's shard is on its own machine. */
    private final World world = new World(Topology.of(3, 1, 0).onMachine("worker-1", "cache-1", "cache-4")).honouringOverrides();
    private final String before = world.state();
    private final MaintenanceLoop operator = world.operator();

    @Test
    void what_a_gate_refuses_is_done_when_it_is_named_and_told_with_what_it_found() {
        world.kubernetes.apply("patch", "cache-4", spec -> { });
        world.until(operator, "refused", () -> world.ready("patch").equals("False " + Reason.GateRefused));
        assertTrue(world.message("patch").startsWith("RedundancyKept"), world.message("patch"));

        world.kubernetes.apply("patch", "cache-4", spec -> spec.setOverrideGates(List.of("RedundancyKept")));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertEquals(GateAnswer.Overridden, gate("RedundancyKept").getVerdict());
        assertEquals(GateAnswer.Passed, gate("QuorumSafe").getVerdict());
        assertTrue(world.message("patch").contains("the word of who had gates passed over: RedundancyKept was passed over as spec.overrideGates"), world.message("patch"));
        assertTrue(world.kubernetes.events().stream().anyMatch(e -> e.reason().equals("GateOverridden") && e.warning()
                && e.message().contains("it finds: ")), () -> "" + world.kubernetes.events());
        leave();
    }

    @Test
    void a_gate_that_is_not_named_still_refuses() {
        world.kubernetes.apply("patch", "cache-4", spec -> spec.setOverrideGates(List.of("QuorumSafe")));
        world.until(operator, "refused", () -> world.ready("patch").equals("False " + Reason.GateRefused));
        leave();
    }

    @Test
    void a_name_that_changes_nothing_is_not_told() {
        World orderly = new World(Topology.of(3, 1, 0)).honouringOverrides();
        MaintenanceLoop loop = orderly.operator();
        orderly.kubernetes.apply("patch", "cache-4", spec -> spec.setOverrideGates(List.of("RedundancyKept")));
        orderly.untilReady(loop, "patch", Reason.InMaintenance);
        assertTrue(orderly.kubernetes.events().stream().noneMatch(e -> e.reason().equals("GateOverridden")));
    }

    @Test
    void room_that_is_not_there_cannot_be_passed_over() {
        world.kubernetes.apply("patch", "cache-4", spec -> spec.setOverrideGates(List.of("CapacityAvailable")));
        world.until(operator, "refused", () -> world.ready("patch").equals("False " + Reason.InsufficientCapacity));
        leave();
    }

    @Test
    void an_operator_that_was_not_told_to_honour_it_refuses() {
        World strict = new World(Topology.of(3, 1, 0));
        MaintenanceLoop loop = strict.operator();
        strict.kubernetes.apply("patch", "cache-4", spec -> spec.setOverrideGates(List.of("RedundancyKept")));
        strict.until(loop, "refused", () -> strict.ready("patch").equals("False " + Reason.OverridesOff));
    }

    private GateStatus gate(String name) {
        NodeMaintenance m = world.kubernetes.get("patch").orElseThrow();
        return m.getStatus().getGates().stream().filter(g -> g.getName().equals(name)).findFirst().orElseThrow();
    }

    private void leave() {
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }
}
