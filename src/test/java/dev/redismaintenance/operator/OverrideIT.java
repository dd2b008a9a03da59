package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gates that are passed over: who may ask for it, by the checked-in policy on a real API server, and what is told of it. */
class OverrideIT {

    @Test
    void only_who_holds_the_verb_may_set_it_and_others_may_go_on_editing_the_rest() throws IOException {
        try (Ground ground = new Ground(); KubernetesClient alice = ground.user("alice", "create", "get", "patch", "update", "delete");
                KubernetesClient bob = ground.user("bob", "create", "get", "patch", "update", "delete", "override")) {
            List<HasMetadata> policy = policy(ground);
            try {
                Awaitility.await("the policy is in force").atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> refused(() -> alice.resource(request(ground, "probe", "QuorumSafe")).dryRun().create()));
                alice.resource(request(ground, "plain")).create();
                bob.resource(request(ground, "bold", "QuorumSafe")).create();
                alice.resources(NodeMaintenance.class).inNamespace(ground.namespace).withName("bold").edit(m -> {
                    m.getSpec().setReason("alice was here");
                    return m;
                });
                assertTrue(refused(() -> alice.resources(NodeMaintenance.class).inNamespace(ground.namespace).withName("bold").edit(m -> {
                    m.getSpec().setOverrideGates(List.of("QuorumSafe", "RedundancyKept"));
                    return m;
                })));
                alice.resources(NodeMaintenance.class).inNamespace(ground.namespace).withName("bold").edit(m -> {
                    m.getSpec().setOverrideGates(List.of());
                    return m;
                });
            } finally {
                policy.forEach(o -> ground.client.resource(o).delete());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void what_a_gate_refuses_is_done_when_it_is_named_and_who_named_it_is_told(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache")
                .image(image).primaries(3).replicasPerPrimary(1).layout("worker-1", "worker-2", "worker-3", "worker-1", "worker-2", "worker-3")
                .args("--cluster-node-timeout", "3000").create();
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            maintenances.on("patch", "cache-4");
            maintenances.awaitStalled("patch", Reason.GateRefused);
            maintenances.edit("patch", spec -> spec.setOverrideGates(List.of("RedundancyKept")));
            maintenances.awaitReady("patch", Reason.InMaintenance);
            String told = ground.client.v1().events().inNamespace(ground.namespace).list().getItems().stream()
                    .filter(e -> e.getReason().equals("GateOverridden")).findFirst().orElseThrow().getMessage();
            assertTrue(told.contains("gate RedundancyKept is passed over as spec.overrideGates (set by ") && told.contains("it finds: "), told);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(before, cluster.placement());
        }
    }

    private static boolean refused(Runnable attempt) {
        KubernetesClientException e = assertThrows(KubernetesClientException.class, attempt::run);
        assertTrue(e.getMessage().contains("needs the verb override"), e.getMessage());
        return true;
    }

    private static NodeMaintenance request(Ground ground, String name, String... gates) {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withNamespace(ground.namespace).withName(name).build());
        m.setSpec(new NodeMaintenanceSpec());
        m.getSpec().setPodName("cache-0");
        m.getSpec().setOverrideGates(List.of(gates));
        return m;
    }

    private static List<HasMetadata> policy(Ground ground) throws IOException {
        try (InputStream file = new FileInputStream("helm/redis-maintenance-operator/files/override-policy.yaml")) {
            return ground.client.load(file).serverSideApply();
        }
    }
}
