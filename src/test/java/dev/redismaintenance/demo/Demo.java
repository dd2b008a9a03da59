package dev.redismaintenance.demo;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeStatus;
import dev.redismaintenance.ground.ApiServer;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.EmbeddedApiServer;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.TestKubelet;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.snapshot.SnapshotMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A maintenance from beginning to end: a cluster of six pods with data and live traffic, the packaged operator, the sample
 * manifest applied; the pods that it names restarted on new addresses as the service work; the manifest deleted. The exit status tells
 * whether a write was lost or a node is not where it was (which it need not be where {@code LEAVE} says so).
 *
 * <p>From the environment: {@code IMAGE}, {@code SAMPLE} (what is applied), {@code FIRST} (what is applied before, and may be refused),
 * {@code LEFTOVER} (a snapshot that is there before it), {@code LEAVE} (what is applied in place of the deletion), {@code NODES} of Kubernetes, {@code REPLICAS} of each primary, {@code SPARES}, {@code PASSWORD} of the servers,
 * {@code MARK=shown} (what is on the pod while it is in maintenance). The operator has the same environment.
 */
public final class Demo {
    private static final Path SAMPLE = Path.of(said("SAMPLE", "k8s/samples/enter-pod.yaml"));
    private static final Optional<Path> FIRST = maybe("FIRST").map(Path::of);
    private static final Optional<Path> LEFTOVER = maybe("LEFTOVER").map(Path::of);
    private static final Optional<Path> LEAVE = maybe("LEAVE").map(Path::of);
    private static final Optional<String> PASSWORD = maybe("PASSWORD");
    private static final boolean SHOW_MARK = maybe("MARK").isPresent();
    private static final int NODES = Integer.parseInt(said("NODES", "3"));
    private static final int REPLICAS = Integer.parseInt(said("REPLICAS", "1"));
    private static final int SPARES = Integer.parseInt(said("SPARES", "0"));
    private static final Path CRD = Path.of("crds/nodemaintenances.redis-maintenance.dev-v1.yml");
    private static final String CONNECTION = "{auth: {secretName: cache-auth}}";
    private static final Duration BOUND = Duration.ofSeconds(60);

    private Demo() {
    }

    public static void main(String[] args) throws Exception {
        boolean ok;
        try (ApiServer api = apiServer(); KubernetesClient client = api.client()) {
            ok = run(api, client);
        }
        System.exit(ok ? 0 : 1);
    }

    private static ApiServer apiServer() {
        if (ControlPlane.available()) {
            ApiServer api = ControlPlane.start();
            System.out.println("Kubernetes API: " + api.description());
            return api;
        }
        ApiServer api = EmbeddedApiServer.start();
        System.out.println("Kubernetes API: " + api.description() + "; it does not validate what is applied.");
        System.out.println("                The real one: make kube-binaries (downloads it, or builds it in about 10 minutes), then make demo again.");
        return api;
    }

    private static String said(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank()).orElse(otherwise);
    }

    private static Optional<String> maybe(String name) {
        return Optional.of(said(name, "")).filter(value -> !value.isEmpty());
    }

    private static boolean run(ApiServer api, KubernetesClient client) throws Exception {
        NodeMaintenance sample = client.getKubernetesSerialization().unmarshal(Files.readString(SAMPLE), NodeMaintenance.class);
        String namespace = sample.getMetadata().getNamespace();
        client.load(Files.newInputStream(CRD)).serverSideApply();
        client.namespaces().resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();

        String image = said("IMAGE", "valkey:9.1");
        System.out.println("Cluster:        " + (3 + 3 * REPLICAS + SPARES) + " pods of " + image + " on " + NODES + " Kubernetes Nodes, 3 primaries with " + REPLICAS + " replica(s) each"
                + (SPARES == 0 ? "" : ", " + SPARES + " spare(s)") + PASSWORD.map(p -> ", a password").orElse("") + ", 50 MB of data, live traffic");
        try (TestKubelet kubelet = TestKubelet.on(client).nodes(NODES).start();
                RedisCluster cluster = spec(client, kubelet, image).namespace(namespace).create()) {
            cluster.loadData(50_000_000);
            Placement before = cluster.placement();
            System.out.println("Operator:       the packaged jar, as a process of its own" + System.lineSeparator());
            try (OperatorProcess operator = OperatorProcess.start(api.kubeconfig(), namespace); Traffic traffic = started(operator, cluster)) {
                traffic.awaitWrites(500);
                boolean reached = maintain(client, cluster, operator, sample, namespace);
                traffic.awaitWrites(500);
                Traffic.Report report = traffic.stop();
                cluster.awaitHealthy(Duration.ofSeconds(20));
                boolean restored = before.equals(cluster.placement());
                return conclude(reached, report, restored);
            }
        }
    }

    /** Where there is a password, the pods say in which Secret it is. */
    private static ClusterSpec spec(KubernetesClient client, TestKubelet kubelet, String image) {
        ClusterSpec spec = RedisCluster.on(client, kubelet).name("cache").image(image).primaries(3).replicasPerPrimary(REPLICAS).spares(SPARES).args("--save", "3600 1");
        return PASSWORD.map(p -> spec.password(p).pods(pod -> new PodBuilder(pod).editMetadata().addToAnnotations(PodReader.CONNECTION, CONNECTION).endMetadata().build()))
                .orElse(spec);
    }

    private static Traffic started(OperatorProcess operator, RedisCluster cluster) throws IOException, InterruptedException {
        operator.awaitStarted();
        return Traffic.on(cluster).start();
    }

    private static boolean maintain(KubernetesClient client, RedisCluster cluster, OperatorProcess operator, NodeMaintenance sample, String namespace)
            throws IOException {
        Screen screen = new Screen(client, namespace, sample.getMetadata().getName());
        if (PASSWORD.isPresent()) {
            showAnnotation(client, screen, namespace, sample.getSpec().getPodName(), "connection");
        }
        if (LEFTOVER.isPresent()) {
            client.load(Files.newInputStream(LEFTOVER.get())).create();
            showSnapshots(client, screen, namespace);
        }
        if (FIRST.isPresent() && !first(client, screen, operator, FIRST.get())) {
            return false;
        }
        screen.say("$ kubectl apply -f %s", SAMPLE);
        client.resource(sample).forceConflicts().serverSideApply();
        screen.header();
        if (!watch(screen, operator, m -> m.filter(Demo::reached).isPresent())) {
            return false;
        }
        if (LEFTOVER.isPresent()) {
            showSnapshots(client, screen, namespace);
        }
        List<String> pods = podsOf(client, sample);
        if (SHOW_MARK) {
            pods.forEach(pod -> showAnnotation(client, screen, namespace, pod, "maintenance"));
        }
        for (String pod : pods) {
            screen.say("# the machine may be serviced: pod %s (%s) is restarted", pod, cluster.ip(pod));
            cluster.deletePod(pod);
            cluster.recreatePod(pod);
            screen.say("# the pod is back at %s", cluster.ip(pod));
        }
        if (LEAVE.isPresent()) {
            screen.say("$ kubectl apply -f %s", LEAVE.get());
            client.load(Files.newInputStream(LEAVE.get())).forceConflicts().serverSideApply();
            if (!watch(screen, operator, m -> m.filter(Demo::over).isPresent())) {
                return false;
            }
        }
        screen.say("$ kubectl delete -f %s", SAMPLE);
        client.resource(sample).delete();
        return watch(screen, operator, Optional::isEmpty);
    }

    private static boolean first(KubernetesClient client, Screen screen, OperatorProcess operator, Path file) throws IOException {
        NodeMaintenance resource = client.getKubernetesSerialization().unmarshal(Files.readString(file), NodeMaintenance.class);
        screen.say("$ kubectl apply -f %s", file);
        client.resource(resource).create();
        screen.header();
        return watch(screen.about(resource.getMetadata().getName()), operator, m -> m.filter(now -> says(now, "SnapshotRecorded") || says(now, "SnapshotUnusable")).isPresent());
    }

    private static void showAnnotation(KubernetesClient client, Screen screen, String namespace, String pod, String name) {
        screen.say("$ kubectl get pod %s -o jsonpath='{.metadata.annotations.redis-maintenance\\.dev/%s}'", pod, name);
        screen.text(client.pods().inNamespace(namespace).withName(pod).get().getMetadata().getAnnotations().get("redis-maintenance.dev/" + name));
    }

    private static void showSnapshots(KubernetesClient client, Screen screen, String namespace) {
        screen.say("$ kubectl get configmap -l %s -o name", SnapshotMap.LABEL);
        client.configMaps().inNamespace(namespace).withLabel(SnapshotMap.LABEL).list().getItems().forEach(m -> screen.text("configmap/" + m.getMetadata().getName()));
    }

    private static List<String> podsOf(KubernetesClient client, NodeMaintenance sample) {
        return client.resource(sample).get().getStatus().getNodes().stream().map(NodeStatus::getPodName).toList();
    }

    /** In maintenance; a dry run has its plan. */
    private static boolean reached(NodeMaintenance m) {
        return says(m, "InMaintenance") || says(m, "Planned");
    }

    private static boolean over(NodeMaintenance m) {
        return m.getSpec().getMode() == Mode.Off && (says(m, "Restored") || says(m, "OpenedWithoutRestore"));
    }

    private static boolean says(NodeMaintenance m, String reason) {
        return m.getStatus() != null && m.getStatus().getConditions().stream().anyMatch(c -> c.getType().equals("Ready") && c.getReason().equals(reason));
    }

    private static boolean watch(Screen screen, OperatorProcess operator, Predicate<Optional<NodeMaintenance>> reached) throws IOException {
        Instant end = Instant.now().plus(BOUND);
        while (Instant.now().isBefore(end) && operator.running()) {
            if (reached.test(screen.refresh())) {
                return true;
            }
            try {
                Thread.sleep(40);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        System.out.println("not reached within " + BOUND.toSeconds() + " s; the operator's log:");
        Files.readAllLines(operator.log()).forEach(System.out::println);
        return false;
    }

    private static boolean conclude(boolean reached, Traffic.Report report, boolean restored) {
        System.out.println();
        System.out.println("writes acknowledged: " + report.acknowledged() + ", reads checked: " + report.reads() + ", stale reads: " + report.stale()
                + ", failed operations: " + report.failed() + (report.firstErrors().isEmpty() ? "" : " " + report.firstErrors()));
        System.out.println("acknowledged writes lost: " + report.lost());
        System.out.println("longest gap: " + report.longestGap().toMillis() + " ms");
        System.out.println("placement restored: " + (restored ? "yes" : "no"));
        return reached && report.lost() == 0 && report.stale() == 0 && (restored || LEAVE.isPresent());
    }
}
