package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Topology;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Is a resource forgotten whose finalizer a person has taken away, and that so comes to no turn any more? Seen by what is told to it again,
 * as if it had never been met.
 */
class RemovedByForceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final World world = new World(Topology.of(3, 1, 0));
    private final NodeMaintenance resource = applied();

    private NodeMaintenance applied() {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        return world.kubernetes.get("patch").orElseThrow();
    }

    @Test
    void that_its_status_may_not_be_written_is_forgotten_by_way_of_the_SDK() {
        MaintenanceLoop loop = world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes,
                name -> name.equals("writeStatus") ? FaultyKubernetes.Fault.FORBIDDEN : FaultyKubernetes.Fault.NONE));
        assertNotEquals(0, told(loop));
        assertEquals(0, told(loop), "what was told stays told");
        sdk(new MissingPermissions(world.kubernetes), loop).cleanupDone(new ResourceID("patch", InMemoryKubernetes.NAMESPACE),
                Map.of(Constants.CONTROLLER_NAME, NodeMaintenanceReconciler.NAME));
        assertNotEquals(0, told(loop), "nothing is remembered");
    }

    /** How many events a turn makes. */
    private int told(MaintenanceLoop loop) {
        int before = world.kubernetes.writes();
        assertThrows(KubernetesException.class, () -> loop.turn(InMemoryKubernetes.NAMESPACE, "patch"));
        return world.kubernetes.writes() - before;
    }

    @Test
    void that_one_of_the_same_name_has_come_is_noticed_without_the_SDK() {
        MaintenanceLoop loop = world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes,
                name -> name.equals("writeStatus") ? FaultyKubernetes.Fault.FORBIDDEN : FaultyKubernetes.Fault.NONE));
        told(loop);
        world.kubernetes.released("patch");
        applied();
        assertNotEquals(0, told(loop));
    }

    @Test
    void what_the_SDK_may_not_do_for_it_is_forgotten() {
        MissingPermissions missing = new MissingPermissions(world.kubernetes);
        Exception refused = new KubernetesClientException("nodemaintenances.redis-maintenance.dev \"patch\" is forbidden: User \"operator\" cannot patch resource"
                + " \"nodemaintenances\" in API group \"redis-maintenance.dev\" in the namespace \"cache\"", 403, null);
        missing.failed(resource, refused);
        int writes = world.kubernetes.writes();
        missing.failed(resource, refused);
        assertEquals(writes, world.kubernetes.writes(), "what was told stays told");
        sdk(missing, world.operator()).cleanupDone(new ResourceID("patch", InMemoryKubernetes.NAMESPACE),
                Map.of(Constants.CONTROLLER_NAME, NodeMaintenanceReconciler.NAME));
        missing.failed(resource, refused);
        assertEquals(writes + 1, world.kubernetes.writes());
    }

    @Test
    void that_its_namespace_ends_is_forgotten() throws KubernetesException {
        EndingNamespaces endings = new EndingNamespaces(world.kubernetes);
        world.kubernetes.endNamespace();
        NodeMaintenance deleted = world.kubernetes.get("patch").orElseThrow();
        endings.learn(deleted, false, NOW);
        assertTrue(endings.learn(deleted, false, NOW.plus(EndingNamespaces.EVERY)));
        endings.forget(deleted.getMetadata().getUid());
        endings.letGo(deleted);
        assertFalse(deleted.getSpec().isSkipShardsRestore());
        assertFalse(endings.learn(deleted, false, NOW.plus(EndingNamespaces.EVERY.multipliedBy(3))), "it is asked for the first time");
    }

    private static SdkMetrics sdk(MissingPermissions missing, MaintenanceLoop loop) {
        return new SdkMetrics(new OperatorMetrics(new SimpleMeterRegistry()), missing, loop::gone);
    }
}
