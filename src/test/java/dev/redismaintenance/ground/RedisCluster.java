package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;

/** A cluster of pods that a test can look at, load with data and do to what a person or a machine would do. */
public final class RedisCluster implements AutoCloseable {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private final ClusterSpec spec;
    private final KubernetesClient client;
    private final JedisClientConfig access;
    private final Map<String, Pod> manifests = new LinkedHashMap<>();

    private RedisCluster(ClusterSpec spec) {
        this.spec = spec;
        this.client = spec.client();
        this.access = spec.access();
        List<String> names = spec.podNames();
        for (int i = 0; i < names.size(); i++) {
            manifests.put(names.get(i), spec.pod(i));
        }
    }

    /** A description to be filled in and created. */
    public static ClusterSpec on(KubernetesClient client, TestKubelet kubelet) {
        return new ClusterSpec(client, kubelet);
    }

    static RedisCluster create(ClusterSpec spec) {
        RedisCluster cluster = new RedisCluster(spec);
        if (cluster.client.namespaces().withName(spec.namespace()).get() == null) {
            cluster.client.resource(new NamespaceBuilder().withNewMetadata().withName(spec.namespace()).endMetadata().build()).create();
        }
        spec.secrets().forEach(cluster::createIfAbsent);
        spec.claims().forEach(cluster::createIfAbsent);
        cluster.manifests.values().forEach(pod -> cluster.client.resource(pod).create());
        cluster.pods().forEach(cluster::awaitAnswer);
        new ClusterForming(spec, cluster).form();
        return cluster;
    }

    public String namespace() {
        return spec.namespace();
    }

    public int port() {
        return spec.port();
    }

    /** The names of its pods: primaries, replicas, spares, each in order. */
    public List<String> pods() {
        return List.copyOf(manifests.keySet());
    }

    public String ip(String pod) {
        return pod(pod).map(p -> p.getStatus().getPodIP()).filter(ip -> !ip.isEmpty())
                .orElseThrow(() -> new IllegalStateException(pod + " has no address"));
    }

    public HostAndPort address(String pod) {
        return new HostAndPort(ip(pod), spec.port());
    }

    /** Of the pods that have one now. */
    List<HostAndPort> addresses() {
        return pods().stream().flatMap(pod -> pod(pod).stream()).map(p -> Optional.ofNullable(p.getStatus().getPodIP()).orElse("")).filter(ip -> !ip.isEmpty())
                .map(ip -> new HostAndPort(ip, spec.port())).toList();
    }

    public String nodeId(String pod) {
        try (Jedis jedis = jedis(pod)) {
            return jedis.clusterMyId();
        }
    }

    /** The pod whose server has this node id. */
    public String podOf(String nodeId) {
        return pods().stream().filter(pod -> nodeId(pod).equals(nodeId)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no pod has " + nodeId));
    }

    /** A connection to the pod's server as the default user; the caller closes it. */
    public Jedis jedis(String pod) {
        return new Jedis(address(pod), access);
    }

    /** How clients of the default user connect: password and TLS. */
    public JedisClientConfig access() {
        return access;
    }

    /** How another user connects. */
    public JedisClientConfig access(String user, String password) {
        return DefaultJedisClientConfig.builder().from(access).credentials(new DefaultRedisCredentials(user, password)).build();
    }

    public Optional<TestCertificates> certificates() {
        return spec.certificates();
    }

    /** What the pod's server says in {@code CLUSTER NODES}. */
    List<NodeLine> view(String pod) {
        try (Jedis jedis = jedis(pod)) {
            return NodeLine.parse(jedis.clusterNodes());
        }
    }

    /** Who holds what, once all pods that run say the same; waits for that within a bound. */
    public Placement placement() {
        AtomicReference<Placement> agreed = new AtomicReference<>();
        Waiting.untilNothing("agreement", BOUND, () -> {
            List<Placement> said = pods().stream().filter(this::running).map(pod -> Placement.of(view(pod))).distinct().toList();
            agreed.set(said.get(0));
            return said.size() == 1 ? Optional.empty() : Optional.of(said.size() + " different views: " + said);
        });
        return agreed.get();
    }

    /** Returns once all nodes agree that the cluster is whole and every replica is in sync. */
    public void awaitHealthy(Duration bound) {
        ClusterHealth health = new ClusterHealth(this);
        Waiting.untilNothing("healthy cluster", bound, health::trouble);
    }

    public Map<String, String> settings(String pod, String... names) {
        try (Jedis jedis = jedis(pod)) {
            return jedis.configGet(names);
        }
    }

    /** Writes about this many bytes over all slots. */
    public void loadData(long bytes) {
        new DataLoad(this, 1024).load((int) (bytes / 1024));
    }

    /** How many keys all primaries hold together. */
    public long keys() {
        return pods().stream().filter(this::running).mapToLong(pod -> {
            try (Jedis jedis = jedis(pod)) {
                return jedis.role().get(0).equals("master") ? jedis.dbSize() : 0;
            }
        }).sum();
    }

    /** Deletes the pod as a person or a drain would and waits until it is gone. */
    public void deletePod(String pod) {
        client.pods().inNamespace(namespace()).withName(pod).delete();
        Waiting.until(pod + " to be gone", BOUND, () -> pod(pod).isEmpty());
    }

    /** The same pod again as its StatefulSet would make it: same name and volume, new uid and address. */
    public void recreatePod(String pod) {
        if (pod(pod).isPresent()) {
            deletePod(pod);
        }
        client.resource(new PodBuilder(manifests.get(pod)).build()).create();
        awaitAnswer(pod);
    }

    /** Deletes the pods, claims and Secrets; the namespace stays. */
    public void deleteAll() {
        List<HasMetadata> all = new ArrayList<>(manifests.values());
        all.addAll(spec.claims());
        all.addAll(spec.secrets());
        for (HasMetadata item : all) {
            try {
                client.resource(item).withGracePeriod(0).delete();
            } catch (KubernetesClientException alreadyGone) {
                // nothing left to delete
            }
        }
    }

    @Override
    public void close() {
        deleteAll();
    }

    private Optional<Pod> pod(String name) {
        return Optional.ofNullable(client.pods().inNamespace(namespace()).withName(name).get());
    }

    private boolean running(String pod) {
        return pod(pod).filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .map(p -> p.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("ContainersReady") && c.getStatus().equals("True")))
                .orElse(false);
    }

    private void awaitAnswer(String pod) {
        try {
            Waiting.until(pod + " to answer", BOUND, () -> running(pod));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "\n" + spec.kubelet().log(namespace() + "/" + pod), e);
        }
    }

    private void createIfAbsent(HasMetadata item) {
        if (client.resource(item).get() == null) {
            client.resource(item).create();
        }
    }

    /** Is the pod Ready, its readiness gates included? */
    public boolean isReady(String pod) {
        return pod(pod).map(Readiness::isPodReady).orElse(false);
    }
}
