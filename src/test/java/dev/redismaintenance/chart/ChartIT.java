package dev.redismaintenance.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.Definitions;
import dev.redismaintenance.ground.Kubectl;
import dev.redismaintenance.ground.ToolCache;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Does a real API server take what Helm makes of the chart, and does it do there what it is for? One of its own: the chart installs what a cluster has once. */
class ChartIT {
    private static final String DEFINITION = "nodemaintenances.redis-maintenance.dev";
    private static final PatchContext TRY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager("try").withForce(true)
            .withFieldValidation("Strict").withDryRun(List.of("All")).build();
    private static ControlPlane api;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        // skips where there is none
        ControlPlane.shared();
        api = ControlPlane.start();
        client = api.client();
        for (String name : List.of("a", "b", "cache")) {
            client.resource(namespace(name, Map.of())).create();
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "watchNamespaces: [a, b]", "{watchNamespaces: [a], nodes: { list: false }, nodeName: { allowed: false }}", "nodeName: { allowed: true }",
            """
            replicas: 1
            commonLabels: { team: caches }
            podLabels: { team: caches }
            podAnnotations: { team: caches }
            serviceAccount: { annotations: { team: caches } }
            imagePullSecrets: [{ name: registry }]
            priorityClassName: system-cluster-critical
            nodeSelector: { kubernetes.io/os: linux }
            tolerations: [{ key: infra, operator: Exists }]
            affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: infra, operator: Exists }] }] } } }
            operator: { extraEnv: [{ name: TZ, value: UTC }] }
            networkPolicy: { ingressFrom: [{ podSelector: {} }], egress: [{ ports: [{ port: 443 }] }] }
            podSecurityContext: { runAsUser: null, runAsGroup: null }
            """})
    void every_object_is_taken_as_it_stands(String values) {
        for (HasMetadata object : Chart.objects("cache", values)) {
            client.resource(object).patch(TRY);
        }
    }

    @Test
    void the_prometheus_operators_own_definitions_take_the_monitor_of_the_pods_and_the_rules_as_they_stand() throws IOException {
        for (String kind : List.of("podmonitors", "prometheusrules")) {
            Path definition = ToolCache.file("prometheus-operator/" + kind + ".yaml", "promtool");
            try (InputStream file = Files.newInputStream(definition)) {
                client.load(file).serverSideApply();
            }
            Awaitility.await(kind).atMost(Duration.ofSeconds(20)).until(() -> Definitions.established(client, kind + ".monitoring.coreos.com"));
        }
        List<HasMetadata> objects = Chart.objects("cache", "monitoring: { podMonitor: true, rules: true, labels: { team: caches } }").stream()
                .filter(o -> o.getApiVersion().startsWith("monitoring.coreos.com/")).toList();
        assertEquals(Set.of("PodMonitor", "PrometheusRule"), objects.stream().map(HasMetadata::getKind).collect(Collectors.toSet()));
        for (HasMetadata object : objects) {
            client.resource(object).patch(TRY);
            ((GenericKubernetesResource) object).<Map<String, Object>>get("spec").put("nobodyKnows", 1);
            String told = assertThrows(KubernetesClientException.class, () -> client.resource(object).patch(TRY)).getMessage();
            assertTrue(told.contains("nobodyKnows"), told);
        }
    }

    @Test
    void the_pod_is_taken_where_the_restricted_profile_is_enforced_and_would_not_be_without_what_hardens_it() {
        client.resource(namespace("hard", Map.of("pod-security.kubernetes.io/enforce", "restricted"))).create();
        Pod pod = pod(Chart.objects("hard", ""));
        client.resource(pod).dryRun().create();
        Pod soft = new PodBuilder(pod).editSpec().editFirstContainer().withSecurityContext(null).endContainer().endSpec().build();
        KubernetesClientException e = assertThrows(KubernetesClientException.class, () -> client.resource(soft).dryRun().create());
        assertTrue(e.getMessage().contains("violates PodSecurity \"restricted"), e.getMessage());
    }

    private static Pod pod(List<HasMetadata> objects) {
        PodTemplateSpec template = Chart.only(Deployment.class, objects).orElseThrow().getSpec().getTemplate();
        return new PodBuilder().withMetadata(new ObjectMetaBuilder(template.getMetadata()).withName("operator").withNamespace("hard").build())
                .withSpec(template.getSpec()).build();
    }

    /** One story, since each part needs the one before it. */
    @Test
    void a_release_is_installed_upgraded_with_its_definition_and_uninstalled_without_taking_maintenances_along(@TempDir Path directory) throws Exception {
        install(older(directory), Chart.NAME, "redis-maintenance");
        assertEquals(List.of("Target"), columns());
        awaitDefinition();
        client.resource(maintenance("kept", spec -> spec.setPodName("cache-0"))).create();

        upgrade("{}");
        assertTrue(columns().size() > 1, columns()::toString);
        whoMayDoWhat();

        upgrade("{watchNamespaces: [a], nodes: { list: false }}");
        assertEquals(List.of(), client.rbac().clusterRoles().list().getItems().stream().map(r -> r.getMetadata().getName()).filter(n -> n.startsWith(Chart.NAME)).toList());
        assertTrue(client.rbac().roles().inNamespace("a").withName(Chart.NAME).get() != null);

        HelmProcess.uninstall(api.kubeconfig(), Chart.NAME, "redis-maintenance");
        assertEquals(List.of(), client.apps().deployments().inNamespace("redis-maintenance").list().getItems());
        assertTrue(client.resources(NodeMaintenance.class).inNamespace("cache").withName("kept").get() != null);

        install(Chart.DIRECTORY, Chart.NAME, "redis-maintenance");
        HelmProcess.uninstall(api.kubeconfig(), Chart.NAME, "redis-maintenance");
        handOver("other", "elsewhere");
        install(Chart.DIRECTORY, "other", "elsewhere");
        assertEquals(1, client.apps().deployments().inNamespace("elsewhere").list().getItems().size());

        HelmProcess.uninstall(api.kubeconfig(), "other", "elsewhere");
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), api.kubeconfig());
        Kubectl.run("--kubeconfig", kubeconfig.toString(), "apply", "--server-side", "--force-conflicts", "-k", "k8s/overlays/cluster");
        assertEquals(2, client.apps().deployments().inNamespace("redis-maintenance").withName(Chart.NAME).get().getSpec().getReplicas());
    }

    /** As docs/install.md says. */
    private static void handOver(String release, String namespace) {
        Exception e = assertThrows(IllegalStateException.class, () -> install(Chart.DIRECTORY, release, namespace));
        assertTrue(e.getMessage().contains("invalid ownership metadata"), e.getMessage());
        client.resources(CustomResourceDefinition.class).withName(DEFINITION).edit(definition -> {
            definition.getMetadata().getLabels().put("app.kubernetes.io/managed-by", "Helm");
            definition.getMetadata().getAnnotations().put("meta.helm.sh/release-name", release);
            definition.getMetadata().getAnnotations().put("meta.helm.sh/release-namespace", namespace);
            return definition;
        });
    }

    private static void install(Path chart, String release, String namespace) throws IOException, InterruptedException {
        HelmProcess.install(api.kubeconfig(), chart, release, namespace);
    }

    private static void upgrade(String values) throws IOException, InterruptedException {
        HelmProcess.upgrade(api.kubeconfig(), Chart.DIRECTORY, Chart.NAME, "redis-maintenance", values);
    }

    /** As a former version may have been: its definition had one column. */
    private static Path older(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(Chart.DIRECTORY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = directory.resolve(Chart.DIRECTORY.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
            Path definition = directory.resolve("files").resolve(DEFINITION + "-v1.yml");
            Files.writeString(definition, Files.readString(definition).replaceFirst("(?s)(type: \"string\"\n)    - jsonPath: \"\\.status\\.shards\".*?(\n    name: \"v1alpha1\")", "$1$2"));
        }
        return directory;
    }

    private static List<String> columns() {
        return client.resources(CustomResourceDefinition.class).withName(DEFINITION).get().getSpec().getVersions().get(0).getAdditionalPrinterColumns().stream()
                .map(c -> c.getName()).toList();
    }

    private static void awaitDefinition() {
        Awaitility.await("the definition").atMost(Duration.ofSeconds(30)).until(() -> Definitions.established(client, DEFINITION));
    }

    /** The policies are in force, and the roles for users do not get around them. */
    private static void whoMayDoWhat() {
        bind("viewer", "redis-maintenance-view");
        bind("editor", "redis-maintenance-edit");
        bind("bold", "redis-maintenance-edit");
        bind("bold", "redis-maintenance-override");
        bind("admin-of-nodes", "redis-maintenance-edit");
        client.resource(new ClusterRoleBuilder().withNewMetadata().withName("patch-nodes").endMetadata()
                .withRules(new PolicyRuleBuilder().withApiGroups("").withResources("nodes").withVerbs("patch").build()).build()).create();
        bind("admin-of-nodes", "patch-nodes");
        Awaitility.await("the policies are in force").atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertEquals("may not override", tries("editor", spec -> spec.setOverrideGates(List.of("QuorumSafe"))));
            assertEquals("may not patch the Node", tries("editor", spec -> node(spec)));
        });
        assertEquals("may", tries("editor", spec -> { }));
        assertEquals("may", tries("bold", spec -> spec.setOverrideGates(List.of("QuorumSafe"))));
        assertEquals("may not patch the Node", tries("bold", ChartIT::node));
        assertEquals("may", tries("admin-of-nodes", ChartIT::node));
        assertEquals("may not override", tries("admin-of-nodes", spec -> spec.setOverrideGates(List.of("QuorumSafe"))));
        assertEquals("has no role for it", tries("viewer", spec -> { }));
        assertEquals("has no role for it", tries("nobody", spec -> { }));
        try (KubernetesClient viewer = user("viewer")) {
            assertEquals(1, viewer.resources(NodeMaintenance.class).inNamespace("cache").list().getItems().size());
        }
    }

    private static void node(NodeMaintenanceSpec spec) {
        spec.setPodName(null);
        spec.setNodeName("worker-1");
    }

    private static String tries(String user, Consumer<NodeMaintenanceSpec> more) {
        try (KubernetesClient theirs = user(user)) {
            theirs.resource(maintenance("tried", spec -> {
                spec.setPodName("cache-1");
                more.accept(spec);
            })).dryRun().create();
            return "may";
        } catch (KubernetesClientException e) {
            String message = e.getMessage();
            return message.contains("needs the verb override") ? "may not override" : message.contains("needs the verb patch on that Node") ? "may not patch the Node"
                    : message.contains("cannot create resource") ? "has no role for it" : message;
        }
    }

    private static KubernetesClient user(String name) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder(api.config()).withImpersonateUsername(name).build()).build();
    }

    private static void bind(String user, String role) {
        client.resource(new ClusterRoleBindingBuilder().withNewMetadata().withName(user + "-" + role).endMetadata().withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject().withKind("User").withName(user).withApiGroup("rbac.authorization.k8s.io").endSubject().build()).create();
    }

    private static NodeMaintenance maintenance(String name, Consumer<NodeMaintenanceSpec> spec) {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withNamespace("cache").withName(name).build());
        m.setSpec(new NodeMaintenanceSpec());
        spec.accept(m.getSpec());
        return m;
    }

    private static HasMetadata namespace(String name, Map<String, String> labels) {
        return new NamespaceBuilder().withNewMetadata().withName(name).withLabels(labels).endMetadata().build();
    }
}
