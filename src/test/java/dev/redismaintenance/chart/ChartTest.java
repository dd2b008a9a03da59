package dev.redismaintenance.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.marcnuri.helm.LintResult;
import dev.redismaintenance.docs.GeneratedDocs;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Does each value do what its comment says? What the objects are good for on an API server is {@link ChartIT}'s question. */
class ChartTest {

    @Test
    void helm_finds_nothing_to_complain_of() {
        LintResult result = Chart.helm().lint().strict().call();
        assertFalse(result.isFailed(), result.getMessages()::toString);
        assertEquals(List.of("[INFO] Chart.yaml: icon is recommended"), result.getMessages());
    }

    @Test
    void the_resource_definition_is_the_checked_in_one_and_stays_when_the_release_goes() throws IOException {
        CustomResourceDefinition rendered = Chart.only(CustomResourceDefinition.class, Chart.objects("cache", "")).orElseThrow();
        assertEquals(Map.of("helm.sh/resource-policy", "keep"), rendered.getMetadata().getAnnotations());
        CustomResourceDefinition checkedIn = Serialization.unmarshal(Files.readString(Path.of("crds/nodemaintenances.redis-maintenance.dev-v1.yml")), CustomResourceDefinition.class);
        assertEquals(checkedIn.getSpec(), rendered.getSpec());
        assertEquals(checkedIn.getMetadata().getName(), rendered.getMetadata().getName());
        CustomResourceDefinition going = Chart.only(CustomResourceDefinition.class, Chart.objects("cache", "crds: { keep: false }")).orElseThrow();
        assertTrue(going.getMetadata().getAnnotations().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"'crds: { create: false }', CustomResourceDefinition", "'policies: { create: false }', 'ValidatingAdmissionPolicy,ValidatingAdmissionPolicyBinding'",
            "'serviceAccount: { create: false }', ServiceAccount", "'podDisruptionBudget: { create: false }', PodDisruptionBudget",
            "'networkPolicy: { create: false }', NetworkPolicy", "'{rbac: { create: false }, userRoles: { create: false }}', 'ClusterRole,ClusterRoleBinding'"})
    void what_is_switched_off_is_not_there_and_all_else_is(String values, String kinds) {
        assertEquals(Set.of(kinds.split(",")), difference(Chart.objects("cache", ""), Chart.objects("cache", values)));
    }

    private static Set<String> difference(List<HasMetadata> all, List<HasMetadata> some) {
        Set<String> kinds = kinds(all);
        kinds.removeAll(kinds(some));
        return kinds;
    }

    private static Set<String> kinds(List<HasMetadata> objects) {
        return objects.stream().map(HasMetadata::getKind).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Also with the default that the operator would have by itself. */
    @Test
    void every_setting_of_the_operator_is_a_value_and_reaches_it_by_a_name_that_it_reads() throws ClassNotFoundException {
        Map<String, String> read = new TreeMap<>();
        Arrays.stream(Class.forName("dev.redismaintenance.operator.OperatorBeans").getDeclaredMethods()).flatMap(m -> Stream.of(m.getParameters()))
                .map((Parameter p) -> p.getAnnotation(ConfigProperty.class)).filter(p -> p != null)
                .forEach(p -> read.put(p.name().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), p.defaultValue()));
        assertTrue(read.size() >= 5, read::toString);
        assertEquals(read, environment("").entrySet().stream().filter(e -> e.getKey().startsWith("REDIS_MAINTENANCE_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new)));
    }

    @ParameterizedTest
    @CsvSource({"'watchNamespaces: [a, b]', QUARKUS_OPERATOR_SDK_NAMESPACES, 'a,b'", "'operator: { overrideGates: true }', REDIS_MAINTENANCE_OVERRIDE_GATES, true",
            "'operator: { overdueAfter: 30m }', REDIS_MAINTENANCE_OVERDUE_AFTER, 30m", "'operator: { snapshotsKept: 2000000 }', REDIS_MAINTENANCE_SNAPSHOTS_KEPT, 2000000",
            "'operator: { healRestartedClusters: true }', REDIS_MAINTENANCE_HEAL_RESTARTED_CLUSTERS, true", "'operator: { logLevel: DEBUG }', QUARKUS_LOG_LEVEL, DEBUG",
            "'operator: { leaseDuration: 1m }', REDIS_MAINTENANCE_LEASE_DURATION, 1m", "'operator: { javaOptions: -Xmx99m }', JDK_JAVA_OPTIONS, -Xmx99m",
            "'operator: { extraEnv: [ { name: TZ, value: UTC } ] }', TZ, UTC"})
    void a_setting_reaches_the_operator(String values, String name, String value) {
        assertEquals(value, environment(values).get(name));
    }

    @Test
    void without_namespaces_nothing_is_said_of_them() {
        assertFalse(environment("").containsKey("QUARKUS_OPERATOR_SDK_NAMESPACES"));
    }

    @ParameterizedTest
    @CsvSource({"'{}', redis-maintenance-operator:%s", "'image: { repository: mirror.example/ops/rmo, tag: abc }', mirror.example/ops/rmo:abc",
            "'image: { digest: sha256:0123456789012345678901234567890123456789012345678901234567890123 }', redis-maintenance-operator@sha256:0123456789012345678901234567890123456789012345678901234567890123"})
    void the_image_is_the_one_that_is_named(String values, String image) {
        assertEquals(String.format(image, Chart.read("Chart.yaml").get("appVersion")), container(values).getImage());
    }

    @Test
    void the_process_has_longer_to_end_than_it_takes_and_less_is_no_value() {
        assertTrue(deployment("").getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds() >= 30);
    }

    @Test
    void the_container_writes_nowhere_but_below_tmp_and_has_no_rights_of_its_own() {
        SecurityContext own = container("").getSecurityContext();
        assertEquals(List.of(true, false, List.of("ALL")), List.of(own.getReadOnlyRootFilesystem(), own.getAllowPrivilegeEscalation(), own.getCapabilities().getDrop()));
        PodSecurityContext all = deployment("").getSpec().getTemplate().getSpec().getSecurityContext();
        assertEquals(List.of(true, "RuntimeDefault"), List.of(all.getRunAsNonRoot(), all.getSeccompProfile().getType()));
        assertEquals(List.of("/tmp"), container("").getVolumeMounts().stream().map(VolumeMount::getMountPath).toList());
    }

    @Test
    void it_is_asked_whether_it_has_started_lives_and_serves_and_a_slow_start_is_not_taken_for_a_death() {
        Container container = container("");
        assertEquals(List.of("/q/health/started", "/q/health/live", "/q/health/ready"),
                Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe()).map(probe -> probe.getHttpGet().getPath()).toList());
        assertTrue(container.getStartupProbe().getPeriodSeconds() * container.getStartupProbe().getFailureThreshold() >= 60);
    }

    @Test
    void a_drain_takes_one_of_its_pods_at_a_time_and_is_not_held_up_by_one_that_is_not_ready() {
        PodDisruptionBudget budget = Chart.only(PodDisruptionBudget.class, Chart.objects("cache", "")).orElseThrow();
        assertEquals(1, budget.getSpec().getMaxUnavailable().getIntVal());
        assertEquals("AlwaysAllow", budget.getSpec().getUnhealthyPodEvictionPolicy());
        assertEquals(deployment("").getSpec().getSelector(), budget.getSpec().getSelector());
    }

    @Test
    void of_two_replicas_one_goes_on_wherever_they_run() {
        Deployment deployment = deployment("");
        assertEquals(2, deployment.getSpec().getReplicas());
        assertEquals(deployment.getSpec().getSelector(), deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints().get(0).getLabelSelector());
    }

    @Test
    void who_may_reach_it_and_what_it_may_reach_can_be_narrowed() {
        NetworkPolicy open = Chart.only(NetworkPolicy.class, Chart.objects("cache", "")).orElseThrow();
        assertEquals(List.of("Ingress"), open.getSpec().getPolicyTypes());
        NetworkPolicy narrow = Chart.only(NetworkPolicy.class, Chart.objects("cache", """
                networkPolicy:
                  ingressFrom: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }]
                  egress: [{ ports: [{ port: 443 }, { port: 6379 }] }]
                """)).orElseThrow();
        assertEquals(List.of("Ingress", "Egress"), narrow.getSpec().getPolicyTypes());
        assertEquals("monitoring", narrow.getSpec().getIngress().get(0).getFrom().get(0).getNamespaceSelector().getMatchLabels().get("kubernetes.io/metadata.name"));
        assertEquals(2, narrow.getSpec().getEgress().get(0).getPorts().size());
    }

    @Test
    void a_ServiceAccount_of_somebody_else_is_bound_under_its_name() {
        List<HasMetadata> objects = Chart.objects("cache", "{serviceAccount: { create: false, name: theirs }, watchNamespaces: [a]}");
        assertEquals(List.of(), Chart.of(ServiceAccount.class, objects));
        assertEquals("theirs", Chart.only(Deployment.class, objects).orElseThrow().getSpec().getTemplate().getSpec().getServiceAccountName());
        assertEquals("theirs", Chart.of(io.fabric8.kubernetes.api.model.rbac.RoleBinding.class, objects).get(0).getSubjects().get(0).getName());
    }

    @Test
    void releases_that_serve_some_namespaces_share_no_object() {
        Set<String> one = names(Chart.render("redis", "team-a", SHARING));
        Set<String> other = names(Chart.render("redis", "team-b", SHARING));
        one.retainAll(other);
        assertEquals(Set.of(), one);
    }

    private static final String SHARING = "{watchNamespaces: [%s], crds: { create: false }, policies: { create: false }, userRoles: { create: false }}".formatted("served");

    /** The served namespace is one in this test, as are Role and binding there. */
    private static Set<String> names(String text) {
        return Chart.documents(text).stream().map(Chart::object).filter(o -> !"served".equals(o.getMetadata().getNamespace()))
                .map(o -> o.getKind() + " " + o.getMetadata().getNamespace() + "/" + o.getMetadata().getName()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_object_says_which_release_it_is_of_and_what_it_was_told_to_say() {
        for (HasMetadata object : Chart.objects("cache", "commonLabels: { team: caches }")) {
            Map<String, String> labels = object.getMetadata().getLabels();
            assertEquals(Chart.NAME, labels.get("app.kubernetes.io/instance"), object::toString);
            assertEquals("caches", labels.get("team"), object::toString);
        }
    }

    @Test
    void the_chart_is_of_the_version_that_is_built() throws IOException {
        Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(Path.of("pom.xml")));
        assertTrue(version.find());
        assertEquals(version.group(1).replace("-SNAPSHOT", ""), Chart.read("Chart.yaml").get("appVersion"));
    }

    private static Map<String, String> environment(String values) {
        return container(values).getEnv().stream().collect(Collectors.toMap(EnvVar::getName, e -> Optional.ofNullable(e.getValue()).orElse("")));
    }

    private static Container container(String values) {
        return deployment(values).getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private static Deployment deployment(String values) {
        return Chart.only(Deployment.class, Chart.objects("cache", values)).orElseThrow();
    }

    /** Helm reads no file from outside the chart; made the same with {@code -Ddocs.update=true}. */
    @ParameterizedTest
    @ValueSource(strings = {"pod-monitor.yaml", "prometheus-rule.yaml", "dashboard.json"})
    void what_the_chart_has_for_monitoring_is_what_is_there_without_it(String file) throws IOException {
        GeneratedDocs.check(Chart.DIRECTORY.resolve("files").resolve(file), Files.readString(Path.of("k8s/monitoring").resolve(file)));
    }

    @Test
    void alerts_dashboard_and_scraping_are_there_when_asked_for() throws IOException {
        List<Map<String, Object>> plain = Chart.documents(Chart.render("mine", "there", "{}"));
        assertTrue(plain.stream().noneMatch(d -> Set.of("PodMonitor", "PrometheusRule").contains(d.get("kind"))), () -> "" + plain);
        Map<Object, Map<String, Object>> all = Chart.documents(Chart.render("mine", "there",
                "monitoring: { podMonitor: true, rules: true, dashboard: true, labels: { release: prometheus } }")).stream()
                .filter(d -> Set.of("PodMonitor", "PrometheusRule", "ConfigMap", "Deployment").contains(d.get("kind"))).collect(Collectors.toMap(d -> d.get("kind"), d -> d));
        assertEquals(4, all.size());
        assertEquals(spec(Chart.documents(Files.readString(Path.of("k8s/monitoring/prometheus-rule.yaml"))).get(0)), spec(all.get("PrometheusRule")));
        // it scrapes what the Deployment makes, and nothing of another release
        assertEquals(spec(all.get("Deployment")).get("selector"), spec(all.get("PodMonitor")).get("selector"));
        assertEquals(Files.readString(Path.of("k8s/monitoring/dashboard.json")).strip(), ((Map<?, ?>) all.get("ConfigMap").get("data")).get("redis-maintenance.json").toString().strip());
        for (String kind : List.of("PodMonitor", "PrometheusRule", "ConfigMap")) {
            assertEquals("prometheus", ((Map<?, ?>) ((Map<?, ?>) all.get(kind).get("metadata")).get("labels")).get("release"), kind);
        }
    }

    private static Map<?, ?> spec(Map<String, Object> document) {
        return (Map<?, ?>) document.get("spec");
    }
}
