package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;

/**
 * What shall a test cluster be made of? Pods {@code NAME-0} and so on as a StatefulSet would name them: primaries first,
 * then replicas round robin over the shards, then spares, which are empty primaries that have joined. Without a word
 * the nodes of one shard lie on different Kubernetes Nodes.
 */
public final class ClusterSpec {

    static final String PASSWORD_KEY = "password";

    private final KubernetesClient client;
    private final TestKubelet kubelet;
    private final List<String> args = new ArrayList<>();
    private final Map<Integer, String> places = new LinkedHashMap<>();
    private String namespace = "default";
    private String name = "cache";
    private String image = "valkey:9.1";
    private int primaries = 3;
    private int replicasPerPrimary = 1;
    private int spares;
    private boolean volumes = true;
    private int port = ReadinessProbe.PORT;
    private int busPort = 16379;
    private Optional<String> password = Optional.empty();
    private Optional<TestCertificates> certificates = Optional.empty();
    private UnaryOperator<Pod> change = UnaryOperator.identity();

    ClusterSpec(KubernetesClient client, TestKubelet kubelet) {
        this.client = client;
        this.kubelet = kubelet;
    }

    /** Made when it is not there. */
    public ClusterSpec namespace(String value) {
        namespace = value;
        return this;
    }

    public ClusterSpec name(String value) {
        name = value;
        return this;
    }

    public ClusterSpec image(String value) {
        image = value;
        return this;
    }

    public ClusterSpec primaries(int value) {
        primaries = value;
        return this;
    }

    public ClusterSpec replicasPerPrimary(int value) {
        replicasPerPrimary = value;
        return this;
    }

    /** Empty primaries that have joined. */
    public ClusterSpec spares(int value) {
        spares = value;
        return this;
    }

    /** More server arguments for every pod, as on a command line: {@code "--cluster-node-timeout", "2000"}. */
    public ClusterSpec args(String... values) {
        args.addAll(List.of(values));
        return this;
    }

    /** Other ports than 6379 and 16379, by arguments. */
    public ClusterSpec ports(int client, int bus) {
        port = client;
        busPort = bus;
        return args("--port", String.valueOf(client), "--cluster-port", String.valueOf(bus));
    }

    /** The default user's password, which the pods take from the Secret {@code NAME-auth}, key {@code password}. */
    public ClusterSpec password(String value) {
        password = Optional.of(value);
        return this;
    }

    /** One more user: {@code acl("operator", "secret", "~*", "&*", "+@all")}. */
    public ClusterSpec acl(String user, String secret, String... rules) {
        args.addAll(List.of("--user", user, "on", ">" + secret));
        args.addAll(List.of(rules));
        return this;
    }

    /** TLS only, also between the nodes, and clients must show a certificate; all of it in the Secret {@code NAME-tls}. */
    public ClusterSpec tls() {
        certificates = Optional.of(TestCertificates.forNames(name + ".test", "*." + name + ".test", "localhost"));
        return this;
    }

    /** Data and identity vanish with the pod. */
    public ClusterSpec withoutVolumes() {
        volumes = false;
        return this;
    }

    /** Puts the pod with this ordinal on that Kubernetes Node. */
    public ClusterSpec place(int ordinal, String node) {
        places.put(ordinal, node);
        return this;
    }

    /** Puts the pods 0, 1, ... on these Kubernetes Nodes. */
    public ClusterSpec layout(String... nodes) {
        IntStream.range(0, nodes.length).forEach(i -> place(i, nodes[i]));
        return this;
    }

    /** A last change to each pod before it is created: labels, readiness gates, owners. */
    public ClusterSpec pods(UnaryOperator<Pod> value) {
        change = value;
        return this;
    }

    /** Creates the pods, forms the cluster and returns when all nodes agree that it is whole and in sync. */
    public RedisCluster create() {
        return RedisCluster.create(this);
    }

    KubernetesClient client() {
        return client;
    }

    TestKubelet kubelet() {
        return kubelet;
    }

    String namespace() {
        return namespace;
    }

    int port() {
        return port;
    }

    int busPort() {
        return busPort;
    }

    int primaries() {
        return primaries;
    }

    int size() {
        return spareBegin() + spares;
    }

    List<String> podNames() {
        return IntStream.range(0, size()).mapToObj(i -> name + "-" + i).toList();
    }

    boolean isReplica(int ordinal) {
        return ordinal >= primaries && ordinal < spareBegin();
    }

    /** The shard of a primary or replica. */
    int shard(int ordinal) {
        return ordinal % primaries;
    }

    Optional<TestCertificates> certificates() {
        return certificates;
    }

    /** How clients of the default user connect. */
    @SuppressWarnings("deprecation") // what replaces it wants key stores as files
    JedisClientConfig access() {
        DefaultJedisClientConfig.Builder access = DefaultJedisClientConfig.builder()
                .resp2().connectionTimeoutMillis(1000).socketTimeoutMillis(5000)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        password.ifPresent(access::password);
        certificates.ifPresent(c -> access.ssl(true).sslSocketFactory(c.sockets()).sslParameters(anyName()));
        return access.build();
    }

    /** Pods are reached by address, and their certificates name none. */
    private static SSLParameters anyName() {
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        return parameters;
    }

    List<Secret> secrets() {
        List<Secret> result = new ArrayList<>();
        password.ifPresent(p -> result.add(new SecretBuilder().withNewMetadata().withNamespace(namespace).withName(name + "-auth")
                .endMetadata().addToData(PASSWORD_KEY, base64(p)).build()));
        certificates.ifPresent(c -> result.add(new SecretBuilder().withNewMetadata().withNamespace(namespace).withName(name + "-tls")
                .endMetadata().withData(c.secretData()).build()));
        return result;
    }

    List<PersistentVolumeClaim> claims() {
        return volumes ? podNames().stream().map(this::claim).toList() : List.of();
    }

    Pod pod(int ordinal) {
        String pod = name + "-" + ordinal;
        PodBuilder builder = new PodBuilder()
                .withNewMetadata().withNamespace(namespace).withName(pod)
                .addToLabels("app", name)
                .addToLabels("statefulset.kubernetes.io/pod-name", pod)
                .addToLabels("apps.kubernetes.io/pod-index", String.valueOf(ordinal))
                .endMetadata()
                .withNewSpec()
                .withNodeName(node(ordinal))
                .withHostname(pod).withSubdomain(name)
                .withTerminationGracePeriodSeconds(20L)
                .withAutomountServiceAccountToken(false)
                .addToVolumes(data(pod))
                .addNewContainer().withName("server").withImage(image).withArgs(arguments())
                .addNewPort().withName("client").withContainerPort(port).endPort()
                .addNewPort().withName("bus").withContainerPort(busPort).endPort()
                .addNewVolumeMount().withName("data").withMountPath("/data").endVolumeMount()
                .endContainer()
                .endSpec();
        if (password.isPresent()) {
            builder.editSpec().editFirstContainer().addNewEnv().withName("REDIS_PASSWORD").withNewValueFrom()
                    .withNewSecretKeyRef().withName(name + "-auth").withKey(PASSWORD_KEY).endSecretKeyRef()
                    .endValueFrom().endEnv().endContainer().endSpec();
        }
        if (certificates.isPresent()) {
            builder.editSpec().addNewVolume().withName("tls").withNewSecret().withSecretName(name + "-tls").endSecret().endVolume()
                    .editFirstContainer().addNewVolumeMount().withName("tls").withMountPath("/tls").endVolumeMount().endContainer()
                    .endSpec();
        }
        return change.apply(builder.build());
    }

    private Volume data(String pod) {
        VolumeBuilder volume = new VolumeBuilder().withName("data");
        return volumes
                ? volume.withNewPersistentVolumeClaim().withClaimName("data-" + pod).endPersistentVolumeClaim().build()
                : volume.withNewEmptyDir().endEmptyDir().build();
    }

    private List<String> arguments() {
        List<String> result = new ArrayList<>();
        if (password.isPresent()) {
            result.addAll(List.of("--requirepass", "$(REDIS_PASSWORD)", "--masterauth", "$(REDIS_PASSWORD)"));
        }
        if (certificates.isPresent()) {
            result.addAll(List.of("--port", "0", "--tls-port", "6379", "--tls-replication", "yes", "--tls-cluster", "yes",
                    "--tls-cert-file", "/tls/tls.crt", "--tls-key-file", "/tls/tls.key", "--tls-ca-cert-file", "/tls/ca.crt"));
        }
        result.addAll(args);
        return result;
    }

    private int spareBegin() {
        return primaries * (1 + replicasPerPrimary);
    }

    private String node(int ordinal) {
        List<String> nodes = kubelet.nodes();
        int turn = isReplica(ordinal) ? shard(ordinal) + ordinal / primaries : ordinal;
        return places.getOrDefault(ordinal, nodes.get(turn % nodes.size()));
    }

    private PersistentVolumeClaim claim(String pod) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata().withNamespace(namespace).withName("data-" + pod).addToLabels("app", name).endMetadata()
                .withNewSpec().withAccessModes("ReadWriteOnce")
                .withNewResources().addToRequests("storage", new Quantity("1Gi")).endResources().endSpec()
                .build();
    }

    private static String base64(String text) {
        return java.util.Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
