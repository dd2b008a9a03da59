package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.ServerException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Does the deletion of a namespace end, whatever stands in it, and does an ordinary deletion not cost anything for that? */
class EndingNamespacesTest {
    private final World world = new World(Topology.of(3, 1, 0));
    private final MaintenanceLoop operator = world.operator();

    @Test
    void with_the_snapshot_gone_and_the_pods_still_there_it_is_opened_and_let_go() {
        enter();
        world.kubernetes.endNamespace();
        gone();
        assertTrue(world.pods.marks().isEmpty());
    }

    @Test
    void with_the_pod_gone_as_well_it_is_let_go() {
        enter();
        world.pods.delete("cache-1");
        world.kubernetes.endNamespace();
        gone();
    }

    @Test
    void with_the_servers_silent_and_the_snapshot_still_there_it_is_let_go() {
        enter();
        var snapshot = world.kubernetes.snapshotNames().get(0);
        var kept = world.kubernetes.map(snapshot);
        world.topology.pods().forEach(pod -> world.cluster.trouble(pod, ServerException.Kind.Unreachable, "no answer"));
        world.kubernetes.endNamespace();
        world.kubernetes.put(kept);
        gone();
        assertEquals(List.of(), world.kubernetes.snapshotNames());
    }

    @Test
    void what_the_servers_can_be_told_they_are_told_without_a_Lease() {
        enter();
        var kept = world.kubernetes.map(world.kubernetes.snapshotNames().get(0));
        world.kubernetes.endNamespace();
        world.kubernetes.put(kept);
        gone();
        assertEquals("no", world.cluster.setting("cache-1", Setting.REPLICA_NO_FAILOVER));
        assertEquals(List.of(), world.kubernetes.snapshotNames());
    }

    @Test
    void a_new_process_finds_out_again() {
        enter();
        world.kubernetes.endNamespace();
        world.turn(operator);
        MaintenanceLoop next = world.operator();
        world.until(next, "gone", () -> world.kubernetes.names().isEmpty());
    }

    @Test
    void a_whole_kubernetes_node_is_opened_and_let_go_without_a_Lease() {
        String machine = world.pods.find("cache-1").orElseThrow().kubernetesNode().orElseThrow();
        world.kubernetes.apply("machine", null, spec -> spec.setNodeName(machine));
        world.until(operator, "in", () -> world.ready("machine").equals("True " + Reason.InMaintenance));
        world.kubernetes.endNamespace();
        gone();
        assertFalse(world.pods.cordoned(machine), "a Kubernetes Node outlives the namespace");
    }

    @Test
    void nothing_new_is_entered_and_why_is_told() {
        world.kubernetes.endNamespace();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.NamespaceTerminating));
        assertTrue(world.message("patch").contains("namespace is being deleted"), world.message("patch"));
        assertTrue(world.pods.marks().isEmpty());
    }

    @Test
    void only_of_what_is_being_deleted_and_does_not_end_the_namespace_is_asked() throws KubernetesException {
        enter();
        EndingNamespaces endings = new EndingNamespaces(world.kubernetes);
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        world.kubernetes.endNamespace();
        var resource = world.kubernetes.get("patch").orElseThrow();
        assertFalse(endings.learn(resource, false, now), "an ordinary deletion has ended by the next time");
        assertTrue(endings.learn(resource, false, now.plus(EndingNamespaces.EVERY)));
        endings.letGo(resource);
        assertTrue(resource.getSpec().isSkipShardsRestore() && EndingNamespaces.decided(resource));
        resource.getMetadata().setDeletionTimestamp(null);
        EndingNamespaces others = new EndingNamespaces(world.kubernetes);
        assertFalse(others.learn(resource, false, now) || others.learn(resource, false, now.plusSeconds(60)));
    }

    private void enter() {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    private void gone() {
        world.until(operator, "gone", () -> world.kubernetes.names().isEmpty());
    }
}
