package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pod of a node in maintenance is placed anew, or is gone: is that said once, with what to do? */
class MovedAwayIT {
    private Scene scene;

    @BeforeEach
    void start() {
        scene = new Scene("valkey:9.1");
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private Condition awaitClosed(ConditionStatus status, Finding finding) {
        NodeMaintenance m = scene.maintenances.await("patch", finding.name(), r -> Maintenances.has(r, ConditionType.Closed, status, finding));
        return ConditionList.find(m.getStatus().getConditions(), ConditionType.Closed).orElseThrow();
    }

    private List<Event> told(Finding finding) {
        return scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems().stream().filter(e -> e.getReason().equals(finding.name())).toList();
    }

    @Test
    void a_pod_that_runs_on_another_kubernetes_node_stays_in_maintenance_and_both_are_named() {
        scene.withLedger();
        Pod pod = scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").get();
        assertEquals("worker-2", pod.getSpec().getNodeName());
        scene.cluster.deletePod("cache-1");
        scene.ground.client.resource(new PodBuilder().withNewMetadata().withNamespace(scene.ground.namespace).withName("cache-1")
                .withLabels(pod.getMetadata().getLabels()).removeFromLabels("redis-maintenance.dev/closed").endMetadata()
                .withSpec(pod.getSpec()).editSpec().withNodeName("worker-1").endSpec().build()).create();
        Condition closed = awaitClosed(ConditionStatus.True, Finding.MovedAway);
        assertTrue(closed.getMessage().contains("it runs on Kubernetes Node worker-1 now and its maintenance was begun on worker-2"), closed::getMessage);
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals("worker-1", scene.maintenances.get("patch").orElseThrow().getStatus().getNodes().get(0).getKubernetesNode());
        assertEquals(1, told(Finding.MovedAway).size());
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @Test
    void a_pod_that_is_scaled_away_is_told_with_the_way_out_which_works() {
        scene.cluster.deletePod("cache-1");
        Condition closed = awaitClosed(ConditionStatus.Unknown, Finding.PodAbsent);
        assertTrue(closed.getMessage().contains("scaled away") && closed.getMessage().contains("mode: Off with skipShardsRestore: true"), closed::getMessage);
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals(1, told(Finding.PodAbsent).size());
        scene.edit("patch", spec -> {
            spec.setMode(dev.redismaintenance.api.Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        scene.maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
        assertTrue(scene.maintenances.snapshots().isEmpty());
    }
}
