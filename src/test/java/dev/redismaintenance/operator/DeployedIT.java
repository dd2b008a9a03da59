package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.chart.Chart;
import dev.redismaintenance.demo.OperatorProcess;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Does the packaged operator do its work as the chart runs it: with the token of that ServiceAccount, from another namespace than the pods',
 * with that environment and no other, and with those probes?
 */
class DeployedIT {

    @ParameterizedTest
    @CsvSource({"valkey:9.1, '{}', everywhere", "redis:7.0, 'watchNamespaces: [%s, %s-b]', nowhere else"})
    void it_serves_the_namespaces_that_the_chart_names_with_the_rights_that_the_chart_gives(String image, String values, String reach) throws Exception {
        assertTrue(OperatorProcess.available(), "the operator is not packaged: mvn package");
        try (Ground ground = new Ground();
                RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image).primaries(3)
                        .replicasPerPrimary(1).pods(InServiceIT::gated).create()) {
            String home = ground.namespace + "-home";
            for (String name : List.of(home, ground.namespace + "-b")) {
                ground.client.resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build()).create();
            }
            List<HasMetadata> objects = Chart.objects(home, values.replace("%s", ground.namespace));
            List<HasMetadata> rights = objects.stream().filter(o -> o instanceof ServiceAccount || o.getApiVersion().startsWith("rbac.")).toList();
            rights.forEach(o -> ground.client.resource(o).serverSideApply());
            try {
                String kubeconfig = ground.kubeconfig(home);
                reads(kubeconfig, ground.namespace, reach.equals("everywhere"), home);
                serve(ground, cluster, kubeconfig, Chart.of(Deployment.class, objects).get(0).getSpec().getTemplate().getSpec().getContainers().get(0), ground.namespace + "-b");
            } finally {
                rights.forEach(o -> ground.client.resource(o).delete());
            }
        }
    }

    private static void serve(Ground ground, RedisCluster cluster, String kubeconfig, Container container, String other) throws Exception {
        Placement before = cluster.placement();
        Map<String, String> environment = container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        try (OperatorProcess operator = OperatorProcess.start(kubeconfig, environment)) {
            assertTrue(operator.awaitStarted(), () -> "it has ended, see " + operator.log());
            Awaitility.await("it listens").atMost(Duration.ofSeconds(30)).until(() -> operator.http().isPresent());
            for (Probe probe : List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())) {
                Awaitility.await(probe.getHttpGet().getPath()).atMost(Duration.ofSeconds(30)).until(() -> get(operator, probe) == HttpURLConnection.HTTP_OK);
            }
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            maintenances.on("patch", "cache-0");
            maintenances.awaitReady("patch", Reason.InMaintenance);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            maintenances.on("bold", "cache-1", spec -> spec.setOverrideGates(List.of("QuorumSafe")));
            maintenances.awaitStalled("bold", Reason.OverridesOff);
            maintenances.delete("bold");
            maintenances.awaitGone("bold");
            nothingOfAnotherNamespace(ground, other);
            assertTrue(operator.end(), "SIGTERM has to end it in the time that the pod is given");
        }
        assertEquals(before, cluster.placement());
    }

    /** Names that lead to something in the one namespace lead nowhere from the other, which it serves, too, whatever its account may read. */
    private static void nothingOfAnotherNamespace(Ground ground, String other) {
        ground.client.resource(new SecretBuilder().withNewMetadata().withNamespace(ground.namespace).withName("cache-auth").endMetadata().addToStringData("password", "pa55word").build()).create();
        LonePod.running(ground.client, other, "lone", "valkey:9.1", "worker-3", "--save", "");
        Maintenances there = new Maintenances(ground.client, other);
        there.on("pod", "cache-0");
        there.awaitStalled("pod", Reason.PodNotFound);
        there.on("secret", "lone", spec -> {
            AuthSpec auth = new AuthSpec();
            auth.setSecretName("cache-auth");
            ConnectionSpec connection = new ConnectionSpec();
            connection.setAuth(auth);
            spec.setConnection(connection);
        });
        there.awaitStalled("secret", Reason.ConnectionSettingsInvalid);
        for (String name : List.of("pod", "secret")) {
            there.delete(name);
            there.awaitGone(name);
        }
    }

    private static int get(OperatorProcess operator, Probe probe) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(operator.http().orElseThrow().resolve(probe.getHttpGet().getPath())).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Its own namespace is one that it does not serve, unless it serves all. */
    private static void reads(String kubeconfig, String served, boolean everywhere, String home) throws Exception {
        try (KubernetesClient account = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build()) {
            for (String namespace : List.of(served, home, "kube-system")) {
                boolean may = everywhere || namespace.equals(served);
                assertEquals(may, allowed(() -> account.pods().inNamespace(namespace).list()), "pods of " + namespace);
                assertEquals(may, allowed(() -> account.secrets().inNamespace(namespace).withName("any").get()), "a Secret of " + namespace);
                assertEquals(may, allowed(() -> account.configMaps().inNamespace(namespace).list()), "ConfigMaps of " + namespace);
            }
            Stream.<Callable<?>>of(() -> account.secrets().inNamespace(served).list(), () -> account.nodes().withName("worker-1").get(),
                            () -> account.pods().inNamespace(served).withName("cache-0").delete(), () -> account.resource(new NamespaceBuilder().withNewMetadata().withName("new").endMetadata().build()).create())
                    .forEach(call -> assertTrue(!allowed(call), "more than it needs"));
            assertEquals(everywhere, allowed(() -> account.pods().inAnyNamespace().list()), "pods of all namespaces");
        }
    }

    private static boolean allowed(Callable<?> call) {
        try {
            call.call();
            return true;
        } catch (KubernetesClientException e) {
            assertEquals(HttpURLConnection.HTTP_FORBIDDEN, e.getCode(), e.getMessage());
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
