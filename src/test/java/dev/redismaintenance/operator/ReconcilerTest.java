package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.EmbeddedApiServer;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reconciler under the SDK against fabric8's mock of the API: finalizer, status, mark and snapshot, with servers in memory. */
class ReconcilerTest {
    private static final String NAMESPACE = "cache";

    @Test
    void a_resource_is_taken_through_its_whole_life() throws Exception {
        Topology topology = Topology.of(3, 1, 0);
        InMemoryCluster cluster = new InMemoryCluster(topology);
        String before = cluster.placement();
        try (EmbeddedApiServer api = EmbeddedApiServer.start(); KubernetesClient client = api.client(); AutoCloseable clock = cluster.startClock(20)) {
            Ground.install(client);
            topology.pods().forEach(pod -> {
                client.resource(pod(topology, cluster, pod)).create();
                client.resource(pod(topology, cluster, pod)).updateStatus();
            });
            Maintenances maintenances = new Maintenances(client, NAMESPACE);
            try (LogTape log = new LogTape(); RunningOperator operator = new RunningOperator(client, NAMESPACE, k -> k, real -> cluster, Pace.DEFAULT)) {
                maintenances.on("patch", "cache-1");
                assertEquals("0/0", maintenances.awaitReady("patch", Reason.InMaintenance).getStatus().getShards());
                assertEquals("true", labels(client).get("redis-maintenance.dev/closed"));
                assertTrue(maintenances.get("patch").orElseThrow().getMetadata().getFinalizers().contains(NodeMaintenanceReconciler.FINALIZER));
                assertEquals(1, maintenances.snapshots().size());
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
                assertFalse(log.with("Rescheduling event with delay").isEmpty(), "the SDK is not heard");
                assertEquals(List.of(), log.with("max reconciliation interval"), "its deletion may cancel that timer while it is set");
            }
            assertEquals(0, maintenances.snapshots().size());
            assertEquals(Map.of("app", "cache"), labels(client));
        }
        assertEquals(before, cluster.placement());
    }

    @Test
    void an_old_copy_of_a_resource_that_is_gone_does_not_release_a_new_one_of_the_same_name() throws Exception {
        try (EmbeddedApiServer api = EmbeddedApiServer.start(); KubernetesClient client = api.client()) {
            Ground.install(client);
            Maintenances maintenances = new Maintenances(client, NAMESPACE);
            maintenances.on("patch", "cache-1");
            NodeMaintenance old = maintenances.get("patch").orElseThrow();
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            // as the loop sees it there is none at all
            NodeMaintenanceReconciler reconciler = new NodeMaintenanceReconciler(new World(Topology.of(3, 1, 0)).operator());
            reconciler.cleanup(old, context(client));
            maintenances.on("patch", "cache-1");
            client.resource(maintenances.get("patch").orElseThrow()).edit(m -> {
                m.addFinalizer(NodeMaintenanceReconciler.FINALIZER);
                return m;
            });
            reconciler.cleanup(old, context(client));
            assertEquals(List.of(NodeMaintenanceReconciler.FINALIZER), maintenances.get("patch").orElseThrow().getMetadata().getFinalizers());
            reconciler.cleanup(maintenances.get("patch").orElseThrow(), context(client));
            assertEquals(List.of(), maintenances.get("patch").orElseThrow().getMetadata().getFinalizers());
        }
    }

    @SuppressWarnings("unchecked")
    private static Context<NodeMaintenance> context(KubernetesClient client) {
        return (Context<NodeMaintenance>) Proxy.newProxyInstance(Context.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, args) -> {
            assertEquals("getClient", method.getName());
            return client;
        });
    }

    private static Map<String, String> labels(KubernetesClient client) {
        return client.pods().inNamespace(NAMESPACE).withName("cache-1").get().getMetadata().getLabels();
    }

    private static Pod pod(Topology topology, InMemoryCluster cluster, String name) {
        return new PodBuilder().withNewMetadata().withNamespace(NAMESPACE).withName(name).withLabels(Map.of("app", "cache")).endMetadata()
                .withNewSpec().withNodeName(topology.machines().get(name)).addNewContainer().withName("server").withImage("valkey:9.1").endContainer().endSpec()
                .withNewStatus().withPhase("Running").withPodIP(cluster.ip(name))
                .addNewCondition().withType("Ready").withStatus("True").endCondition().endStatus()
                .build();
    }
}
