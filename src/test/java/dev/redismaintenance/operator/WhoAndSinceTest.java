package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.operator.FaultyKubernetes.Fault;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.snapshot.SnapshotMap;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who, why, since when and from which snapshot: is that still known when the pod, the snapshot or the right to look is gone? */
class WhoAndSinceTest {
    private final World world = new World(Topology.of(3, 1, 0)).tryingAgain();
    private final boolean[] forbidden = new boolean[1];
    private final MaintenanceLoop operator = world.operator(new CallCounter(0),
            FaultyKubernetes.of(world.kubernetes, name -> name.equals("pods") && forbidden[0] ? Fault.FORBIDDEN : Fault.NONE));
    private String snapshot;
    private String since;

    @BeforeEach
    void enter() {
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setReason("kernel patch"));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        snapshot = world.kubernetes.snapshotNames().get(0);
        since = status().getSince();
    }

    private NodeMaintenanceStatus status() {
        return world.kubernetes.get("patch").orElseThrow().getStatus();
    }

    private void assertKnown() {
        assertEquals(since, status().getSince());
        assertEquals(snapshot, status().getSnapshot().getName());
    }

    private void assertSaidWhileAbsent() {
        assertKnown();
        String closed = ConditionList.find(status().getConditions(), ConditionType.Closed).orElseThrow().getMessage();
        assertTrue(closed.endsWith("closed by patch since " + since + ": kernel patch"), closed);
    }

    @Test
    void the_pod_is_gone_and_then_its_snapshot_as_well() {
        world.pods.delete("cache-1");
        world.until(operator, "absent", () -> world.condition("patch", ConditionType.Closed).orElse("").equals("Unknown PodAbsent"));
        assertSaidWhileAbsent();
        world.kubernetes.remove(snapshot);
        world.until(operator, "missed", () -> world.ready("patch").equals("False SnapshotMissing"));
        assertSaidWhileAbsent();
    }

    private String closed() {
        return ConditionList.find(status().getConditions(), ConditionType.Closed).orElseThrow().getMessage();
    }

    private void assertMarkedAgain() {
        world.until(operator, "marked again", () -> world.pods.closed().contains("cache-1"));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertKnown();
        assertEquals(since, world.pods.marks().get("cache-1").since());
        assertEquals("pod cache-1 is closed by patch since " + since + ": kernel patch", closed());
    }

    @Test
    void a_pod_that_is_back_is_closed_since_it_was_closed_first_however_often_it_restarts() {
        for (int i = 0; i < 3; i++) {
            world.service("cache-1");
            assertMarkedAgain();
        }
    }

    @Test
    void a_mark_that_somebody_takes_off_or_writes_nonsense_into_is_as_it_was() {
        world.pods.unmark("cache-1");
        assertMarkedAgain();
        Mark mark = world.pods.marks().get("cache-1");
        world.pods.mark("cache-1", new Mark(mark.owner(), mark.reason(), "yesterday", mark.snapshot(), false));
        world.turn(operator);
        assertKnown();
        assertMarkedAgain();
    }

    @Test
    void a_new_process_knows_it_as_well() {
        world.service("cache-1");
        MaintenanceLoop next = world.operator();
        world.until(next, "marked again", () -> world.pods.closed().contains("cache-1"));
        assertEquals(since, world.pods.marks().get("cache-1").since());
    }

    @Test
    void the_clock_of_what_is_forgotten_is_not_set_back_by_a_restart() {
        for (int i = 0; i < Pace.DEFAULT.overdue().toSeconds(); i++) {
            world.pass();
        }
        world.service("cache-1");
        world.until(operator, "overdue", () -> world.condition("patch", ConditionType.Overdue).isPresent());
        assertMarkedAgain();
        assertEquals("True ClosedForLong", world.condition("patch", ConditionType.Overdue).orElseThrow());
    }

    @Test
    void what_is_entered_again_is_closed_since_then() {
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(null, status().getSince());
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.On));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertTrue(status().getSince().compareTo(since) > 0, status().getSince());
        assertEquals(status().getSince(), world.pods.marks().get("cache-1").since());
    }

    @Test
    void the_operator_may_not_look_for_a_while() {
        forbidden[0] = true;
        world.until(operator, "told", () -> world.ready("patch").equals("False MissingPermission"));
        assertKnown();
        forbidden[0] = false;
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertKnown();
    }

    @Test
    void a_snapshot_that_is_missed_is_still_missed_after_the_operator_could_not_look() {
        world.pods.delete("cache-1");
        world.kubernetes.remove(snapshot);
        world.until(operator, "missed", () -> world.ready("patch").equals("False SnapshotMissing"));
        forbidden[0] = true;
        world.until(operator, "told", () -> world.ready("patch").equals("False MissingPermission"));
        world.pods.recreate("cache-1");
        forbidden[0] = false;
        world.until(operator, "missed again", () -> world.ready("patch").equals("False SnapshotMissing"));
        assertEquals(List.of(), world.kubernetes.snapshotNames(), "none is taken anew of a state that is not the original one");
    }

    @Test
    void a_snapshot_that_was_made_ahead_is_no_maintenance_that_could_miss_it() {
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
        world.kubernetes.apply("reference", "cache-2", spec -> {
            spec.setMode(Mode.Off);
            spec.setTakeSnapshot("ahead");
        });
        world.untilReady(operator, "reference", Reason.SnapshotRecorded);
        forbidden[0] = true;
        world.until(operator, "told", () -> world.ready("reference").equals("False MissingPermission"));
        world.kubernetes.remove("ahead");
        forbidden[0] = false;
        world.untilReady(operator, "reference", Reason.SnapshotRecorded);
    }

    @Test
    void what_is_restored_is_not_missed_when_the_operator_may_not_look_at_its_end() {
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        world.until(operator, "the last step", () -> world.kubernetes.snapshotNames().isEmpty());
        forbidden[0] = true;
        world.until(operator, "told", () -> world.ready("patch").equals("False MissingPermission"));
        assertEquals("True AsRecorded", world.condition("patch", ConditionType.Restored).orElseThrow());
        forbidden[0] = false;
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(null, status().getSnapshot());
    }

    @Test
    void restored_from_a_snapshot_made_by_hand_before_the_disk_was_lost_it_ends() {
        Placement placement = world.kubernetes.snapshot(InMemoryKubernetes.NAMESPACE, snapshot).orElseThrow().placement().orElseThrow();
        ConfigMap byHand = SnapshotMap.of(InMemoryKubernetes.NAMESPACE, "by-hand", SnapshotMap.MAINTENANCE, placement);
        byHand.getMetadata().setLabels(Map.of());
        world.kubernetes.put(byHand);
        world.serviceOnAnEmptyDisk("cache-1");
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("by-hand");
        });
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(List.of(), world.kubernetes.snapshotNames());
        assertEquals(Role.PRIMARY, world.cluster.role("cache-1"));
    }
}
