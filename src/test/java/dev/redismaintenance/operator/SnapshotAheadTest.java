package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.SnapshotOrigin;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A snapshot that somebody has made ahead: when is it made, what is it good for, and when does it go? */
class SnapshotAheadTest {
    private final World world = new World(Topology.of(3, 1, 0));
    private final MaintenanceLoop operator = world.operator();

    private void ask(String name, String pod, String snapshot) {
        world.kubernetes.apply(name, pod, spec -> {
            spec.setMode(Mode.Off);
            spec.setTakeSnapshot(snapshot);
        });
    }

    private void record(String name, String pod, String snapshot) {
        ask(name, pod, snapshot);
        world.untilReady(operator, name, Reason.SnapshotRecorded);
    }

    private void enter(String pod) {
        world.kubernetes.apply("patch", pod, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    private void gone(String name) {
        world.kubernetes.delete(name);
        world.until(operator, name + " gone", () -> world.kubernetes.get(name).isEmpty());
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            world.turn(operator);
        }
    }

    @Test
    void it_is_recorded_once_and_nothing_else_is_done() {
        record("reference", "cache-1", "as-it-shall-be");
        assertEquals(List.of("as-it-shall-be"), world.kubernetes.snapshotNames());
        assertEquals(SnapshotOrigin.Requested, world.kubernetes.get("reference").orElseThrow().getStatus().getSnapshot().getOrigin());
        assertEquals("True Requested", world.condition("reference", ConditionType.SnapshotTaken).orElseThrow());
        assertTrue(world.message("reference").contains("snapshotName: as-it-shall-be"), world.message("reference"));
        assertEquals(List.of(), world.cluster.changes());
        assertEquals(1, world.kubernetes.events().stream().filter(e -> e.reason().equals("SnapshotRecorded")).count());

        int writes = world.kubernetes.writes();
        turns(30);
        assertEquals(writes, world.kubernetes.writes());
        String text = world.kubernetes.text("as-it-shall-be");
        world.cluster.personFailsOver("cache-4");
        turns(30);
        assertEquals(text, world.kubernetes.text("as-it-shall-be"));
        assertEquals("True SnapshotRecorded", world.ready("reference"));
        assertFalse(world.condition("reference", ConditionType.Restored).isPresent());
    }

    @Test
    void a_name_that_none_has_leaves_nothing_behind_where_only_the_state_was_recorded() {
        String before = world.state();
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setSnapshotName("nobody-made-it"));
        MaintenanceLoop interrupted = world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes,
                call -> call.equals("createSnapshot") ? FaultyKubernetes.Fault.ANSWER_LOST : FaultyKubernetes.Fault.NONE));
        assertThrows(IllegalStateException.class, () -> world.until(interrupted, "recorded", () -> false));
        assertEquals(1, world.kubernetes.snapshotNames().size());
        gone("patch");
        assertEquals(List.of(), world.kubernetes.snapshotNames());
        assertEquals(before, world.state());
    }

    @Test
    void it_outlives_its_resource_and_is_not_taken_for_a_leftover() {
        record("reference", "cache-1", "ahead");
        gone("reference");
        assertEquals(List.of("ahead"), world.kubernetes.snapshotNames());
        enter("cache-1");
        assertEquals(2, world.kubernetes.snapshotNames().size());
        assertEquals("True Taken", world.condition("patch", ConditionType.SnapshotTaken).orElseThrow());
        gone("patch");
        assertEquals(List.of("ahead"), world.kubernetes.snapshotNames());
        assertEquals(Role.PRIMARY, world.cluster.role("cache-1"));
    }

    @Test
    void leaving_restores_from_it_when_named_and_leaves_it_there() {
        record("reference", "cache-1", "ahead");
        gone("reference");
        world.cluster.personFailsOver("cache-4");
        turns(5);
        enter("cache-1");
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("ahead");
        });
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(Role.PRIMARY, world.cluster.role("cache-1"));
        assertEquals(List.of("ahead"), world.kubernetes.snapshotNames());
        assertEquals(Map.of(), world.pods.marks());

        // it is over: what happens from now on is not undone
        world.cluster.personFailsOver("cache-4");
        turns(20);
        assertEquals("True Restored", world.ready("patch"));
        assertEquals(Role.PRIMARY, world.cluster.role("cache-4"));
        gone("patch");
    }

    @Test
    void of_one_that_joined_another_which_is_gone_both_the_joined_and_the_named_snapshot_are_deleted() {
        world.kubernetes.apply("first", "cache-1", spec -> { });
        world.untilReady(operator, "first", Reason.InMaintenance);
        enter("cache-1");
        gone("first");
        world.copySnapshotByHand("by-hand");
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("by-hand");
        });
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(List.of(), world.kubernetes.snapshotNames());
    }

    @Test
    void leaving_restores_from_it_also_when_the_maintenances_own_is_lost() {
        record("reference", "cache-1", "ahead");
        gone("reference");
        String before = world.state();
        enter("cache-1");
        world.kubernetes.snapshotNames().stream().filter(n -> !n.equals("ahead")).forEach(world.kubernetes::remove);
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("ahead");
        });
        world.untilReady(operator, "patch", Reason.Restored);
        turns(20);
        assertEquals("True Restored", world.ready("patch"));
        gone("patch");
        assertEquals(before, world.state());
    }

    @Test
    void a_name_that_is_taken_by_something_else_is_refused_and_left_alone() {
        world.kubernetes.put(new ConfigMapBuilder().withNewMetadata().withName("config").endMetadata().withData(Map.of("some", "thing")).build());
        ask("a", "cache-1", "config");
        world.until(operator, "refused", () -> world.ready("a").equals("False SnapshotUnusable"));
        assertTrue(world.stalled("a"));
        assertTrue(world.message("a").contains("is no snapshot"), world.message("a"));

        record("b", "cache-2", "of-cache-2");
        ask("c", "cache-1", "of-cache-2");
        world.until(operator, "refused", () -> world.ready("c").equals("False SnapshotUnusable"));
        assertTrue(world.message("c").contains("pod cache-2"), world.message("c"));

        enter("cache-0");
        String own = world.kubernetes.get("patch").orElseThrow().getStatus().getSnapshot().getName();
        ask("d", "cache-0", own);
        world.until(operator, "refused", () -> world.ready("d").equals("False SnapshotUnusable"));
        assertTrue(world.message("d").contains("deletes it at its end"), world.message("d"));
        gone("patch");
    }

    @Test
    void one_of_the_same_node_that_is_there_already_is_kept_and_told() {
        record("first", "cache-1", "ahead");
        String text = world.kubernetes.text("ahead");
        world.cluster.personFailsOver("cache-4");
        turns(5);
        record("second", "cache-1", "ahead");
        assertTrue(world.message("second").contains("which first made"), world.message("second"));
        assertEquals(text, world.kubernetes.text("ahead"));
    }

    @Test
    void a_node_in_maintenance_is_recorded_when_that_is_over() {
        enter("cache-1");
        ask("reference", "cache-1", "ahead");
        turns(20);
        assertEquals("False WaitingForTurn", world.ready("reference"));
        assertFalse(world.stalled("reference"));
        assertEquals(1, world.kubernetes.snapshotNames().size());
        gone("patch");
        world.untilReady(operator, "reference", Reason.SnapshotRecorded);
        assertTrue(world.kubernetes.text("ahead").replace("\"", "").contains("role: primary\nslots: 5461-10921"), world.kubernetes.text("ahead"));
    }

    @Test
    void a_resource_that_was_in_maintenance_is_restored_first() {
        String before = world.cluster.placement().toString();
        enter("cache-1");
        ask("patch", "cache-1", "ahead");
        world.untilReady(operator, "patch", Reason.SnapshotRecorded);
        assertEquals(before, world.cluster.placement().toString());
        assertEquals(List.of("ahead"), world.kubernetes.snapshotNames());
        assertEquals("True AsRecorded", world.condition("patch", ConditionType.Restored).orElseThrow());
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
    }

    @Test
    void the_same_resource_may_enter_afterwards() {
        record("patch", "cache-1", "ahead");
        enter("cache-1");
        assertEquals("True Taken", world.condition("patch", ConditionType.SnapshotTaken).orElseThrow());
        assertEquals(2, world.kubernetes.snapshotNames().size());
        gone("patch");
        assertEquals(List.of("ahead"), world.kubernetes.snapshotNames());
    }

    @Test
    void asking_no_longer_for_it_leaves_no_maintenance_to_restore() {
        record("reference", "cache-1", "ahead");
        world.kubernetes.apply("reference", "cache-1", spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "reference", Reason.NotInMaintenance);
        assertEquals(List.of("ahead"), world.kubernetes.snapshotNames());
    }

    @Test
    void a_cluster_that_is_not_in_order_is_not_recorded_until_it_is() {
        world.cluster.kill("cache-0");
        world.cluster.kill("cache-3");
        ask("reference", "cache-1", "ahead");
        turns(10);
        assertTrue(world.ready("reference").startsWith("False"), world.ready("reference"));
        assertEquals(List.of(), world.kubernetes.snapshotNames());
        world.cluster.restart("cache-0");
        world.cluster.restart("cache-3");
        world.untilReady(operator, "reference", Reason.SnapshotRecorded);
    }

    @Test
    void of_those_that_nobody_names_any_more_the_newest_of_each_pod_are_kept() {
        MaintenanceLoop keeper = world.keepingSnapshots(1).operator();
        for (String snapshot : List.of("z-one", "y-two", "x-three", "w-four")) {
            ask(snapshot, "cache-1", snapshot);
            world.untilReady(keeper, snapshot, Reason.SnapshotRecorded);
        }
        ask("other", "cache-2", "of-another-pod");
        world.untilReady(keeper, "other", Reason.SnapshotRecorded);
        assertEquals(List.of("z-one", "y-two", "x-three", "w-four", "of-another-pod"), world.kubernetes.snapshotNames(), "all are named");

        // named by a maintenance that is to restore from it
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setSnapshotName("z-one"));
        for (String free : List.of("z-one", "y-two", "x-three", "other")) {
            world.kubernetes.delete(free);
        }
        world.until(keeper, "the oldest is deleted", () -> !world.kubernetes.snapshotNames().contains("y-two"));
        for (int i = 0; i < 20; i++) {
            world.turn(keeper);
        }
        List<String> left = world.kubernetes.snapshotNames().stream().filter(n -> !n.startsWith("maintenance-")).toList();
        assertEquals(List.of("z-one", "x-three", "w-four", "of-another-pod"), left);
        assertEquals("True SnapshotRecorded", world.ready("w-four"));
    }

    @Test
    void all_are_kept_unless_the_operator_is_told_otherwise() {
        for (String snapshot : List.of("one", "two", "three")) {
            record("reference", "cache-1", snapshot);
        }
        turns(10);
        assertEquals(List.of("one", "two", "three"), world.kubernetes.snapshotNames());
    }
}
