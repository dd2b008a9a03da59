package dev.redismaintenance.operator;

import static dev.redismaintenance.operator.MachineScene.NODE;
import static dev.redismaintenance.operator.MachineScene.apply;
import static dev.redismaintenance.operator.MachineScene.applyNode;
import static dev.redismaintenance.operator.MachineScene.change;
import static dev.redismaintenance.operator.MachineScene.enter;
import static dev.redismaintenance.operator.MachineScene.leave;
import static dev.redismaintenance.operator.MachineScene.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dryRun: true} for a whole Kubernetes Node, against the loop in memory. */
class MachineDryRunTest {
    /** cache-0 and cache-4 are on one machine: a primary, and the replica of cache-1. */
    private final World world = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
    private final String before = world.state();
    private final MaintenanceLoop operator = world.operator();

    @Test
    void a_dry_run_says_all_steps_of_all_pods_and_touches_nothing() {
        apply(world, spec -> spec.setDryRun(true));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        List<String> steps = world.kubernetes.get("patch").orElseThrow().getStatus().getPlan().stream().map(PlanStep::getStep).toList();
        assertEquals("CordonNode", steps.get(0));
        assertEquals(2, steps.stream().filter("BeginPod"::equals).count());
        assertTrue(steps.contains("Handover"));
        turns(world, operator, 5);
        assertEquals(before.replace("resources []", "resources [patch]"), world.state());
        assertFalse(world.pods.cordoned(NODE));
        apply(world, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void what_a_dry_run_has_said_is_what_is_done_when_it_is_asked_in_truth(int replicas) {
        List<String> done = new ArrayList<>();
        World foreseen = new World(Topology.of(3, replicas, 0).onMachine(NODE, replicas == 0 ? "cache-0" : "cache-4"))
                .watchedBy((resource, decision) -> {
                    if (decision instanceof Decision.Act act && !act.step().kind().equals(Step.Kind.CountSlots)) {
                        done.add(act.step().kind().name());
                    }
                });
        MaintenanceLoop loop = foreseen.operator();
        applyNode(foreseen, "patch", NODE, spec -> spec.setDryRun(true));
        foreseen.until(loop, "planned", () -> foreseen.ready("patch").equals("False Planned"));
        assertEquals(List.of(), done);
        List<String> plan = foreseen.kubernetes.get("patch").orElseThrow().getStatus().getPlan().stream().map(PlanStep::getStep)
                .filter(step -> !step.equals(Step.Kind.CountSlots.name())).toList();
        applyNode(foreseen, "patch", NODE, spec -> { });
        foreseen.untilReady(loop, "patch", Reason.InMaintenance);
        assertEquals(plan, done);
        assertTrue(plan.contains(replicas == 0 ? "MoveSlots" : "Handover"), plan::toString);
    }

    @Test
    void a_dry_run_of_leaving_says_who_comes_back_in_which_order_and_touches_nothing() {
        enter(world, operator);
        String in = all();
        apply(world, spec -> dry(spec, Mode.Off));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        turns(world, operator, 20);
        assertEquals(in, all());
        assertEquals("False Planned", world.ready("patch"));
        assertEquals(List.of("UncordonNode " + NODE, "EndPod cache-4", "EndPod cache-0"), ofTheWhole());
        assertEquals("dry run: nothing was touched; 16 step(s) are foreseen, see status.plan; then: Kubernetes Node worker-0: the NodeMaintenances of all its pods have ended."
                + " Set dryRun: false to have it done", world.message("patch"));
        assertTrue(world.condition("patch", ConditionType.Restored).isEmpty(), "nothing is on its way out");
        apply(world, spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(before.replace("resources []", "resources [patch]"), world.state());
        assertFalse(world.pods.cordoned(NODE));
        String out = all();
        apply(world, spec -> dry(spec, Mode.Off));
        turns(world, operator, 10);
        assertEquals("True Restored", world.ready("patch"));
        assertEquals(out, all());
    }

    @Test
    void a_dry_run_of_leaving_leaves_the_cordon_of_a_person_out_and_is_no_dry_run_for_whom_it_is_deleted() {
        world.pods.cordon(NODE);
        enter(world, operator);
        apply(world, spec -> dry(spec, Mode.Off));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        assertEquals(List.of("EndPod cache-4", "EndPod cache-0"), ofTheWhole());
        leave(world, operator);
        assertEquals(before, world.state());
        assertTrue(world.pods.cordoned(NODE));
    }

    @Test
    void withdrawn_as_a_dry_run_on_the_way_in_it_stops_where_it_is() {
        apply(world, spec -> { });
        world.until(operator, "marked", () -> world.pods.closed().contains("cache-0"));
        apply(world, spec -> dry(spec, Mode.Off));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        String stopped = all();
        turns(world, operator, 20);
        assertEquals(stopped, all());
        assertEquals(List.of("UncordonNode " + NODE, "EndPod cache-0"), ofTheWhole());
        apply(world, spec -> spec.setMode(Mode.Off));
        world.until(operator, "restored", () -> {
            assertEquals(Role.PRIMARY, world.cluster.role("cache-0"), "it went on");
            return world.ready("patch").equals("True Restored");
        });
        assertEquals(before.replace("resources []", "resources [patch]"), world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void withdrawn_as_a_dry_run_one_that_had_come_to_a_stop_does_not_go_on_when_it_could() {
        apply(world, spec -> { });
        world.until(operator, "second begun", () -> world.kubernetes.get("patch-cache-4").isPresent());
        world.cluster.deny("cache-4", "config|set");
        world.until(operator, "stopped", () -> world.stalled("patch"));
        apply(world, spec -> dry(spec, Mode.Off));
        turns(world, operator, 5);
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains(", and then it would come to a stop: pod cache-0: CommandsPermitted: "), world.message("patch"));
        String stopped = all();
        world.cluster.allowAll("cache-4");
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        turns(world, operator, 20);
        assertEquals(stopped, all());
        assertEquals(List.of("UncordonNode " + NODE, "EndPod cache-4", "EndPod cache-0"), ofTheWhole());
    }

    @Test
    void a_dry_run_on_the_way_out_lets_those_come_back_that_are_deleted_and_keeps_the_others() {
        enter(world, operator);
        apply(world, spec -> spec.setMode(Mode.Off));
        world.until(operator, "one is deleted", () -> world.kubernetes.get("patch-cache-4").filter(m -> m.getMetadata().getDeletionTimestamp() != null).isPresent());
        apply(world, spec -> dry(spec, Mode.Off));
        world.turn(operator);
        assertTrue(world.message("patch").contains("; pod cache-4 is coming back already"), world.message("patch"));
        world.until(operator, "back", () -> world.kubernetes.get("patch-cache-4").isEmpty());
        turns(world, operator, 20);
        assertEquals(List.of("patch", "patch-cache-0"), world.kubernetes.names());
        assertEquals(List.of("EndPod cache-0"), ofTheWhole());
        assertEquals("False Planned", world.ready("patch"));
    }

    @Test
    void asked_in_again_as_a_dry_run_on_the_way_out_nothing_is_cordoned_before_it_is_asked_in_truth() {
        enter(world, operator);
        apply(world, spec -> spec.setMode(Mode.Off));
        world.until(operator, "uncordoned", () -> !world.pods.cordoned(NODE));
        apply(world, spec -> dry(spec, Mode.On));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        String stopped = all();
        turns(world, operator, 20);
        assertEquals(stopped, all());
        assertFalse(world.pods.cordoned(NODE));
        assertEquals("CordonNode " + NODE, ofTheWhole().get(0));
        apply(world, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertTrue(world.pods.cordoned(NODE));
        leave(world, operator);
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void made_a_dry_run_while_in_maintenance_it_stays_in_maintenance_and_says_so() {
        enter(world, operator);
        turns(world, operator, 5);
        String told = world.message("patch");
        String in = world.state();
        apply(world, spec -> dry(spec, Mode.On));
        turns(world, operator, 20);
        assertEquals("True InMaintenance", world.ready("patch"));
        assertEquals(told, world.message("patch"));
        assertEquals(List.of(), ofTheWhole());
        assertEquals(in, world.state());
        assertTrue(world.pods.cordoned(NODE));
        world.pods.uncordon(NODE);
        turns(world, operator, 5);
        assertTrue(world.message("patch").contains("somebody has uncordoned it"), world.message("patch"));
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @Test
    void made_a_dry_run_on_the_way_in_it_stops_and_says_what_is_left() {
        apply(world, spec -> { });
        world.until(operator, "marked", () -> world.pods.closed().contains("cache-0"));
        apply(world, spec -> dry(spec, Mode.On));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        String stopped = all();
        turns(world, operator, 20);
        assertEquals(stopped, all());
        assertEquals("dry run: nothing was touched; pod cache-0 is stopped on the way in, status.plan says what is left to do there; how it goes on with pod cache-4 shows after that."
                + " Set dryRun: false to have it done", world.message("patch"));
        List<String> steps = world.kubernetes.get("patch").orElseThrow().getStatus().getPlan().stream().map(PlanStep::getStep).toList();
        assertTrue(steps.contains("Handover") && !steps.contains("BeginPod"), steps.toString());
        apply(world, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    @Test
    void one_of_its_own_that_is_made_a_dry_run_by_hand_is_told_and_never_taken_for_one_in_maintenance() {
        apply(world, spec -> { });
        world.until(operator, "second begun", () -> world.kubernetes.get("patch-cache-4").isPresent());
        change(world, "patch-cache-4", spec -> spec.setDryRun(true));
        world.until(operator, "told", () -> world.ready("patch").equals("False SwitchedOff"));
        change(world, "patch-cache-4", spec -> spec.setDryRun(false));
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    private static void dry(NodeMaintenanceSpec spec, Mode mode) {
        spec.setMode(mode);
        spec.setDryRun(true);
    }

    /** All that a dry run may not change: servers, marks, the cordon, and what is asked of the pods. */
    private String all() {
        return world.state() + "\ncordoned " + world.pods.cordoned(NODE) + "\n" + world.kubernetes.names().stream().filter(name -> !name.equals("patch"))
                .map(name -> world.kubernetes.get(name).orElseThrow()).map(m -> Serialization.asJson(m.getSpec()) + m.getMetadata().getDeletionTimestamp()).toList();
    }

    private List<String> ofTheWhole() {
        return world.kubernetes.get("patch").orElseThrow().getStatus().getPlan().stream().filter(step -> List.of("CordonNode", "UncordonNode", "BeginPod", "EndPod").contains(step.getStep()))
                .map(step -> step.getStep() + " " + step.getTo()).toList();
    }
}
