package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.cluster.Revision;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Is a pod ready that is out of service because we say so? */
class PodReaderTest {
    private static final String OTHER = "load-balancer.example/registered";

    @Test
    void out_of_service_is_no_fault_of_the_pod() {
        PodFacts pod = pod(List.of(PodReader.IN_SERVICE), "ContainersReady=True", "Ready=False", PodReader.IN_SERVICE + "=False");
        assertTrue(pod.ready());
        assertEquals(InServiceGate.OUT_OF_SERVICE, pod.inService());
    }

    @Test
    void the_kubelet_has_not_noticed_yet_that_it_is_in_service_again() {
        PodFacts pod = pod(List.of(PodReader.IN_SERVICE), "ContainersReady=True", "Ready=False", PodReader.IN_SERVICE + "=True");
        assertTrue(pod.ready());
        assertEquals(InServiceGate.IN_SERVICE, pod.inService());
    }

    @Test
    void a_pod_with_the_gate_whose_server_is_not_ready_is_not_ready() {
        assertFalse(pod(List.of(PodReader.IN_SERVICE), "ContainersReady=False", "Ready=False", PodReader.IN_SERVICE + "=True").ready());
    }

    @Test
    void the_gates_of_others_count() {
        assertFalse(pod(List.of(PodReader.IN_SERVICE, OTHER), "ContainersReady=True", "Ready=False", PodReader.IN_SERVICE + "=False", OTHER + "=False").ready());
        assertTrue(pod(List.of(PodReader.IN_SERVICE, OTHER), "ContainersReady=True", "Ready=False", PodReader.IN_SERVICE + "=False", OTHER + "=True").ready());
    }

    @Test
    void a_gate_that_nobody_has_spoken_of_is_not_set() {
        assertEquals(InServiceGate.NOT_SET, pod(List.of(PodReader.IN_SERVICE), "Ready=False").inService());
    }

    @Test
    void without_the_gate_its_condition_means_nothing_and_Ready_decides() {
        PodFacts ready = pod(List.of(OTHER), "ContainersReady=True", "Ready=True", PodReader.IN_SERVICE + "=False");
        assertTrue(ready.ready());
        assertEquals(InServiceGate.NOT_DECLARED, ready.inService());
        assertFalse(pod(List.of(OTHER), "ContainersReady=True", "Ready=False").ready());
    }

    @Test
    void a_pod_is_at_each_of_its_addresses_and_only_its_controller_counts_as_its_owner() {
        PodFacts pod = read(new PodBuilder().withNewMetadata().withName("cache-0")
                .addNewOwnerReference().withApiVersion("v1").withKind("Other").withName("other").endOwnerReference()
                .addNewOwnerReference().withApiVersion("apps/v1").withKind("StatefulSet").withName("cache").withController(true).endOwnerReference().endMetadata()
                .withNewSpec().addNewContainer().withName("server").withArgs("--port", "6380").endContainer().endSpec()
                .withNewStatus().withPodIP("10.0.0.1").addNewPodIP("10.0.0.1").addNewPodIP("fd00::1").endStatus().build(), Map.of());
        assertTrue(pod.at("10.0.0.1") && pod.at("fd00::1"));
        assertFalse(pod.at("10.0.0.2"));
        assertEquals(Optional.of(new Reach.Controller("StatefulSet", "cache", true)), pod.reach().controller());
        assertEquals(Optional.of(6380), pod.reach().listening().port());
        assertFalse(read(new PodBuilder().withNewMetadata().withName("cache-0").addNewOwnerReference().withApiVersion("apps.kruise.io/v1")
                .withKind("StatefulSet").withName("cache").withController(true).endOwnerReference().endMetadata().withNewSpec().endSpec().build(), Map.of())
                .reach().controller().orElseThrow().statefulSet());
    }

    @Test
    void the_revision_is_told_by_the_label_and_the_controller_that_set_it() {
        PodFacts pod = read(new PodBuilder().withNewMetadata().withName("cache-0").withLabels(Map.of("controller-revision-hash", "cache-5d9"))
                .addNewOwnerReference().withKind("Cache").withName("big").endOwnerReference()
                .addNewOwnerReference().withKind("StatefulSet").withName("cache").withController(true).endOwnerReference().endMetadata()
                .withNewSpec().endSpec().build(), Map.of());
        assertEquals(Optional.of(new Revision("StatefulSet cache", "cache-5d9")), pod.revision());
    }

    @Test
    void a_pod_without_owner_or_without_the_label_has_no_revision() {
        assertEquals(Optional.empty(), read(new PodBuilder().withNewMetadata().withName("cache-0")
                .withLabels(Map.of("controller-revision-hash", "cache-5d9")).endMetadata().withNewSpec().endSpec().build(), Map.of()).revision());
        assertEquals(Optional.empty(), pod(List.of()).revision());
    }

    private static PodFacts pod(List<String> gates, String... conditions) {
        List<PodCondition> list = Arrays.stream(conditions).map(c -> c.split("="))
                .map(c -> new PodConditionBuilder().withType(c[0]).withStatus(c[1]).build()).toList();
        return read(new PodBuilder().withNewMetadata().withName("cache-0").endMetadata()
                .withNewSpec().withReadinessGates(gates.stream().map(PodReadinessGate::new).toList()).endSpec()
                .withNewStatus().withPhase("Running").withConditions(list).endStatus().build(), Map.of());
    }

    @Test
    void a_pod_is_as_old_as_the_first_of_its_containers_that_runs() {
        Pod pod = new PodBuilder().withNewMetadata().withName("cache-0").endMetadata().withNewSpec().endSpec().withNewStatus()
                .addNewContainerStatus().withNewState().withNewRunning("2026-11-26T12:05:00Z").endState().endContainerStatus()
                .addNewContainerStatus().withNewState().withNewRunning("2026-11-26T12:00:00Z").endState().endContainerStatus()
                .addNewContainerStatus().withNewState().withNewWaiting("", "CrashLoopBackOff").endState().endContainerStatus().endStatus().build();
        assertEquals(Optional.of(Instant.parse("2026-11-26T12:00:00Z")), read(pod, Map.of()).reach().started());
    }

    private static PodFacts read(Pod whole, Map<String, SharedNodes.Facts> nodes) {
        return PodReader.read(AsRead.of(whole, Pod.class), nodes);
    }
}
