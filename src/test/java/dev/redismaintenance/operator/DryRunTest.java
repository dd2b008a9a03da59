package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code dryRun: true} against the loop in memory. */
class DryRunTest {
    private final World world = new World(Topology.of(3, 1, 1));
    private final String before = state();
    private final MaintenanceLoop operator = world.operator();

    @Test
    void the_plan_is_in_the_status_and_nothing_is_touched() {
        plan("patch", "cache-1");
        List<PlanStep> plan = world.kubernetes.get("patch").orElseThrow().getStatus().getPlan();
        assertEquals(List.of("TakeSnapshot", "WriteMark", "SetSetting", "SetSetting", "Handover", "RecordLoan", "SetSetting", "Replicate", "LetGo"), kinds(plan));
        PlanStep handover = plan.get(4);
        assertEquals("cache-1 cache-4", handover.getFrom() + " " + handover.getTo());
        assertEquals(6, handover.getGates().size());
        assertEquals(1, handover.getSurvives());
        assertTrue(world.message("patch").contains("9 step(s) are foreseen") && world.message("patch").contains("dryRun: false"), world.message("patch"));
        assertEquals(before, state());
        assertEquals(List.of(), world.cluster.changes());
    }

    @Test
    void while_nothing_happens_nothing_is_written() {
        plan("patch", "cache-1");
        int writes = world.kubernetes.writes();
        turns("patch", 30);
        assertEquals(writes, world.kubernetes.writes());
    }

    @Test
    void switched_to_a_real_run_it_does_it_and_the_plan_is_gone() {
        plan("patch", "cache-1");
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertEquals(List.of(), world.kubernetes.get("patch").orElseThrow().getStatus().getPlan());
        leave("patch");
        assertEquals(before, state());
    }

    @Test
    void in_maintenance_it_shows_the_way_back_and_stays() {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        String inMaintenance = state();
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setDryRun(true);
        });
        world.until(operator, "planned", () -> world.ready("patch").equals("False " + Reason.Planned));
        assertTrue(kinds(status().getStatus().getPlan()).containsAll(List.of("Handover", "RemoveMark", "DeleteSnapshot")), kinds(status().getStatus().getPlan()).toString());
        assertEquals(inMaintenance, state());
        leave("patch");
        assertEquals(before, state());
    }

    @Test
    void of_leaving_by_another_snapshot_it_shows_that_both_are_deleted() {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.copySnapshotByHand("by-hand");
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("by-hand");
            spec.setDryRun(true);
        });
        world.until(operator, "planned", () -> world.ready("patch").equals("False " + Reason.Planned));
        List<PlanStep> plan = status().getStatus().getPlan();
        assertEquals(List.of("DeleteSnapshot", "RemoveMark", "DeleteSnapshot"), kinds(plan).subList(plan.size() - 3, plan.size()));
        assertEquals(2, world.kubernetes.snapshotNames().size());
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("by-hand");
        });
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(before, state(), "the spare that its own snapshot notes as lent is home as well");
    }

    @Test
    void made_a_dry_run_while_in_maintenance_it_stays_in_maintenance() {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setDryRun(true));
        turns("patch", 5);
        assertEquals("True " + Reason.InMaintenance, world.ready("patch"));
        leave("patch");
        assertEquals(before, state());
    }

    @Test
    void a_dry_run_stands_in_nobodys_way() {
        plan("plan", "cache-1");
        world.kubernetes.apply("patch", "cache-2", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave("patch");
        assertEquals(before, state());
    }

    @Test
    void nor_does_one_of_leaving_nor_one_that_stopped_a_maintenance_on_its_way_in() {
        world.kubernetes.apply("plan", "cache-1", spec -> { });
        world.until(operator, "on its way in", () -> world.ready("plan").equals("False " + Reason.HandingOver));
        world.kubernetes.apply("plan", "cache-1", spec -> spec.setDryRun(true));
        inAndOutAgain();
        world.kubernetes.apply("plan", "cache-1", spec -> { });
        world.untilReady(operator, "plan", Reason.InMaintenance);
        world.kubernetes.apply("plan", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setDryRun(true);
        });
        inAndOutAgain();
        assertEquals("False " + Reason.Planned, world.ready("plan"));
        leave("plan");
        assertEquals(before, state());
    }

    private void inAndOutAgain() {
        world.kubernetes.apply("patch", "cache-2", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave("patch");
    }

    @Test
    void what_would_be_refused_says_so() {
        World alone = new World(Topology.of(3, 0, 0));
        MaintenanceLoop loop = alone.operator();
        alone.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setDryRun(true);
            spec.setDemoteNode(true);
        });
        alone.until(loop, "refused", () -> alone.stalled("patch"));
        assertEquals("False " + Reason.NoEligibleReplica, alone.ready("patch"));
        assertTrue(alone.message("patch").startsWith("dry run: it would be refused: "), alone.message("patch"));
        assertNull(alone.kubernetes.get("patch").orElseThrow().getStatus().getFailureTolerance().getInMaintenance(), "nobody foresees that it is ever in maintenance");
    }

    private void plan(String name, String pod) {
        world.kubernetes.apply(name, pod, spec -> spec.setDryRun(true));
        world.until(operator, "planned", () -> world.ready(name).equals("False " + Reason.Planned));
    }

    /** All but the NodeMaintenances themselves. */
    private String state() {
        return world.state().replaceAll("resources \\[.*?]", "");
    }

    private NodeMaintenance status() {
        return world.kubernetes.get("patch").orElseThrow();
    }

    private static List<String> kinds(List<PlanStep> plan) {
        return plan.stream().map(PlanStep::getStep).toList();
    }

    private void turns(String name, int count) {
        for (int i = 0; i < count; i++) {
            world.turn(operator);
        }
        assertTrue(world.kubernetes.get(name).isPresent());
    }

    private void leave(String name) {
        world.kubernetes.delete(name);
        world.until(operator, "gone", () -> world.kubernetes.get(name).isEmpty());
    }
}
