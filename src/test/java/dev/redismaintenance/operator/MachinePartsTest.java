package dev.redismaintenance.operator;

import static dev.redismaintenance.operator.MachineScene.NODE;
import static dev.redismaintenance.operator.MachineScene.apply;
import static dev.redismaintenance.operator.MachineScene.applyNode;
import static dev.redismaintenance.operator.MachineScene.change;
import static dev.redismaintenance.operator.MachineScene.enter;
import static dev.redismaintenance.operator.MachineScene.leave;
import static dev.redismaintenance.operator.MachineScene.told;
import static dev.redismaintenance.operator.MachineScene.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of the pods of a Kubernetes Node in maintenance one by one, and what is handed on to them? Against the loop in memory. */
class MachinePartsTest {
    /** cache-0 and cache-4 are on one machine: a primary, and the replica of cache-1. */
    private final World world = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
    private final String before = world.state();
    private final MaintenanceLoop operator = world.operator();

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
    void what_a_person_set_at_one_pod_stays_when_all_are_deleted() {
        enter(world, operator);
        change(world, "patch-cache-0", spec -> spec.setSkipShardsRestore(true));
        leave(world, operator);
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
    }

    @Test
    void one_that_was_forced_open_alone_is_told_by_the_whole_also_when_it_is_gone() {
        enter(world, operator);
        change(world, "patch-cache-0", spec -> spec.setSkipShardsRestore(true));
        apply(world, spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.OpenedWithoutRestore);
        turns(world, operator, 10);
        assertEquals("True OpenedWithoutRestore", world.ready("patch"));
        assertEquals("True LeftInPlace", world.condition("patch", ConditionType.Restored).orElseThrow());
        assertEquals(List.of("patch"), world.kubernetes.names());
        String told = told(world, ConditionType.Restored);
        assertTrue(told.startsWith("pod cache-0: Opened without restoring") && !told.contains("pod cache-4: "), told);
        assertTrue(world.message("patch").contains(told), world.message("patch"));
    }

    @Test
    void one_that_another_maintenance_of_its_pod_has_ended_is_told_by_the_whole() {
        enter(world, operator);
        world.kubernetes.apply("other", "cache-0", spec -> { });
        world.untilReady(operator, "other", Reason.InMaintenance);
        apply(world, spec -> spec.setMode(Mode.Off));
        world.cluster.kill("cache-0");
        world.kubernetes.apply("other", "cache-0", spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        world.untilReady(operator, "patch", Reason.EndedElsewhere);
        turns(world, operator, 10);
        assertEquals("True EndedElsewhere", world.ready("patch"));
        assertEquals("Unknown EndedElsewhere", world.condition("patch", ConditionType.Restored).orElseThrow());
        assertTrue(told(world, ConditionType.Restored).startsWith("pod cache-0: "), told(world, ConditionType.Restored));
        assertFalse(world.pods.cordoned(NODE));
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
        assertTrue(told(world, ConditionType.Closed).endsWith("Closed by patch since " + since + ": kernel"), told(world, ConditionType.Closed));
        world.pods.moveTo("cache-0", "worker-5");
        world.until(operator, "told", () -> world.condition("patch", ConditionType.Closed).orElse("").equals("True MovedAway"));
        assertTrue(told(world, ConditionType.Closed).contains("pod cache-0 runs on Kubernetes Node worker-5 now") && !told(world, ConditionType.Closed).contains("pod cache-4 runs"), told(world, ConditionType.Closed));
        assertTrue(world.kubernetes.events().stream().filter(Event::warning).anyMatch(e -> e.reason().equals("MovedAway")), world.kubernetes.events()::toString);
        world.untilReady(operator, "patch", Reason.InMaintenance);
        // what the message says
        world.kubernetes.delete("patch-cache-0");
        world.until(operator, "gone", () -> world.kubernetes.get("patch-cache-0").isEmpty());
        world.untilReady(operator, "patch", Reason.InMaintenance);
        turns(world, operator, 10);
        assertEquals(List.of("patch", "patch-cache-4"), world.kubernetes.names());
        assertEquals(Role.PRIMARY, world.cluster.role("cache-0"));
        assertEquals("True Cordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        leave(world, operator);
        assertEquals(before, world.state());
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
        turns(world, operator, 10);
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
        turns(world, operator, 5);
        assertEquals("False SnapshotMissing", world.ready("patch-cache-4"));
        assertEquals("False SnapshotMissing", world.ready("patch"));
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains("cache-4"), world.message("patch"));
        change(world, "patch-cache-4", spec -> spec.setSkipShardsRestore(true));
        world.until(operator, "gone", () -> world.kubernetes.names().isEmpty());
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
}
