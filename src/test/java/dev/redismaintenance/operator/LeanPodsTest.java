package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.kubernetes.PodReader;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeanPodsTest {
    @Test
    void what_is_kept_of_a_pod_tells_which_it_is_and_whether_it_declares_the_gate() {
        LeanPods pods = new LeanPods();
        Pod pod = new PodBuilder().withNewMetadata().withNamespace("cache").withName("cache-0").withUid("u").withResourceVersion("7").addToLabels("app", "cache")
                .endMetadata().withNewSpec().addNewReadinessGate(PodReader.IN_SERVICE).addNewContainer().withName("server").endContainer().endSpec()
                .withNewStatus().withPhase("Running").endStatus().build();
        pods.put(pods.getKey(pod), pod);
        Pod kept = pods.get("cache/cache-0");
        assertEquals(List.of("cache-0", "u", "7"), List.of(kept.getMetadata().getName(), kept.getMetadata().getUid(), kept.getMetadata().getResourceVersion()));
        assertTrue(PodReader.declaresGate(kept));
        assertTrue(kept.getSpec().getContainers().isEmpty() && kept.getStatus() == null);
        assertFalse(PodReader.declaresGate(LeanPods.lean(new PodBuilder().withNewMetadata().withName("bare").endMetadata().build())));
    }
}
