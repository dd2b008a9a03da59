package dev.redismaintenance.bench.operator;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.TestKubelet;
import dev.redismaintenance.operator.Maintenances;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** The clusters and the resources that there are while the operator is measured. */
final class Population implements AutoCloseable {
    static final int CLUSTERS = 10;
    static final String POD = "cache-1";
    static final String IMAGE = "valkey:9.1";
    /** The namespace of the cluster that none of the resources is for: maintenances there are measured beside all others. */
    static final String APART = "cache-apart";
    private static final int OF_EACH_CLUSTER = 10;
    private static final int REFUSED = 50;
    private static final int OFF = 850;
    private static final int OFF_IN_A_NAMESPACE = 10;

    private final KubernetesClient client;
    private final TestKubelet kubelet;
    private final List<RedisCluster> clusters = new ArrayList<>();
    private final RedisCluster apart;

    private Population(KubernetesClient client, TestKubelet kubelet) {
        this.client = client;
        this.kubelet = kubelet;
        this.apart = cluster(APART);
    }

    /** With one cluster, and the one apart; the others come with the resources, for their servers share the machine with what is measured. */
    static Population on(KubernetesClient client, TestKubelet kubelet) throws InterruptedException, ExecutionException {
        Population population = new Population(client, kubelet);
        population.clusters(1);
        return population;
    }

    /** Real servers: three primaries with a replica each. */
    private RedisCluster cluster(String namespace) {
        return RedisCluster.on(client, kubelet).namespace(namespace).name("cache").image(IMAGE).primaries(3).replicasPerPrimary(1)
                .args("--save", "", "--cluster-node-timeout", "15000", "--repl-diskless-sync-delay", "0").create();
    }

    /** One in each of the namespaces cache-a, cache-b … */
    private void clusters(int upTo) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<RedisCluster>> made = IntStream.range(clusters.size(), upTo).mapToObj(i -> threads.submit(() -> cluster(namespace(i)))).toList();
            for (Future<RedisCluster> one : made) {
                clusters.add(one.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    static String namespace(int cluster) {
        return "cache-" + (char) ('a' + cluster);
    }

    RedisCluster apart() {
        return apart;
    }

    Maintenances maintenances(String namespace) {
        return new Maintenances(client, namespace);
    }

    /** What the next ones are, in words. */
    static String state(int resources) {
        return switch (resources) {
            case 1 -> "in maintenance: its pod lives, in a cluster of six servers. Another one of six, for the maintenances below, is there as well";
            case 100 -> "all in maintenance: ten on one living pod in each of " + CLUSTERS + " clusters of six servers. The operator looks for each resource by itself, so they cost what 100 pods would";
            default -> "the same 100; " + REFUSED + " refused, since there is no such pod; " + OFF + " with `mode: Off`, over " + OFF / OFF_IN_A_NAMESPACE + " more namespaces";
        };
    }

    /** Makes as many as there have to be more; a running operator then brings them into their state. */
    void grow(int resources) throws InterruptedException, ExecutionException {
        if (resources == 1) {
            maintenances(namespace(0)).on("patch-0", POD);
        } else if (resources == 100) {
            clusters(CLUSTERS);
            IntStream.range(0, CLUSTERS).forEach(c -> IntStream.range(c == 0 ? 1 : 0, OF_EACH_CLUSTER).forEach(i -> maintenances(namespace(c)).on("patch-" + i, POD)));
        } else {
            IntStream.range(0, REFUSED).forEach(i -> maintenances(namespace(i % CLUSTERS)).on("absent-" + i, "cache-" + (90 + i)));
            IntStream.range(0, OFF / OFF_IN_A_NAMESPACE).forEach(n -> {
                client.resource(new NamespaceBuilder().withNewMetadata().withName("team-" + n).endMetadata().build()).create();
                IntStream.range(0, OFF_IN_A_NAMESPACE).forEach(i -> off("team-" + n, "cache-" + i));
            });
        }
    }

    private void off(String namespace, String pod) {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withName(pod).withNamespace(namespace).build());
        NodeMaintenanceSpec spec = new NodeMaintenanceSpec();
        spec.setPodName(pod);
        spec.setMode(Mode.Off);
        m.setSpec(spec);
        client.resource(m).create();
    }

    /** Until each has its answer: those on a living pod are in maintenance. */
    void await(int resources) {
        Awaitility.await(resources + " resources in their state").atMost(Duration.ofSeconds(180)).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            List<NodeMaintenance> all = client.resources(NodeMaintenance.class).inAnyNamespace().list().getItems();
            List<String> missing = all.stream().filter(m -> !answered(m)).map(m -> m.getMetadata().getNamespace() + "/" + m.getMetadata().getName()).toList();
            if (all.size() != resources || !missing.isEmpty()) {
                throw new AssertionError(all.size() + " there, not yet in their state: " + missing);
            }
        });
    }

    private static boolean answered(NodeMaintenance m) {
        return m.getStatus() != null && Objects.equals(m.getStatus().getObservedGeneration(), m.getMetadata().getGeneration())
                && (!m.getSpec().getPodName().equals(POD) || m.getSpec().getMode() == Mode.Off
                || Maintenances.has(m, dev.redismaintenance.api.ConditionType.Ready, dev.redismaintenance.api.ConditionStatus.True, Reason.InMaintenance));
    }

    @Override
    public void close() {
        clusters.forEach(RedisCluster::close);
        apart.close();
    }
}
