package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/** Clusters of real servers in pods of a real API server do what the tests of the operator take for granted. */
class GroundIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private static KubernetesClient client;
    private static TestKubelet kubelet;

    @BeforeAll
    static void start() {
        client = ControlPlane.shared().client();
        kubelet = TestKubelet.on(client).nodes(3).start();
    }

    @AfterAll
    static void stop() {
        if (kubelet != null) { // else the start was skipped
            kubelet.close();
            client.close();
        }
    }

    static List<String> servers() {
        return Servers.ALL;
    }

    @ParameterizedTest
    @MethodSource("servers")
    void trafficOnAQuietClusterLosesNothing(String image) {
        try (RedisCluster cluster = cluster(image).create(); Traffic traffic = Traffic.on(cluster).start()) {
            Waiting.pause(Duration.ofSeconds(3));
            Traffic.Report report = traffic.stop();
            assertTrue(report.acknowledged() > 1500, report.toString());
            assertEquals(List.of(0L, 0L, 0L), List.of(report.lost(), report.stale(), report.failed()), report.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aRecreatedPodComesBackAsTheSameNodeOnANewAddressWithItsData(String image) {
        try (RedisCluster cluster = cluster(image).create()) {
            cluster.loadData(1_000_000);
            long keys = cluster.keys();
            String id = cluster.nodeId("cache-4");
            String address = cluster.ip("cache-4");
            Placement before = cluster.placement();
            cluster.deletePod("cache-4");
            cluster.recreatePod("cache-4");
            cluster.awaitHealthy(SOON);
            assertNotEquals(address, cluster.ip("cache-4"));
            assertEquals(id, cluster.nodeId("cache-4"));
            assertEquals(before, cluster.placement());
            try (Jedis jedis = cluster.jedis("cache-4")) {
                assertTrue(jedis.dbSize() > 0);
            }
            assertEquals(keys, cluster.keys());
        }
    }

    @Test
    void aWriteThatWasTakenAwayIsReported() {
        try (RedisCluster cluster = cluster("valkey:9.1").create(); Traffic traffic = Traffic.on(cluster).start()) {
            traffic.awaitWrites(2000);
            try (Jedis jedis = cluster.jedis("cache-0")) {
                jedis.flushAll();
            }
            traffic.awaitWrites(200);
            assertTrue(traffic.stop().lost() > 100);
        }
    }

    @Test
    void anOutageIsReportedForItsShardAlone() {
        try (RedisCluster cluster = cluster("valkey:9.1").replicasPerPrimary(0).args("--cluster-require-full-coverage", "no").create();
                Traffic traffic = Traffic.on(cluster).start()) {
            traffic.awaitWrites(500);
            kubelet.kill(cluster.namespace() + "/cache-1");
            Waiting.pause(Duration.ofSeconds(1));
            kubelet.revive(cluster.namespace() + "/cache-1");
            Waiting.until("the shard", SOON, () -> clusterIsOk(cluster));
            traffic.awaitWrites(500);
            Traffic.Report report = traffic.stop();
            assertTrue(report.failed() > 0, report.toString());
            assertTrue(report.longestGapPerShard().get("5461-10921").toMillis() > 900, report.toString());
            assertTrue(report.longestGapPerShard().get("0-5460").toMillis() < 900, report.toString());
        }
    }

    @Test
    void aShardHasItsNodesOnDifferentMachinesAndSparesJoin() {
        try (RedisCluster cluster = cluster("valkey:9.1").spares(1).create()) {
            assertEquals(7, cluster.pods().size());
            Placement placement = cluster.placement();
            for (int i = 0; i < 3; i++) {
                Placement.Position replica = placement.of(cluster.nodeId("cache-" + (3 + i)));
                assertEquals(cluster.nodeId("cache-" + i), replica.primaryId());
                assertNotEquals(node(cluster, i), node(cluster, 3 + i));
            }
            assertEquals(new Placement.Position(true, "", List.of()), placement.of(cluster.nodeId("cache-6")));
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void passwordsUsersAndTlsWork(String image) {
        try (RedisCluster cluster = cluster(image).password("secret one")
                .acl("operator", "secret-two", "~*", "&*", "+@all").tls().create();
                Traffic traffic = Traffic.on(cluster).user("operator", "secret-two").opsPerSecond(500).start()) {
            cluster.recreatePod("cache-3");
            cluster.awaitHealthy(SOON);
            traffic.awaitWrites(100);
            assertEquals(0, traffic.stop().failed());
            try (Jedis jedis = new Jedis(cluster.address("cache-0"), cluster.access("operator", "secret-two"))) {
                assertEquals("operator", jedis.aclWhoAmI());
            }
        }
    }

    @Test
    void aCrashedServerStartsAgainInPlace() {
        try (RedisCluster cluster = cluster("valkey:9.1").create()) {
            String pod = cluster.namespace() + "/cache-5";
            String address = cluster.ip("cache-5");
            long pid = kubelet.pid(pod).orElseThrow();
            kubelet.crash(pod);
            Waiting.until("the restart", SOON, () -> pod(cluster, 5).getStatus().getContainerStatuses().get(0).getRestartCount() == 1);
            Waiting.until("readiness", SOON, () -> cluster.isReady("cache-5"));
            assertEquals(address, cluster.ip("cache-5"));
            assertNotEquals(pid, kubelet.pid(pod).orElseThrow());
        }
    }

    @Test
    void aKilledServerStaysDownUntilItIsRevived() {
        try (RedisCluster cluster = cluster("valkey:9.1").create()) {
            String pod = cluster.namespace() + "/cache-5";
            kubelet.kill(pod);
            Waiting.until("unreadiness", SOON, () -> !cluster.isReady("cache-5"));
            Waiting.pause(Duration.ofMillis(500));
            assertTrue(kubelet.pid(pod).isEmpty());
            kubelet.revive(pod);
            cluster.awaitHealthy(SOON);
        }
    }

    @Test
    void aFrozenServerIsNotReadyUntilItIsThawed() {
        try (RedisCluster cluster = cluster("valkey:9.1").args("--cluster-node-timeout", "60000").create()) {
            String pod = cluster.namespace() + "/cache-5";
            kubelet.freeze(pod);
            Waiting.until("unreadiness", SOON, () -> !cluster.isReady("cache-5"));
            kubelet.thaw(pod);
            Waiting.until("readiness", SOON, () -> cluster.isReady("cache-5"));
        }
    }

    @Test
    void aReadinessGateOfAnotherDecidesToo() {
        String gate = "ground.test/in-service";
        try (RedisCluster cluster = cluster("valkey:9.1").replicasPerPrimary(0)
                .pods(pod -> new PodBuilder(pod).editSpec().addNewReadinessGate(gate).endSpec().build()).create()) {
            assertFalse(cluster.isReady("cache-0"));
            client.pods().inNamespace(cluster.namespace()).withName("cache-0").editStatus(pod -> new PodBuilder(pod).editStatus()
                    .addNewCondition().withType(gate).withStatus("True").endCondition().endStatus().build());
            Waiting.until("readiness", SOON, () -> cluster.isReady("cache-0"));
            assertFalse(cluster.isReady("cache-1"));
        }
    }

    @Test
    void nothingIsWrittenAboutPodsThatStayAsTheyAre() {
        try (RedisCluster cluster = cluster("valkey:9.1").replicasPerPrimary(0).create()) {
            Waiting.until("all ready", SOON, () -> cluster.pods().stream().allMatch(cluster::isReady));
            Waiting.pause(Duration.ofSeconds(1));
            double before = statusesWritten();
            Waiting.pause(Duration.ofSeconds(3));
            assertEquals(before, statusesWritten());
            assertTrue(before > 0);
        }
    }

    /** As the API server counts them. */
    private static double statusesWritten() {
        return client.raw("/metrics").lines().filter(line -> line.startsWith("apiserver_request_total{") && line.contains("resource=\"pods\"")
                && line.contains("subresource=\"status\"") && line.contains("verb=\"PUT\"")).mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
    }

    @Test
    void twoPodsNeverHaveTheSameAddress() {
        try (RedisCluster cluster = cluster("valkey:9.1").replicasPerPrimary(0).create()) {
            Set<String> seen = IntStream.range(0, 3).mapToObj(i -> cluster.ip("cache-" + i)).collect(Collectors.toSet());
            for (int i = 0; i < 3; i++) {
                cluster.recreatePod("cache-2");
                assertTrue(seen.add(cluster.ip("cache-2")));
            }
        }
    }

    private static ClusterSpec cluster(String image) {
        return RedisCluster.on(client, kubelet).namespace("ground-" + NAMESPACES.incrementAndGet()).image(image)
                .args("--cluster-node-timeout", "5000");
    }

    private static boolean clusterIsOk(RedisCluster cluster) {
        return cluster.pods().stream().allMatch(pod -> {
            try (Jedis jedis = cluster.jedis(pod)) {
                return jedis.clusterInfo().contains("cluster_slots_ok:16384") && jedis.clusterInfo().contains("cluster_state:ok");
            }
        });
    }

    private static Pod pod(RedisCluster cluster, int ordinal) {
        return client.pods().inNamespace(cluster.namespace()).withName("cache-" + ordinal).get();
    }

    private static String node(RedisCluster cluster, int ordinal) {
        return pod(cluster, ordinal).getSpec().getNodeName();
    }
}
