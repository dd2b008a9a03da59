package dev.redismaintenance.operator;

import static dev.redismaintenance.operator.MachineScene.NODE;
import static dev.redismaintenance.operator.MachineScene.apply;
import static dev.redismaintenance.operator.MachineScene.applyNode;
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
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose is the cordon of a Kubernetes Node in maintenance, and what becomes of it? Against the loop in memory. */
class MachineCordonTest {
    /** cache-0 and cache-4 are on one machine: a primary, and the replica of cache-1. */
    private final World world = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
    private final String before = world.state();
    private final MaintenanceLoop operator = world.operator();

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
        turns(world, operator, 10);
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
        turns(world, operator, 10);
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

    @Test
    void two_that_name_it_add_up() {
        enter(world, operator);
        applyNode(world, "second", NODE, spec -> { });
        world.untilReady(operator, "second", Reason.InMaintenance);
        leave(world, operator);
        turns(world, operator, 10);
        assertTrue(world.pods.cordoned(NODE));
        assertEquals("True InMaintenance", world.ready("second"));
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
        world.kubernetes.delete("second");
        world.until(operator, "gone", () -> world.kubernetes.get("second").isEmpty());
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
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
        assertTrue(told(world, ConditionType.Closed).contains(" Closed by patch since 2026-"), told(world, ConditionType.Closed));
        world.pods.uncordon("worker-5");
        turns(world, operator, 10);
        assertFalse(world.pods.cordoned("worker-5"));
        leave(world, operator);
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
}
