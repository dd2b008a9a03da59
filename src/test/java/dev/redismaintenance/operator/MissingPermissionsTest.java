package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.memory.Topology;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Is what no status can tell of told by an event, once, and else in the log? */
class MissingPermissionsTest {
    private static final String REFUSAL = "nodemaintenances.redis-maintenance.dev \"patch\" is forbidden: User \"system:serviceaccount:cache:operator\" cannot patch"
            + " resource \"nodemaintenances\" in API group \"redis-maintenance.dev\" in the namespace \"cache\"";
    private final World world = new World(Topology.of(3, 1, 0));
    private final NodeMaintenance resource = applied();

    private NodeMaintenance applied() {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        return world.kubernetes.get("patch").orElseThrow();
    }

    private static Exception refused(int code) {
        return new IllegalStateException("in the SDK", new KubernetesClientException(REFUSAL, code, null));
    }

    @Test
    void what_the_SDK_may_not_do_is_told_with_verb_and_resource() {
        new MissingPermissions(world.kubernetes).failed(resource, refused(403));
        Event told = world.kubernetes.events().get(0);
        assertTrue(told.warning());
        assertEquals("MissingPermission", told.reason());
        assertEquals("the operator may not patch nodemaintenances; grant it in its Role: " + REFUSAL, told.message());
    }

    @Test
    void what_the_loop_may_not_do_is_told_in_its_own_words() {
        new MissingPermissions(world.kubernetes).failed(resource, new IllegalStateException(new KubernetesException("the operator may not list nodemaintenances", true, null)));
        assertEquals("the operator may not list nodemaintenances", world.kubernetes.events().get(0).message());
    }

    @Test
    void it_is_told_once_for_a_resource_however_often_it_is_tried() {
        MissingPermissions missing = new MissingPermissions(world.kubernetes);
        missing.failed(resource, refused(403));
        int writes = world.kubernetes.writes();
        missing.failed(resource, refused(403));
        assertEquals(writes, world.kubernetes.writes());
    }

    @Test
    void nobody_is_told_of_other_failures_and_no_event_is_made_of_other_resources() {
        MissingPermissions missing = new MissingPermissions(world.kubernetes);
        missing.failed(resource, refused(500));
        missing.failed(resource, new IllegalStateException(new KubernetesException("could not list pods", false, null)));
        missing.failed(new PodBuilder().withNewMetadata().withName("cache-1").endMetadata().build(), refused(403));
        assertEquals(List.of(), world.kubernetes.events());
    }

    @Test
    void where_no_event_may_be_made_the_log_has_it() {
        try (LogTape log = new LogTape()) {
            new MissingPermissions(FaultyKubernetes.of(world.kubernetes, name -> FaultyKubernetes.Fault.FORBIDDEN)).failed(resource, refused(403));
            assertEquals(2, log.lines().size(), () -> "" + log.lines());
            assertTrue(log.lines().get(0).startsWith("cache/patch: the operator may not patch nodemaintenances; grant it in its Role"), log.lines().get(0));
            assertTrue(log.lines().get(1).contains("may not event"), log.lines().get(1));
        }
    }
}
