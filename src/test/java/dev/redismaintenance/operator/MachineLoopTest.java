package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole Kubernetes Node in maintenance, against the loop in memory; the servers' invariants are asserted after every turn. */
class MachineLoopTest {
    private static final String NODE = "worker-0";
    /** cache-0 and cache-4 are on one machine: a primary, and the replica of cache-1. */
    private final World world = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
    private final String before = world.state();
    private final MaintenanceLoop operator = world.operator();

    @Test
    void all_cluster_nodes_on_it_go_into_maintenance_and_it_is_cordoned() {
        enter(world, operator);
        assertEquals(List.of("patch", "patch-cache-0", "patch-cache-4"), world.kubernetes.names());
        assertEquals("True InMaintenance", world.ready("patch-cache-0"));
        assertEquals("True InMaintenance", world.ready("patch-cache-4"));
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
        assertTrue(world.pods.cordoned(NODE));
        NodeMaintenance m = world.kubernetes.get("patch").orElseThrow();
        assertEquals("0/0", m.getStatus().getShards());
        assertEquals("100%", m.getStatus().getProgress());
        assertEquals(2, m.getStatus().getNodes().size());
        assertEquals("True Cordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        assertEquals("True OwnsNoSlot", world.condition("patch", ConditionType.ShardsMigrated).orElseThrow());
    }

    @Test
    void everything_is_put_back_and_it_is_uncordoned() {
        enter(world, operator);
        leave(world, operator);
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void switched_off_everything_is_put_back_as_well_and_says_so_for_good() {
        enter(world, operator);
        apply(world, spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
        turns(10);
        assertEquals("True Restored", world.ready("patch"));
        assertEquals("True AsRecorded", world.condition("patch", ConditionType.Restored).orElseThrow());
        assertEquals(List.of("patch"), world.kubernetes.names());
        apply(world, spec -> spec.setMode(Mode.On));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @Test
    void the_pods_may_be_away_and_come_back_elsewhere_meanwhile() {
        enter(world, operator);
        world.service("cache-0");
        world.service("cache-4");
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @Test
    void in_maintenance_nothing_is_written_while_nothing_happens() {
        enter(world, operator);
        turns(3);
        int writes = world.kubernetes.writes();
        turns(20);
        assertEquals(writes, world.kubernetes.writes());
    }

    @Test
    void a_persons_cordon_is_left_alone() {
        world.pods.cordon(NODE);
        enter(world, operator);
        assertEquals("True CordonedByOthers", world.condition("patch", ConditionType.Closed).orElseThrow());
        leave(world, operator);
        assertTrue(world.pods.cordoned(NODE));
    }

    @Test
    void a_persons_uncordoning_is_respected_and_told() {
        enter(world, operator);
        world.pods.uncordon(NODE);
        world.until(operator, "uncordoned", () -> world.condition("patch", ConditionType.Closed).orElse("").equals("False Uncordoned"));
        turns(10);
        assertFalse(world.pods.cordoned(NODE));
        assertEquals("True InMaintenance", world.ready("patch"));
        assertTrue(world.kubernetes.events().stream().filter(Event::warning).anyMatch(e -> e.reason().equals("Uncordoned")), world.kubernetes.events()::toString);
        // from now on the cordon is a person's
        world.pods.cordon(NODE);
        leave(world, operator);
        assertTrue(world.pods.cordoned(NODE));
    }

    @Test
    void a_kubernetes_node_whose_object_is_deleted_in_maintenance_is_missed_and_its_pods_come_back_all_the_same() {
        enter(world, operator);
        world.pods.unregister(NODE);
        world.until(operator, "missed", () -> world.ready("patch").equals("False KubernetesNodeNotFound"));
        assertTrue(world.message("patch").contains("any more; if it will not come back, delete this NodeMaintenance"), world.message("patch"));
        leave(world, operator);
        world.pods.registerAnew(NODE);
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void one_that_is_registered_anew_in_maintenance_is_open_and_told_and_left_so() {
        enter(world, operator);
        world.pods.unregister(NODE);
        world.until(operator, "missed", () -> world.ready("patch").equals("False KubernetesNodeNotFound"));
        world.pods.registerAnew(NODE);
        world.untilReady(operator, "patch", Reason.InMaintenance);
        turns(10);
        assertEquals("False Uncordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        assertTrue(world.message("patch").contains("or has registered it anew: new pods may come to run there"), world.message("patch"));
        assertFalse(world.pods.cordoned(NODE));
        leave(world, operator);
        assertEquals(before, world.state());
    }

    /** Both may be missing: that to read Nodes, and that to change one. */
    @ParameterizedTest
    @ValueSource(strings = {"cordon", "changeCordon"})
    void when_the_right_to_nodes_was_taken_away_the_pods_come_back_all_the_same_and_the_cordon_stays(String call) {
        enter(world, operator);
        MaintenanceLoop without = world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes,
                name -> name.equals(call) ? FaultyKubernetes.Fault.FORBIDDEN : FaultyKubernetes.Fault.NONE));
        leave(world, without);
        assertTrue(world.pods.cordoned(NODE));
        assertEquals(1, world.kubernetes.events().stream().filter(e -> e.reason().equals("MissingPermission") && e.message().contains("kubectl uncordon " + NODE)).distinct().count());
        world.pods.uncordon(NODE);
        assertEquals(before, world.state());
    }

    /** Each call concerning Nodes and resources fails now and then, before it was performed or after it. */
    @ParameterizedTest
    @EnumSource(value = FaultyKubernetes.Fault.class, names = {"REFUSED", "ANSWER_LOST"})
    void calls_that_fail_again_and_again_are_made_up_for(FaultyKubernetes.Fault fault) {
        Random random = new Random(20261126);
        Set<String> failing = Set.of("cordon", "changeCordon", "createMaintenance", "changeMaintenance", "deleteMaintenance", "writeStatus", "maintenances");
        World tried = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4")).tryingAgain();
        String untouched = tried.state();
        MaintenanceLoop loop = tried.operator(new CallCounter(0), FaultyKubernetes.of(tried.kubernetes,
                name -> failing.contains(name) && random.nextInt(4) == 0 ? fault : FaultyKubernetes.Fault.NONE));
        enter(tried, loop);
        assertTrue(tried.pods.cordoned(NODE));
        leave(tried, loop);
        assertEquals(untouched, tried.state());
        assertFalse(tried.pods.cordoned(NODE));
    }

    @Test
    void gates_that_it_has_passed_over_are_passed_over_for_each_of_its_pods_without_being_handed_on() {
        World two = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-1")).honouringOverrides();
        String untouched = two.state();
        MaintenanceLoop loop = two.operator();
        applyNode(two, "patch", NODE, spec -> { });
        two.until(loop, "refused", () -> two.stalled("patch"));
        assertTrue(two.message("patch").contains("QuorumSafe"), two.message("patch"));
        applyNode(two, "patch", NODE, spec -> spec.setOverrideGates(List.of("QuorumSafe")));
        two.untilReady(loop, "patch", Reason.InMaintenance);
        assertEquals(List.of("patch", "patch-cache-0", "patch-cache-1"), two.kubernetes.names());
        assertEquals(List.of(), two.kubernetes.get("patch-cache-0").orElseThrow().getSpec().getOverrideGates());
        leave(two, loop);
        assertEquals(untouched, two.state());
    }

    @Test
    void two_that_name_it_add_up() {
        enter(world, operator);
        applyNode(world, "second", NODE, spec -> { });
        world.untilReady(operator, "second", Reason.InMaintenance);
        leave(world, operator);
        turns(10);
        assertTrue(world.pods.cordoned(NODE));
        assertEquals("True InMaintenance", world.ready("second"));
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
        world.kubernetes.delete("second");
        world.until(operator, "gone", () -> world.kubernetes.get("second").isEmpty());
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void one_that_would_be_refused_refuses_all_and_nothing_is_touched() {
        // both copies of the first shard are there
        World together = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-3", "cache-4"));
        String untouched = together.state();
        MaintenanceLoop loop = together.operator();
        applyNode(together, "patch", NODE, spec -> spec.setDemoteNode(true));
        together.until(loop, "refused", () -> together.stalled("patch"));
        assertTrue(together.message("patch").contains("pod cache-") && together.message("patch").endsWith("nothing was touched"), together.message("patch"));
        assertEquals(untouched.replace("resources []", "resources [patch]"), together.state());
        assertFalse(together.pods.cordoned(NODE));
    }

    @Test
    void a_primary_and_its_only_replica_there_give_the_shards_slots_away_where_the_primary_need_not_become_a_replica() {
        World together = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-3", "cache-4"));
        String untouched = together.state();
        MaintenanceLoop loop = together.operator();
        enter(together, loop);
        assertTrue(together.cluster.slots("cache-0").isEmpty() && together.cluster.slots("cache-3").isEmpty());
        assertEquals(Role.PRIMARY, together.cluster.role("cache-0"));
        leave(together, loop);
        assertEquals(untouched, together.state());
    }

    @Test
    void a_primary_and_its_only_replica_there_leave_one_after_the_other_where_a_spare_is() {
        World together = new World(Topology.of(3, 1, 1).onMachine(NODE, "cache-3"));
        String untouched = together.state();
        MaintenanceLoop loop = together.operator();
        enter(together, loop);
        // the replica could not have gone first: the shard's only copy elsewhere is the one that the spare makes for the primary
        assertEquals(List.of("patch", "patch-cache-0", "patch-cache-3"), together.kubernetes.names());
        assertEquals(Role.PRIMARY, together.cluster.role("cache-6"));
        leave(together, loop);
        assertEquals(untouched, together.state());
    }

    @Test
    void a_name_that_no_kubernetes_node_has_is_told() {
        applyNode(world, "patch", "worker-9", spec -> { });
        world.until(operator, "refused", () -> world.ready("patch").equals("False KubernetesNodeNotFound"));
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
    }

    @Test
    void where_no_cluster_node_runs_it_is_only_cordoned() {
        world.pods.forget("cache-5");
        world.cluster.kill("cache-5");
        applyNode(world, "patch", "worker-5", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertTrue(world.message("patch").startsWith("no cluster node of this namespace runs on Kubernetes Node worker-5"), world.message("patch"));
        assertTrue(world.pods.cordoned("worker-5"));
        assertEquals("True Cordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        assertTrue(told(ConditionType.Closed).contains(" Closed by patch since 2026-"), told(ConditionType.Closed));
        world.pods.uncordon("worker-5");
        turns(10);
        assertFalse(world.pods.cordoned("worker-5"));
        leave(world, operator);
    }

    @Test
    void a_dry_run_says_all_steps_of_all_pods_and_touches_nothing() {
        apply(world, spec -> spec.setDryRun(true));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        List<String> steps = world.kubernetes.get("patch").orElseThrow().getStatus().getPlan().stream().map(PlanStep::getStep).toList();
        assertEquals("CordonNode", steps.get(0));
        assertEquals(2, steps.stream().filter("BeginPod"::equals).count());
        assertTrue(steps.contains("Handover"));
        turns(5);
        assertEquals(before.replace("resources []", "resources [patch]"), world.state());
        assertFalse(world.pods.cordoned(NODE));
        apply(world, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @Test
    void pods_that_a_drain_has_placed_beside_two_primaries_do_not_make_the_machine_unsafe_that_they_left() {
        World crowded = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4").onMachine("worker-1", "cache-1", "cache-2"));
        MaintenanceLoop loop = crowded.operator();
        enter(crowded, loop);
        crowded.pods.moveTo("cache-0", "worker-5");
        crowded.pods.moveTo("cache-4", "worker-1");
        crowded.until(loop, "moved", () -> crowded.condition("patch", ConditionType.Closed).orElse("").equals("True MovedAway"));
        crowded.untilReady(loop, "patch", Reason.InMaintenance);
        for (int i = 0; i < 30; i++) {
            crowded.turn(loop);
            assertEquals("True InMaintenance", crowded.ready("patch"));
        }
        leave(crowded, loop);
    }

    @Test
    void what_was_counted_for_a_pod_whose_turn_has_not_come_is_kept_until_it_begins() {
        World alone = new World(Topology.of(3, 0, 0));
        String untouched = alone.state();
        MaintenanceLoop loop = alone.operator();
        applyNode(alone, "patch", "worker-0", spec -> { });
        alone.untilReady(loop, "patch", Reason.InMaintenance);
        assertTrue(alone.cluster.slots("cache-0").isEmpty());
        leave(alone, loop);
        assertEquals(untouched, alone.state());
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
        turns(20);
        assertEquals(in, all());
        assertEquals("False Planned", world.ready("patch"));
        assertEquals(List.of("UncordonNode " + NODE, "EndPod cache-4", "EndPod cache-0"), ofTheWhole());
        assertEquals("dry run: nothing was touched; 3 step(s) are foreseen, see status.plan; then: Kubernetes Node worker-0: the NodeMaintenances of all its pods have ended."
                + " Set dryRun: false to have it done", world.message("patch"));
        assertTrue(world.condition("patch", ConditionType.Restored).isEmpty(), "nothing is on its way out");
        apply(world, spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(before.replace("resources []", "resources [patch]"), world.state());
        assertFalse(world.pods.cordoned(NODE));
        String out = all();
        apply(world, spec -> dry(spec, Mode.Off));
        turns(10);
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
        world.until(operator, "begun", () -> world.kubernetes.get("patch-cache-0").isPresent());
        apply(world, spec -> dry(spec, Mode.Off));
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        String stopped = all();
        turns(20);
        assertEquals(stopped, all());
        assertEquals(List.of("UncordonNode " + NODE, "EndPod cache-0"), ofTheWhole());
        apply(world, spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
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
        world.until(operator, "planned", () -> world.ready("patch").equals("False Planned"));
        turns(5);
        String stopped = all();
        world.cluster.allowAll("cache-4");
        turns(20);
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
        turns(20);
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
        turns(20);
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
        turns(5);
        String told = world.message("patch");
        String in = world.state();
        apply(world, spec -> dry(spec, Mode.On));
        turns(20);
        assertEquals("True InMaintenance", world.ready("patch"));
        assertEquals(told, world.message("patch"));
        assertEquals(List.of(), ofTheWhole());
        assertEquals(in, world.state());
        assertTrue(world.pods.cordoned(NODE));
        world.pods.uncordon(NODE);
        turns(5);
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
        turns(20);
        assertEquals(stopped, all());
        assertEquals("dry run: nothing was touched; pod cache-0 is stopped on the way in, status.plan says what is left to do there; how it goes on with pod cache-4 shows after that."
                + " Set dryRun: false to have it done", world.message("patch"));
        List<String> steps = world.kubernetes.get("patch").orElseThrow().getStatus().getPlan().stream().map(PlanStep::getStep).toList();
        assertTrue(steps.contains("Handover") && !steps.contains("BeginPod"), steps.toString());
        apply(world, spec -> { });
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

    @Test
    void what_is_changed_later_is_handed_on() {
        enter(world, operator);
        apply(world, spec -> spec.setReason("new disk"));
        world.until(operator, "told", () -> "new disk".equals(world.kubernetes.get("patch-cache-0").orElseThrow().getSpec().getReason()));
        apply(world, spec -> spec.setSkipShardsRestore(true));
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
        assertEquals(List.of(), world.kubernetes.snapshotNames());
    }

    @Test
    void a_pod_that_comes_to_run_there_goes_into_maintenance_as_well() {
        world.pods.forget("cache-4");
        enter(world, operator);
        assertEquals(List.of("patch", "patch-cache-0"), world.kubernetes.names());
        world.pods.recreate("cache-4");
        world.until(operator, "begun", () -> world.kubernetes.get("patch-cache-4").isPresent());
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave(world, operator);
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void torn_out_its_pods_come_back_and_the_cordon_stays() {
        enter(world, operator);
        // as the garbage collector does when the owner is gone
        world.kubernetes.released("patch");
        world.kubernetes.delete("patch-cache-0");
        world.kubernetes.delete("patch-cache-4");
        world.until(operator, "gone", () -> world.kubernetes.names().isEmpty());
        assertEquals(before, world.state());
        assertTrue(world.pods.cordoned(NODE));
    }

    @Test
    void one_of_its_own_that_is_made_a_dry_run_by_hand_is_told_and_never_taken_for_one_in_maintenance() {
        apply(world, spec -> { });
        world.until(operator, "second begun", () -> world.kubernetes.get("patch-cache-4").isPresent());
        change("patch-cache-4", spec -> spec.setDryRun(true));
        world.until(operator, "told", () -> world.ready("patch").equals("False SwitchedOff"));
        change("patch-cache-4", spec -> spec.setDryRun(false));
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    @Test
    void a_condition_is_true_only_when_it_is_so_for_those_to_come_as_well() {
        apply(world, spec -> { });
        world.until(operator, "in", () -> {
            boolean all = world.pods.closed().containsAll(List.of("cache-0", "cache-4"));
            assertTrue(all || !world.condition("patch", ConditionType.Closed).orElse("").startsWith("True"), "only " + world.pods.closed() + " closed");
            return world.ready("patch").startsWith("True");
        });
    }

    @Test
    void asked_in_again_on_the_way_out_it_is_cordoned_again() {
        enter(world, operator);
        apply(world, spec -> spec.setMode(Mode.Off));
        world.until(operator, "uncordoned", () -> !world.pods.cordoned(NODE));
        apply(world, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertTrue(world.pods.cordoned(NODE));
        assertEquals("True Cordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        leave(world, operator);
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void what_a_person_set_at_one_pod_stays_when_all_are_deleted() {
        enter(world, operator);
        change("patch-cache-0", spec -> spec.setSkipShardsRestore(true));
        leave(world, operator);
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
    }

    @Test
    void one_that_was_forced_open_alone_is_told_by_the_whole_also_when_it_is_gone() {
        enter(world, operator);
        change("patch-cache-0", spec -> spec.setSkipShardsRestore(true));
        apply(world, spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.OpenedWithoutRestore);
        turns(10);
        assertEquals("True OpenedWithoutRestore", world.ready("patch"));
        assertEquals("True LeftInPlace", world.condition("patch", ConditionType.Restored).orElseThrow());
        assertEquals(List.of("patch"), world.kubernetes.names());
        String told = told(ConditionType.Restored);
        assertTrue(told.startsWith("pod cache-0: Opened without restoring") && !told.contains("pod cache-4: "), told);
        assertTrue(world.message("patch").contains(told), world.message("patch"));
    }

    @Test
    void what_differs_at_one_pod_is_told_by_the_whole_also_when_it_is_gone() {
        World large = new World(Topology.of(3, 2, 0).onMachine(NODE, "cache-4"));
        MaintenanceLoop loop = large.operator();
        enter(large, loop);
        large.pods.delete("cache-8");
        for (int i = 0; i < 10; i++) {
            large.pass();
        }
        large.cluster.personForgets("cache-8");
        applyNode(large, "patch", NODE, spec -> spec.setMode(Mode.Off));
        large.untilReady(loop, "patch", Reason.Restored);
        assertEquals("True WithDifferences", large.condition("patch", ConditionType.Restored).orElseThrow());
        for (String pod : List.of("cache-0", "cache-4")) {
            assertTrue(large.message("patch").contains("pod " + pod + ": " + Finding.WithDifferences.sentence()), large.message("patch"));
        }
        assertTrue(large.message("patch").contains("cache-8 is no longer a member"), large.message("patch"));
        assertEquals(List.of("patch"), large.kubernetes.names());
    }

    @Test
    void a_pod_that_was_placed_on_another_machine_is_told_and_can_be_put_to_serve_there() {
        apply(world, spec -> spec.setReason("kernel"));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertEquals("True Cordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        String since = world.kubernetes.get("patch").orElseThrow().getStatus().getSince();
        assertTrue(told(ConditionType.Closed).endsWith("Closed by patch since " + since + ": kernel"), told(ConditionType.Closed));
        world.pods.moveTo("cache-0", "worker-5");
        world.until(operator, "told", () -> world.condition("patch", ConditionType.Closed).orElse("").equals("True MovedAway"));
        assertTrue(told(ConditionType.Closed).contains("pod cache-0 runs on Kubernetes Node worker-5 now") && !told(ConditionType.Closed).contains("pod cache-4 runs"), told(ConditionType.Closed));
        assertTrue(world.kubernetes.events().stream().filter(Event::warning).anyMatch(e -> e.reason().equals("MovedAway")), world.kubernetes.events()::toString);
        world.untilReady(operator, "patch", Reason.InMaintenance);
        // what the message says
        world.kubernetes.delete("patch-cache-0");
        world.until(operator, "gone", () -> world.kubernetes.get("patch-cache-0").isEmpty());
        world.untilReady(operator, "patch", Reason.InMaintenance);
        turns(10);
        assertEquals(List.of("patch", "patch-cache-4"), world.kubernetes.names());
        assertEquals(Role.PRIMARY, world.cluster.role("cache-0"));
        assertEquals("True Cordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        leave(world, operator);
        assertEquals(before, world.state());
    }

    private String told(ConditionType type) {
        return ConditionList.find(world.kubernetes.get("patch").orElseThrow(), type).orElseThrow().getMessage();
    }

    @Test
    void one_that_comes_to_a_stop_when_others_are_in_is_told_and_those_stay_in() {
        apply(world, spec -> { });
        world.until(operator, "second begun", () -> world.kubernetes.get("patch-cache-4").isPresent());
        world.cluster.deny("cache-4", "config|set");
        world.until(operator, "stopped", () -> world.stalled("patch"));
        assertEquals("True InMaintenance", world.ready("patch-cache-0"));
        assertTrue(world.message("patch").startsWith("pod cache-4 (2 of 2): "), world.message("patch"));
        assertEquals(world.ready("patch-cache-4"), world.ready("patch"));
        turns(10);
        assertEquals("True InMaintenance", world.ready("patch-cache-0"));
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
        world.cluster.allowAll("cache-4");
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @Test
    void on_the_way_out_one_that_a_person_has_to_help_does_not_hold_up_the_others() {
        enter(world, operator);
        world.kubernetes.delete("patch");
        // the one that leaves first
        world.kubernetes.snapshotNames().stream().filter(name -> name.startsWith("maintenance-cache-4-")).forEach(world.kubernetes::remove);
        world.until(operator, "the other is back", () -> world.kubernetes.get("patch-cache-0").isEmpty());
        assertEquals(Role.PRIMARY, world.cluster.role("cache-0"));
        turns(5);
        assertEquals("False SnapshotMissing", world.ready("patch-cache-4"));
        assertEquals("False SnapshotMissing", world.ready("patch"));
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains("cache-4"), world.message("patch"));
        change("patch-cache-4", spec -> spec.setSkipShardsRestore(true));
        world.until(operator, "gone", () -> world.kubernetes.names().isEmpty());
    }

    private void change(String name, Consumer<NodeMaintenanceSpec> more) {
        NodeMaintenance child = world.kubernetes.get(name).orElseThrow();
        more.accept(child.getSpec());
        world.kubernetes.changeMaintenance(child);
    }

    @Test
    void a_name_that_somebody_else_has_taken_is_no_obstacle() {
        world.kubernetes.apply("patch-cache-0", "cache-2", spec -> spec.setMode(Mode.Off));
        enter(world, operator);
        assertEquals(4, world.kubernetes.names().size());
        leave(world, operator);
        assertEquals(List.of("patch-cache-0"), world.kubernetes.names());
    }

    @Test
    void one_of_its_own_that_is_switched_off_by_hand_is_told() {
        enter(world, operator);
        NodeMaintenance child = world.kubernetes.get("patch-cache-0").orElseThrow();
        child.getSpec().setMode(Mode.Off);
        world.kubernetes.changeMaintenance(child);
        world.until(operator, "switched off", () -> world.ready("patch").equals("False SwitchedOff"));
        child = world.kubernetes.get("patch-cache-0").orElseThrow();
        child.getSpec().setMode(Mode.On);
        world.kubernetes.changeMaintenance(child);
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    @Test
    void another_maintenance_reckons_with_the_pods_whose_turn_has_not_come() {
        // asked first, but the operator has not looked yet
        apply(world, spec -> { });
        world.kubernetes.apply("other", "cache-3", spec -> { });
        world.until(operator, "refused", () -> world.stalled("other") || world.ready("other").startsWith("True"));
        assertTrue(world.stalled("other"), "cache-3 is the only other copy of what cache-0 has: " + world.ready("other"));
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 25})
    void deleted_after_any_number_of_turns_it_ends_as_it_began(int turns) {
        apply(world, spec -> { });
        turns(turns);
        leave(world, operator);
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    private static void apply(World world, Consumer<NodeMaintenanceSpec> more) {
        applyNode(world, "patch", NODE, more);
    }

    private static void applyNode(World world, String name, String node, Consumer<NodeMaintenanceSpec> more) {
        world.kubernetes.apply(name, null, spec -> {
            spec.setNodeName(node);
            more.accept(spec);
        });
    }

    private static void enter(World world, MaintenanceLoop operator) {
        apply(world, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    private static void leave(World world, MaintenanceLoop operator) {
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            world.turn(operator);
        }
    }
}
