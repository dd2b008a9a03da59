package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.chart.Chart;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Are the rights that the chart gives enough, are they no more than a namespace, and does the operator name one that is missing? */
class RbacIT {

    @Test
    void the_checked_in_permissions_are_enough_for_a_whole_maintenance() throws Exception {
        try (Ground ground = new Ground(); RedisCluster cluster = gatedCluster(ground); KubernetesClient account = account(ground)) {
            load(ground).forEach(o -> ground.client.resource(o).serverSideApply());
            Placement before = cluster.placement();
            try (RunningOperator operator = new RunningOperator(account, ground.namespace)) {
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("patch", "cache-0");
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
                maintenances.on("machine", null, spec -> spec.setNodeName(ground.client.pods().inNamespace(ground.namespace).withName("cache-0").get().getSpec().getNodeName()));
                maintenances.awaitReady("machine", Reason.InMaintenance);
                maintenances.delete("machine");
                maintenances.awaitGone("machine");
                Awaitility.await("all pods in service").atMost(Duration.ofSeconds(30)).until(() -> cluster.pods().stream().allMatch(cluster::isReady));
            }
            assertEquals(before, cluster.placement());
        }
    }

    @Test
    void without_the_right_to_cordon_a_whole_kubernetes_node_is_refused_and_the_right_is_named() throws Exception {
        try (Ground ground = new Ground(); KubernetesClient account = account(ground)) {
            load(ground).forEach(o -> {
                if (o instanceof io.fabric8.kubernetes.api.model.rbac.ClusterRole role) {
                    role.getRules().forEach(rule -> rule.getVerbs().remove("patch"));
                }
                ground.client.resource(o).serverSideApply();
            });
            try (RunningOperator operator = new RunningOperator(account, ground.namespace)) {
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("machine", null, spec -> spec.setNodeName(ground.kubelet.nodes().get(0)));
                maintenances.awaitStalled("machine", Reason.MissingPermission);
                String message = maintenances.condition("machine", ConditionType.Ready).orElseThrow().getMessage();
                assertTrue(message.contains("may not patch nodes"), message);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"configmaps, may not list configmaps", "leases, may not get leases.coordination.k8s.io", "events, may not create events"})
    void a_missing_permission_is_named(String resource, String named) throws Exception {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground); KubernetesClient account = account(ground)) {
            load(ground).forEach(o -> {
                if (o instanceof Role role) {
                    role.getRules().removeIf(rule -> rule.getResources().contains(resource));
                }
                ground.client.resource(o).serverSideApply();
            });
            try (RunningOperator operator = new RunningOperator(account, ground.namespace)) {
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("patch", "cache-0");
                maintenances.awaitStalled("patch", Reason.MissingPermission);
                String message = maintenances.condition("patch", ConditionType.Ready).orElseThrow().getMessage();
                assertTrue(message.contains(named), message);
                assertEquals(cluster.pods().size(), cluster.placement().nodes().size());
            }
        }
    }

    /** The controller of the pods: nothing in this test acts on it. */
    @Test
    void the_annotation_of_the_pods_StatefulSet_counts_and_where_it_may_not_be_read_that_is_told() throws Exception {
        try (Ground ground = new Ground(); KubernetesClient account = account(ground)) {
            StatefulSet owner = ground.client.resource(new StatefulSetBuilder().withNewMetadata().withNamespace(ground.namespace).withName("cache")
                    .addToAnnotations(PodReader.CONNECTION, "{auth: {secretName: cache-auth}}").endMetadata()
                    .withNewSpec().withReplicas(0).withServiceName("cache").withNewSelector().addToMatchLabels("app", "cache").endSelector()
                    .withNewTemplate().withNewMetadata().addToLabels("app", "cache").endMetadata()
                    .withNewSpec().addNewContainer().withName("server").withImage("valkey:9.1").endContainer().endSpec().endTemplate().endSpec().build()).create();
            load(ground).forEach(o -> {
                if (o instanceof Role role) {
                    role.getRules().removeIf(rule -> rule.getResources().contains("statefulsets"));
                }
                ground.client.resource(o).serverSideApply();
            });
            try (RedisCluster cluster = spec(ground).password("pa55word").pods(pod -> new PodBuilder(pod).editMetadata().addNewOwnerReference()
                            .withApiVersion("apps/v1").withKind("StatefulSet").withName("cache").withUid(owner.getMetadata().getUid()).withController(true)
                            .endOwnerReference().endMetadata().build()).create();
                    RunningOperator operator = new RunningOperator(account, ground.namespace)) {
                Placement before = cluster.placement();
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("patch", "cache-0");
                maintenances.awaitStalled("patch", Reason.AuthenticationFailed);
                String message = maintenances.condition("patch", ConditionType.Ready).orElseThrow().getMessage();
                assertTrue(message.contains("whether StatefulSet cache has the annotation is not known: the operator may not get statefulsets"), message);
                load(ground).forEach(o -> ground.client.resource(o).serverSideApply());
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
                assertEquals(before, cluster.placement());
            }
        }
    }

    private static RedisCluster cluster(Ground ground) {
        return spec(ground).create();
    }

    /** Needs every permission: those for the readiness gate as well. */
    private static RedisCluster gatedCluster(Ground ground) {
        return spec(ground).pods(InServiceIT::gated).create();
    }

    private static ClusterSpec spec(Ground ground) {
        return RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image("valkey:9.1").primaries(3)
                .replicasPerPrimary(1);
    }

    /** Of a chart that serves this namespace only, with all that can be allowed there. */
    private static List<HasMetadata> load(Ground ground) {
        return rights(ground, "{watchNamespaces: [" + ground.namespace + "], nodeName: { allowed: true }, userRoles: { create: false }}");
    }

    private static List<HasMetadata> rights(Ground ground, String values) {
        return Chart.objects(ground.namespace, values).stream()
                .filter(o -> o instanceof ServiceAccount || o.getApiVersion().startsWith("rbac.authorization.k8s.io/")).toList();
    }

    private static KubernetesClient account(Ground ground) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder(ground.api.config())
                .withImpersonateUsername("system:serviceaccount:" + ground.namespace + ":redis-maintenance-operator").build()).build();
    }
}
