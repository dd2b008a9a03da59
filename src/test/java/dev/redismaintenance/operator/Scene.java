package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.MarkText;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.Servers;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * A cluster on three machines with an operator that looks often, and how it all stood at the beginning. Without a word three
 * primaries, cache-0 to cache-2, and their replicas, cache-3 to cache-5, no machine with two of one shard.
 */
final class Scene implements AutoCloseable {
    /** Looks soon again also where nothing is expected to change. */
    static final Pace QUICK = new Pace(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(300),
            Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofHours(4));

    final Ground ground = new Ground();
    final Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
    final Brake brake = new Brake();
    final RedisCluster cluster;
    private final Placement placement;
    private final Map<String, Map<String, String>> settings;
    private final InvariantWatcher invariants;
    private Optional<RunningOperator> operator = Optional.empty();
    private Optional<Traffic> ledger = Optional.empty();

    Scene(String image) {
        this(image, spec -> spec);
    }

    Scene(String image, UnaryOperator<ClusterSpec> more) {
        cluster = more.apply(RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                .args("--cluster-node-timeout", "3000", "--repl-diskless-sync-delay", "0", "--save", "3600 1000000")).create();
        cluster.loadData(500_000);
        placement = cluster.placement();
        settings = settings();
        invariants = new InvariantWatcher(ground.client, cluster);
        startOperator();
    }

    /** From now on a client writes and reads, and at the end no write that was acknowledged may be lost, and no read have been too old. */
    Scene withLedger() {
        Traffic traffic = Traffic.on(cluster).opsPerSecond(600).keys(256).start();
        traffic.awaitWrites(600);
        ledger = Optional.of(traffic);
        return this;
    }

    void awaitWrites(long more) {
        ledger.orElseThrow().awaitWrites(more);
    }

    /** Ends it, and deletes what it wrote: what is there then was there before. It is judged at the end all the same. */
    void deleteLedger() {
        ledger.orElseThrow().deleteKeys();
    }

    /** Again when the operator has written between reading and writing. */
    void edit(String name, Consumer<NodeMaintenanceSpec> change) {
        Awaitility.await(name + " edited").atMost(Duration.ofSeconds(10)).ignoreExceptionsMatching(e -> e instanceof KubernetesClientException k && k.getCode() == 409)
                .until(() -> {
                    maintenances.edit(name, change);
                    return true;
                });
    }

    /** In maintenance its pod is made anew at another address, and stays in maintenance. */
    void entersAndIsMadeAnew(String name, String pod) {
        maintenances.on(name, pod);
        maintenances.awaitReady(name, Reason.InMaintenance);
        assertFalse(servesSlots(pod));
        String before = cluster.ip(pod);
        cluster.recreatePod(pod);
        assertFalse(before.equals(cluster.ip(pod)));
        maintenances.awaitReady(name, Reason.InMaintenance);
    }

    void mode(String name, Mode mode) {
        edit(name, spec -> spec.setMode(mode));
    }

    void startOperator() {
        startOperator(QUICK);
    }

    void startOperator(Pace pace) {
        RunningOperator started = new RunningOperator(ground.account(), ground.namespace, brake.on(Kubernetes.class), brake.on(Servers.class), pace);
        invariants.on(started);
        operator = Optional.of(started);
    }

    /** The kinds of the steps that the operator has taken. */
    List<String> steps() {
        return operator.orElseThrow().steps();
    }

    void stopOperator() {
        operator.ifPresent(RunningOperator::close);
        operator = Optional.empty();
    }

    /** Several looks have been taken from now on. */
    void awaitLooks() {
        brake.awaitMore("maintenances", 3);
    }

    /** By pod, what maintenance may change. */
    Map<String, Map<String, String>> settings() {
        Map<String, Map<String, String>> seen = new TreeMap<>();
        cluster.pods().forEach(pod -> seen.put(pod, new TreeMap<>(cluster.settings(pod, Setting.CHANGED.toArray(String[]::new)))));
        return seen;
    }

    String setting(String pod, String name) {
        return cluster.settings(pod, name).get(name);
    }

    Placement placement() {
        return placement;
    }

    void assertRestored() {
        assertEquals(placement, cluster.placement());
        assertOpened();
    }

    /** No trace is left, wherever the shards are. */
    void assertOpened() {
        assertEquals(settings, settings());
        assertEquals(List.of(), markedPods());
        assertEquals(List.of(), maintenances.snapshots().stream().map(ConfigMap::getMetadata).map(ObjectMeta::getName).toList());
    }

    /** Pods with our label or annotation. */
    List<String> markedPods() {
        return ground.client.pods().inNamespace(ground.namespace).list().getItems().stream().map(p -> p.getMetadata())
                .filter(m -> m.getLabels().containsKey(MarkText.LABEL) || m.getAnnotations().containsKey(MarkText.ANNOTATION))
                .map(ObjectMeta::getName).toList();
    }

    boolean closed(String pod) {
        return Optional.ofNullable(ground.client.pods().inNamespace(ground.namespace).withName(pod).get())
                .filter(p -> "true".equals(p.getMetadata().getLabels().get(MarkText.LABEL))).isPresent();
    }

    boolean servesSlots(String pod) {
        return !cluster.placement().of(cluster.nodeId(pod)).slots().isEmpty();
    }

    /** The pod is deleted, and one of the same name is there again on an empty volume. */
    void recreateOnAnEmptyDisk(String name) {
        Pod pod = ground.client.pods().inNamespace(ground.namespace).withName(name).get();
        cluster.deletePod(name);
        ground.client.resource(new PodBuilder().withNewMetadata().withNamespace(ground.namespace).withName(name)
                .withLabels(pod.getMetadata().getLabels()).removeFromLabels(MarkText.LABEL).endMetadata().withSpec(pod.getSpec())
                .editSpec().editFirstVolume().withPersistentVolumeClaim(null).withNewEmptyDir().endEmptyDir().endVolume().endSpec().build()).create();
        awaitThat("running", () -> cluster.isReady(name));
    }

    void kill(String pod) {
        ground.kubelet.kill(ground.namespace + "/" + pod);
    }

    void revive(String pod) {
        ground.kubelet.revive(ground.namespace + "/" + pod);
    }

    void freeze(String pod) {
        ground.kubelet.freeze(ground.namespace + "/" + pod);
    }

    void thaw(String pod) {
        ground.kubelet.thaw(ground.namespace + "/" + pod);
    }

    /** A resource that goes without the operator's leave, as when somebody strips its finalizer. */
    void tearOut(String name) {
        stopOperator();
        ground.client.resources(dev.redismaintenance.api.NodeMaintenance.class).inNamespace(ground.namespace).withName(name).edit(m -> {
            m.getMetadata().setFinalizers(List.of());
            return m;
        });
        maintenances.delete(name);
        maintenances.awaitGone(name);
    }

    void awaitThat(String what, java.util.concurrent.Callable<Boolean> seen) {
        Awaitility.await(what).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(seen);
    }

    @Override
    public void close() {
        try {
            invariants.close();
            Optional<Traffic.Report> report = ledger.map(Traffic::stop);
            assertEquals(0L, report.map(r -> r.lost() + r.stale()).orElse(0L), report::toString);
        } finally {
            stopOperator();
            cluster.close();
            ground.close();
        }
    }
}
