package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.snapshot.SnapshotMap;
import dev.redismaintenance.snapshot.SnapshotText;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Readiness gates and what the status says of them, against the loop and the keeper in memory. */
class InServiceLoopTest {
    private static final String POD = "cache-1";
    private final World world = new World(Topology.of(3, 1, 0));
    private final String before = gated().state();
    private final MaintenanceLoop operator = world.operator();

    @Test
    void new_pods_get_into_service_without_any_maintenance_and_then_nothing_is_written() {
        World fresh = new World(Topology.of(3, 1, 0));
        fresh.pods.declareGates();
        MaintenanceLoop loop = fresh.operator();
        fresh.turn(loop);
        assertEquals(fresh.topology.pods().size(), fresh.kubernetes.writes());
        assertTrue(fresh.pods.gates().values().stream().allMatch(InServiceGate.IN_SERVICE::equals));
        for (int i = 0; i < 5; i++) {
            fresh.turn(loop);
            fresh.turn(fresh.operator());
        }
        assertEquals(fresh.topology.pods().size(), fresh.kubernetes.writes(), "neither this process nor the next ones");
    }

    @Test
    void the_status_says_when_the_pod_has_left_its_services_and_when_it_is_back() {
        enter();
        world.until(operator, "out", () -> rebound("patch").equals("True OutOfService"));
        int writes = world.kubernetes.writes();
        turns(10);
        assertEquals(writes, world.kubernetes.writes(), "idle");
        world.kubernetes.apply("patch", POD, spec -> spec.setMode(Mode.Off));
        world.until(operator, "being brought back", () -> rebound("patch").equals("False OutOfService"));
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals("True InService", rebound("patch"));
        assertEquals("True AsRecorded", world.condition("patch", ConditionType.Restored).orElseThrow());
        List<String> told = world.kubernetes.events().stream().map(Event::reason).toList();
        assertTrue(told.containsAll(List.of("OutOfService", "InService")), told.toString());
    }

    @Test
    void when_the_resource_is_gone_the_pod_is_in_service() {
        enter();
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }

    @Test
    void while_the_gate_may_not_be_set_leaving_waits_and_after_a_minute_a_person_is_asked() {
        world.tryingAgain();
        boolean[] forbidden = new boolean[1];
        MaintenanceLoop loop = world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes,
                name -> name.equals("sayInService") && forbidden[0] ? FaultyKubernetes.Fault.FORBIDDEN : FaultyKubernetes.Fault.NONE));
        world.kubernetes.apply("patch", POD, spec -> { });
        world.untilReady(loop, "patch", Reason.InMaintenance);
        world.until(loop, "out", () -> rebound("patch").equals("True OutOfService"));
        forbidden[0] = true;
        world.kubernetes.delete("patch");
        world.until(loop, "waiting", () -> world.ready("patch").equals("False " + Reason.ReturningToService));
        assertFalse(world.stalled("patch"));
        world.until(loop, "stalled", () -> world.stalled("patch"));
        assertEquals("False " + Reason.ReturningToService, world.ready("patch"));
        forbidden[0] = false;
        world.until(loop, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }

    @Test
    void a_pod_that_is_made_anew_in_maintenance_is_never_in_service() {
        enter();
        world.pods.delete(POD);
        turns(3);
        assertEquals("Unknown PodAbsent", rebound("patch"));
        world.pods.recreate(POD);
        for (int i = 0; i < 10; i++) {
            world.turn(world.operator());
            assertEquals(InServiceGate.OUT_OF_SERVICE, world.pods.gates().get(POD));
        }
    }

    @Test
    void one_that_is_made_anew_on_its_way_back_is_not_in_service_before_it_has_its_role() {
        enter();
        world.kubernetes.apply("patch", POD, spec -> spec.setMode(Mode.Off));
        world.until(operator, "opening", () -> world.pods.marks().get(POD).open());
        world.service(POD);
        world.until(operator, "in service", () -> world.pods.gates().get(POD) == InServiceGate.IN_SERVICE);
        assertEquals(Role.PRIMARY, world.cluster.role(POD));
        world.untilReady(operator, "patch", Reason.Restored);
    }

    @Test
    void nor_is_one_that_is_made_anew_while_its_maintenance_is_refused() {
        enter();
        world.kubernetes.apply("patch", POD, spec -> spec.setOverrideGates(List.of("QuorumSafe")));
        world.until(operator, "refused", () -> world.ready("patch").equals("False " + Reason.OverridesOff));
        world.pods.delete(POD);
        turns(3);
        world.pods.recreate(POD);
        turns(5);
        assertEquals(InServiceGate.OUT_OF_SERVICE, world.pods.gates().get(POD));
    }

    @Test
    void a_leave_without_restoring_brings_it_back_into_service() {
        enter();
        world.kubernetes.apply("patch", POD, spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        world.untilReady(operator, "patch", Reason.OpenedWithoutRestore);
        world.until(operator, "in service", () -> rebound("patch").equals("True InService"));
        assertEquals(Role.REPLICA, world.cluster.role(POD));
    }

    @Test
    void two_resources_on_one_pod_keep_it_out_until_the_second_leaves() {
        enter();
        world.kubernetes.apply("second", POD, spec -> { });
        world.untilReady(operator, "second", Reason.InMaintenance);
        world.kubernetes.apply("patch", POD, spec -> spec.setMode(Mode.Off));
        world.until(operator, "held", () -> world.ready("patch").equals("False " + Reason.HeldByOthers));
        turns(5);
        assertEquals(InServiceGate.OUT_OF_SERVICE, world.pods.gates().get(POD));
        world.kubernetes.delete("second");
        world.until(operator, "gone", () -> world.kubernetes.get("second").isEmpty());
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals(InServiceGate.IN_SERVICE, world.pods.gates().get(POD));
    }

    @Test
    void another_maintenance_right_after_takes_the_node_that_is_back_for_an_able_one() {
        enter();
        world.kubernetes.delete("patch");
        world.kubernetes.apply("next", "cache-4", spec -> { });
        world.untilReady(operator, "next", Reason.InMaintenance);
        assertEquals(Role.PRIMARY, world.cluster.role(POD));
        assertEquals(InServiceGate.OUT_OF_SERVICE, world.pods.gates().get("cache-4"));
    }

    @Test
    void without_the_gate_the_condition_says_that_it_does_not_apply() {
        World plain = new World(Topology.of(3, 1, 0));
        MaintenanceLoop loop = plain.operator();
        plain.kubernetes.apply("patch", POD, spec -> { });
        plain.untilReady(loop, "patch", Reason.InMaintenance);
        assertEquals("Unknown NotApplicable", plain.condition("patch", ConditionType.EndpointsRebound).orElseThrow());
    }

    @Test
    void the_snapshot_records_the_gate_and_one_of_an_earlier_version_is_readable() {
        enter();
        var map = world.kubernetes.snapshot(InMemoryKubernetes.NAMESPACE, world.kubernetes.snapshotNames().get(0)).orElseThrow();
        assertTrue(map.placement().orElseThrow().gated());
        String text = SnapshotMap.of("cache", "s", SnapshotMap.MAINTENANCE, map.placement().get()).getData().get("snapshot.yaml");
        assertTrue(text.contains("\ninServiceGate: true\n"), text);
        assertFalse(SnapshotText.read(text.replace("inServiceGate: true\n", "")).gated());
    }

    private World gated() {
        world.topology.pods().forEach(world::gated);
        return world;
    }

    private String rebound(String name) {
        return world.condition(name, ConditionType.EndpointsRebound).orElse("");
    }

    private void enter() {
        world.kubernetes.apply("patch", POD, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            world.turn(operator);
        }
    }
}
