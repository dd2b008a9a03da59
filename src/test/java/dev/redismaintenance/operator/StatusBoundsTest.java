package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.snapshot.SnapshotMap;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the schema bounds in a status is kept; does everybody who reads it get along with that? */
class StatusBoundsTest {
    private final NodeMaintenance owner = owner();
    private final NodeMaintenance child = Children.make(owner, "cache-1", List.of());

    private static NodeMaintenance owner() {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withNamespace("cache").withName("patch").withUid("owner").withDeletionTimestamp("2026-01-01T00:00:00Z").build());
        m.setSpec(new NodeMaintenanceSpec());
        m.getSpec().setNodeName("worker-1");
        m.getSpec().setMode(Mode.Off);
        return m;
    }

    private static NodeMaintenanceStatus ended(String told) {
        NodeMaintenanceStatus status = new NodeMaintenanceStatus();
        status.setConditions(List.of(condition(ConditionType.Ready, Reason.Restored.name(), "open again"), condition(ConditionType.Restored, Finding.WithDifferences.name(), told)));
        return status;
    }

    private static Condition condition(ConditionType type, String reason, String message) {
        return new Condition(type, ConditionStatus.True, 1L, "2026-01-01T00:00:00Z", reason, message);
    }

    private boolean noted(String byOwner) {
        owner.setStatus(ended(byOwner));
        child.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        return Outcomes.noted(child, ended("a replica is gone"), List.of(owner, child));
    }

    @Test
    void a_pod_of_a_kubernetes_node_goes_when_its_owner_has_noted_its_end_or_has_no_room_for_it() {
        assertFalse(noted("pod cache-2: a replica is gone"));
        assertTrue(noted("pod cache-2: a replica is gone; pod cache-1: a replica is gone"));
        assertTrue(noted("pod cache-2: " + "a replica is gone; ".repeat(4000)));
    }

    @Test
    void what_an_owner_has_no_room_for_does_not_change_what_it_says() {
        String full = condition(ConditionType.Restored, Finding.WithDifferences.name(), "x".repeat(40_000)).getMessage();
        child.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        child.setStatus(ended("a replica is gone"));
        Outcomes outcomes = Outcomes.of(ended(full).getConditions().stream().skip(1).findFirst(), List.of(child));
        assertEquals(full, condition(ConditionType.Restored, outcomes.worst().name(), outcomes.told()).getMessage());
    }

    @Test
    void a_snapshot_that_speaks_of_more_bytes_than_there_are_gives_no_progress_that_there_cannot_be() {
        World world = new World(Topology.of(3, 1, 0));
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        String name = world.kubernetes.snapshotNames().get(0);
        ConfigMap edited = SnapshotMap.of(InMemoryKubernetes.NAMESPACE, name, SnapshotMap.MAINTENANCE,
                world.kubernetes.snapshot(InMemoryKubernetes.NAMESPACE, name).orElseThrow().placement().orElseThrow());
        edited.setData(Map.of("snapshot.yaml", edited.getData().get("snapshot.yaml").replaceFirst("dataBytes: \\d+", "dataBytes: 150000000000000000")));
        world.kubernetes.remove(name);
        world.kubernetes.put(edited);
        world.cluster.kill("cache-4");
        world.until(operator, "no longer safe", () -> world.ready("patch").startsWith("False"));
        NodeMaintenanceStatus status = world.kubernetes.get("patch").orElseThrow().getStatus();
        assertEquals(150_000_000_000_000_000L, status.getNodes().get(0).getDataBytes());
        assertTrue(status.getProgressPercent() >= 0 && status.getProgressPercent() <= 100, status.getProgress());
    }
}
