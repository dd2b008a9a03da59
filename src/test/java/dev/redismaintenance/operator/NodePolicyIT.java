package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who may have a Kubernetes Node cordoned through a NodeMaintenance, by the checked-in policy on a real API server? */
class NodePolicyIT {

    @Test
    void only_who_may_patch_the_kubernetes_node_may_name_it_or_switch_it_on() throws IOException {
        try (Ground ground = new Ground(); KubernetesClient anna = ground.user("anna", "create", "get", "update", "patch", "delete"); KubernetesClient omar = ground.user("omar", "create", "get", "update", "patch")) {
            mayPatch(ground, "omar", "worker-1");
            List<HasMetadata> policy = policy(ground);
            try {
                Awaitility.await("the policy is in force").atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> refused(() -> anna.resource(request(ground, "probe", "worker-1")).dryRun().create()));
                omar.resource(request(ground, "his", "worker-1")).create();
                refused(() -> omar.resource(request(ground, "another", "worker-2")).create());
                NodeMaintenance ofPod = request(ground, "pod", null);
                ofPod.getSpec().setPodName("cache-0");
                anna.resource(ofPod).create();
                edit(anna, ofPod, spec -> spec.setMode(Mode.Off));
                edit(anna, ofPod, spec -> spec.setMode(Mode.On));
                sheMayStopWhatHeHasBegunAndNotLetItGoOn(anna, omar, request(ground, "his", "worker-1"));
            } finally {
                policy.forEach(o -> ground.client.resource(o).delete());
            }
        }
    }

    private static void sheMayStopWhatHeHasBegunAndNotLetItGoOn(KubernetesClient anna, KubernetesClient omar, NodeMaintenance his) {
        edit(anna, his, spec -> spec.setReason("kernel patch"));
        anna.resource(his).fieldManager("git").forceConflicts().serverSideApply();
        for (Consumer<NodeMaintenanceSpec> stop : List.<Consumer<NodeMaintenanceSpec>>of(spec -> spec.setMode(Mode.Off), spec -> spec.setDryRun(true))) {
            edit(anna, his, stop);
            edit(anna, his, spec -> spec.setReason("kernel patch, later"));
            refused(() -> edit(anna, his, NodePolicyIT::on));
            edit(omar, his, NodePolicyIT::on);
        }
        anna.resource(his).delete();
    }

    private static void on(NodeMaintenanceSpec spec) {
        spec.setMode(Mode.On);
        spec.setDryRun(false);
    }

    /** Of what the API server has, by its name alone: else the client would take the given one for that. */
    private static void edit(KubernetesClient user, NodeMaintenance named, Consumer<NodeMaintenanceSpec> change) {
        user.resources(NodeMaintenance.class).inNamespace(named.getMetadata().getNamespace()).withName(named.getMetadata().getName()).edit(m -> {
            change.accept(m.getSpec());
            return m;
        });
    }

    private static void refused(Runnable attempt) {
        KubernetesClientException e = assertThrows(KubernetesClientException.class, attempt::run);
        assertTrue(e.getMessage().contains("needs the verb patch on that Node"), e.getMessage());
    }

    private static NodeMaintenance request(Ground ground, String name, String node) {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withNamespace(ground.namespace).withName(name).build());
        m.setSpec(new NodeMaintenanceSpec());
        m.getSpec().setNodeName(node);
        return m;
    }

    private static List<HasMetadata> policy(Ground ground) throws IOException {
        try (InputStream file = new FileInputStream("helm/redis-maintenance-operator/files/node-policy.yaml")) {
            return ground.client.load(file).serverSideApply();
        }
    }

    private static void mayPatch(Ground ground, String user, String node) {
        String name = ground.namespace + "-" + user;
        ground.client.resource(new ClusterRoleBuilder().withNewMetadata().withName(name).endMetadata()
                .withRules(new PolicyRuleBuilder().withApiGroups("").withResources("nodes").withResourceNames(node).withVerbs("patch").build()).build()).create();
        ground.client.resource(new ClusterRoleBindingBuilder().withNewMetadata().withName(name).endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject().withKind("User").withName(user).withApiGroup("rbac.authorization.k8s.io").endSubject().build()).create();
    }
}
