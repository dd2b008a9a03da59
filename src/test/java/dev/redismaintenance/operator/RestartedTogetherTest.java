package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.MemorySlotWork;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.Step;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All pods restart together at new addresses: what does the operator do by itself, and what only when it is told to? */
class RestartedTogetherTest {
    private final World world = new World(Topology.of(3, 1, 0));
    private final String before = world.state();

    private long meetings() {
        return world.cluster.calls().stream().filter(c -> c.what().equals("meet")).count();
    }

    private MaintenanceLoop enter() {
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.pods.cutPower();
        return operator;
    }

    @Test
    void without_the_setting_it_says_what_to_do_and_touches_no_server() {
        MaintenanceLoop operator = enter();
        world.until(operator, "said", () -> world.ready("patch").equals("False " + Reason.Scattered));
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains("(CLUSTER MEET ") && world.message("patch").contains("redis-maintenance.heal-restarted-clusters=true"), world.message("patch"));
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        for (int i = 0; i < 20; i++) {
            world.turn(operator);
        }
        assertEquals("False " + Reason.Scattered, world.ready("patch"));
        assertEquals(0, meetings());
    }

    @Test
    void with_the_setting_they_are_introduced_to_each_other_and_everything_comes_back() {
        world.healing();
        MaintenanceLoop operator = enter();
        world.until(operator, "noticed", () -> world.ready("patch").equals("False " + Reason.Reuniting));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }

    @Test
    void who_has_taken_the_address_of_another_between_look_and_step_is_not_met() {
        NodeId meant = world.cluster.id("cache-5");
        world.cluster.loseDisk("cache-5");
        String ip = world.cluster.ip("cache-5");
        StepRunner runner = new StepRunner(world.kubernetes, world.cluster, new Flights(new ForeignFailovers(), promoted -> { }), new SlotWorkers(
                new MemorySlotWork(world.cluster, new CallCounter(0), world.cluster::tick), Runnable::run, Clock.systemUTC(), namespace -> true));
        Situation situation = new Situation(new ClusterView(Map.of(), List.of(), List.of()), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Map.of(), List.of());
        Observation seen = new Observation(situation, Map.of(meant, new Endpoint(ip, 6379, ConnectionSettings.PLAIN),
                world.cluster.id("cache-0"), new Endpoint(world.cluster.ip("cache-0"), 6379, ConnectionSettings.PLAIN)), List.of(), List.of(), Optional.empty(), Optional.empty());
        NodeMaintenance resource = new NodeMaintenance();
        resource.setMetadata(new ObjectMetaBuilder().withName("patch").withNamespace(InMemoryKubernetes.NAMESPACE).withUid("u").build());
        Request request = new Request("patch", "u", "cache-1", "", "2026-01-01T00:00:00Z", false, Optional.empty(), true, false);
        ServerException refused = assertThrows(ServerException.class, () -> runner.run(new Step.Meet(world.cluster.id("cache-0"), meant, ip, 6379, 16379), resource, request,
                seen, Instant.parse("2026-01-01T00:00:00Z")));
        assertTrue(refused.getMessage().contains("is not node " + meant.brief() + " any more"), refused.getMessage());
        assertEquals(0, meetings());
    }
}
