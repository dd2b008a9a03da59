package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.Servers;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Does nothing happening cost nothing? Several looks in each steady state, and not one write to the API server or order to a server. */
class IdleIT {
    private static final int LOOKS = 8;

    private final WriteCounter api = new WriteCounter();
    private Scene scene;
    private KubernetesClient client;
    private RunningOperator operator;

    @AfterEach
    void stop() {
        operator.close();
        client.close();
        scene.close();
    }

    private void start(String image) {
        scene = new Scene(image);
        scene.stopOperator();
        client = api.client(scene.ground.accountConfig());
        startOperator();
    }

    private void startOperator() {
        operator = new RunningOperator(client, scene.ground.namespace, scene.brake.on(Kubernetes.class), scene.brake.on(Servers.class), Scene.QUICK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void no_write_while_in_maintenance_and_while_refused_and_after_it(String image) {
        start(image);
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.cluster.awaitHealthy(java.time.Duration.ofSeconds(30));
        assertIdle("in maintenance");

        scene.maintenances.on("missing", "no-such-pod");
        scene.maintenances.awaitStalled("missing", Reason.PodNotFound);
        assertIdle("one in maintenance, one refused");
        scene.maintenances.delete("missing");
        scene.maintenances.awaitGone("missing");

        scene.mode("patch", Mode.Off);
        scene.maintenances.awaitReady("patch", Reason.Restored);
        assertNoWriteWhenAnotherProcessLooks();
    }

    /** What is over is looked at again when the operator starts. */
    private void assertNoWriteWhenAnotherProcessLooks() {
        String before = resources();
        List<Event> events = events();
        operator.close();
        api.forget();
        int looks = scene.brake.count("snapshots");
        startOperator();
        scene.awaitThat("a look", () -> scene.brake.count("snapshots") > looks);
        operator.close();
        assertEquals(List.of(), api.writes());
        assertEquals(before, resources());
        assertEquals(events, events());
    }

    private void assertIdle(String when) {
        scene.awaitLooks();
        Untouched world = Untouched.since(scene.ground.client, scene.ground.namespace, scene.cluster);
        String before = resources();
        List<Event> events = events();
        api.forget();
        int reads = api.reads();
        scene.brake.awaitMore("maintenances", LOOKS);
        assertEquals(List.of(), api.writes(), when);
        assertTrue(api.reads() >= reads + LOOKS, "no look was taken");
        assertEquals(before, resources(), when);
        assertEquals(events, events(), when);
        world.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void no_write_while_in_maintenance_under_traffic(String image) {
        start(image);
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.cluster.awaitHealthy(java.time.Duration.ofSeconds(30));
        try (Traffic traffic = Traffic.on(scene.cluster).opsPerSecond(500).valueBytes(1000).start()) {
            traffic.awaitWrites(100);
            scene.awaitLooks();
            String before = resources();
            List<Event> events = events();
            int orders = scene.brake.count("set");
            api.forget();
            scene.brake.awaitMore("maintenances", LOOKS);
            traffic.awaitWrites(100);
            assertEquals(List.of(), api.writes());
            assertEquals(before, resources());
            assertEquals(events, events());
            assertEquals(orders, scene.brake.count("set"));
            assertFalse(scene.servesSlots("cache-1"));
        }
    }

    /** Whole, with resource versions. */
    private String resources() {
        return Serialization.asYaml(scene.ground.client.resources(NodeMaintenance.class).inNamespace(scene.ground.namespace).list().getItems());
    }

    private List<Event> events() {
        return scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems();
    }
}
