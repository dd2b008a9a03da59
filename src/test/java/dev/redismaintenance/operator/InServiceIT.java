package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.Servers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that declare our readiness gate, on a real API server: are they Ready exactly while they should get clients? */
class InServiceIT {
    private static final String POD = "cache-1";

    private final WriteCounter api = new WriteCounter();
    private Scene scene;
    private GateTape tape;
    private KubernetesClient client;
    private RunningOperator operator;

    static Pod gated(Pod pod) {
        return new PodBuilder(pod).editSpec().addNewReadinessGate(PodReader.IN_SERVICE).endSpec().build();
    }

    private void start(String image) {
        scene = new Scene(image, spec -> spec.pods(InServiceIT::gated)).withLedger();
        scene.stopOperator();
        client = api.client(scene.ground.accountConfig());
        tape = new GateTape(scene);
        startOperator();
        awaitAllReady();
    }

    private void startOperator() {
        operator = new RunningOperator(client, scene.ground.namespace, scene.brake.on(Kubernetes.class), scene.brake.on(Servers.class), Scene.QUICK);
    }

    @AfterEach
    void stop() {
        tape.close();
        operator.close();
        client.close();
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_pod_is_out_of_service_from_the_closing_until_its_role_is_back(String image) {
        start(image);
        scene.maintenances.on("patch", POD);
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        awaitRebound(ConditionStatus.True, Finding.OutOfService);
        scene.awaitThat("not Ready", () -> !scene.cluster.isReady(POD));
        assertOthersAreReady();

        scene.cluster.recreatePod(POD);
        scene.awaitThat("the mark is back", () -> scene.closed(POD));
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        awaitRebound(ConditionStatus.True, Finding.OutOfService);
        assertFalse(scene.cluster.isReady(POD));

        scene.cluster.awaitHealthy(Duration.ofSeconds(30));
        scene.awaitLooks();
        for (int i = 0; i < 2; i++) {
            operator.close();
            api.forget();
            startOperator();
            scene.awaitLooks();
            assertEquals(List.of(), api.writes(), "a new process finds all as it should be");
        }
        assertEquals(List.of("True", "False", "False"), tape.of(POD).stream().map(e -> e.split(" ")[0]).toList(), "the last is the pod that was made anew");

        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.awaitThat("Ready again", () -> scene.cluster.isReady(POD));
        assertEquals("True master unmarked", tape.of(POD).get(tape.of(POD).size() - 1), tape.of(POD).toString());
        assertOthersAreReady();
        scene.assertRestored();
    }

    @Test
    void the_status_of_a_resource_that_stays_tells_and_a_forced_leave_brings_it_back_as_well() {
        start("valkey:9.1");
        scene.maintenances.on("patch", POD);
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.mode("patch", Mode.Off);
        scene.maintenances.awaitReady("patch", Reason.Restored);
        awaitRebound(ConditionStatus.True, Finding.InService);
        awaitAllReady();

        scene.mode("patch", Mode.On);
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.awaitThat("not Ready", () -> !scene.cluster.isReady(POD));
        scene.edit("patch", spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        scene.maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
        awaitRebound(ConditionStatus.True, Finding.InService);
        awaitAllReady();
        assertFalse(scene.servesSlots(POD), "the shard was left where it is");
    }

    private void awaitRebound(ConditionStatus status, Finding finding) {
        scene.maintenances.await("patch", "EndpointsRebound " + status + " " + finding,
                m -> Maintenances.has(m, ConditionType.EndpointsRebound, status, finding));
    }

    private void awaitAllReady() {
        scene.awaitThat("all pods Ready", () -> scene.cluster.pods().stream().allMatch(scene.cluster::isReady));
    }

    private void assertOthersAreReady() {
        for (String pod : scene.cluster.pods()) {
            if (!pod.equals(POD)) {
                assertTrue(scene.cluster.isReady(pod), pod);
                assertEquals(1, tape.of(pod).size(), pod + " left its Services: " + tape.of(pod));
            }
        }
    }
}
