package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.demo.OperatorProcess;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Event;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A primary keeps its role and gives its slots away, and gets them back, on every server version. */
class SlotsIT {
    private Ground ground;
    private Maintenances maintenances;

    @BeforeEach
    void start() {
        ground = new Ground(4);
        maintenances = new Maintenances(ground.client, ground.namespace);
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void without_replicas_the_slots_go_under_traffic_the_pod_is_restarted_and_they_come_back_without_a_loss(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0)); RunningOperator operator = operator();
                Traffic traffic = Traffic.on(cluster).start(); InvariantWatcher invariants = new InvariantWatcher(ground.client, cluster).on(operator)) {
            Placement before = cluster.placement();
            long keys = cluster.keys();
            traffic.awaitWrites(200);
            maintenances.on("patch", "cache-1");
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals("0/0", in.getStatus().getShards());
            assertEquals(1, in.getStatus().getFailureTolerance().getBefore());
            assertEquals(0, in.getStatus().getFailureTolerance().getInMaintenance(), "two voters survive no further failure");
            assertTrue(cluster.placement().of(cluster.nodeId("cache-1")).primary(), "the role stays");
            assertTrue(cluster.placement().of(cluster.nodeId("cache-1")).slots().isEmpty());
            assertEquals(image.equals("valkey:9.1") ? "warning" : "notice", setting(cluster, "cache-1", Setting.LOG_LEVEL),
                    "it writes no line for each slot that it gives in jobs");
            assertEquals(image.equals("valkey:9.1") ? "99" : "10", setting(cluster, "cache-1", Setting.HZ), "it seldom begins a copy while clients wait");
            assertEquals("notice", setting(cluster, "cache-0", Setting.LOG_LEVEL), "who takes slots tells of them");
            traffic.awaitWrites(200);
            assertClean(traffic.stop());
            cluster.deletePod("cache-1");
            cluster.recreatePod("cache-1");
            // a new client: one that was still connected to the pod would see its connection end
            Traffic back = Traffic.on(cluster).start();
            back.awaitWrites(200);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            back.awaitWrites(200);
            assertClean(back.stop());
            assertEquals(before, cluster.placement());
            assertTrue(cluster.keys() >= keys, cluster.keys() + " of " + keys + " keys");
            assertEquals(List.of(), maintenances.snapshots());
            assertEquals("yes", cluster.settings("cache-1", "cluster-allow-replica-migration").get("cluster-allow-replica-migration"));
            assertEquals(List.of("notice", "notice", "notice"), settings(cluster, Setting.LOG_LEVEL));
            assertEquals(List.of("10", "10", "10"), settings(cluster, Setting.HZ));
            assertTrue(events().stream().anyMatch(e -> e.getReason().equals("SlotsMoved")), "told what has moved");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void the_role_stays_when_asked_for_and_so_do_its_replicas(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(1)); RunningOperator operator = operator();
                Traffic traffic = Traffic.on(cluster).start(); InvariantWatcher invariants = new InvariantWatcher(ground.client, cluster).on(operator)) {
            Placement before = cluster.placement();
            traffic.awaitWrites(100);
            maintenances.on("patch", "cache-1", spec -> {
                spec.setDemoteNode(false);
                spec.setMaxConcurrentMoves(2);
            });
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertTrue(cluster.placement().of(cluster.nodeId("cache-1")).primary(), "the role stays");
            assertEquals(cluster.nodeId("cache-1"), cluster.placement().of(cluster.nodeId("cache-4")).primaryId(), "its replica is still its replica");
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            traffic.awaitWrites(100);
            assertClean(traffic.stop());
            assertEquals(before, cluster.placement());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:8.0", "valkey:9.1"})
    void a_spare_takes_the_shard_over_where_there_is_no_replica(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0).spares(1)); RunningOperator operator = operator();
                Traffic traffic = Traffic.on(cluster).start(); InvariantWatcher invariants = new InvariantWatcher(ground.client, cluster).on(operator)) {
            Placement before = cluster.placement();
            traffic.awaitWrites(100);
            maintenances.on("patch", "cache-1");
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(1, in.getStatus().getFailureTolerance().getInMaintenance(), "the number of voters stays");
            assertFalse(cluster.placement().of(cluster.nodeId("cache-3")).slots().isEmpty());
            traffic.awaitWrites(100);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            traffic.awaitWrites(100);
            assertClean(traffic.stop());
            assertEquals(before, cluster.placement());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void an_empty_primary_takes_all_slots_and_is_empty_and_a_primary_again_afterwards(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0).spares(1)); RunningOperator operator = operator()) {
            Placement before = cluster.placement();
            maintenances.on("patch", "cache-1", spec -> spec.setDemoteNode(false));
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(before.of(cluster.nodeId("cache-1")).slots(), cluster.placement().of(cluster.nodeId("cache-3")).slots());
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(before, cluster.placement());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void deleted_in_the_middle_of_the_move_the_slots_come_back(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0)); RunningOperator operator = operator();
                Traffic traffic = Traffic.on(cluster).start(); InvariantWatcher invariants = new InvariantWatcher(ground.client, cluster).on(operator)) {
            cluster.loadData(100_000_000);
            Placement before = cluster.placement();
            traffic.awaitWrites(100);
            maintenances.on("patch", "cache-1");
            maintenances.await("patch", "moving", m -> Maintenances.has(m, ConditionType.Reconciling, ConditionStatus.True, Reason.MovingSlots)
                    && m.getStatus().getMove() != null && m.getStatus().getMove().getTotalBytes() != null);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            traffic.awaitWrites(100);
            assertClean(traffic.stop());
            assertEquals(before, cluster.placement());
            assertNoSlotHalfWay(cluster);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:8.0", "valkey:9.1"})
    void a_new_operator_goes_on_where_the_one_that_was_stopped_in_the_middle_left_off(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0)); Traffic traffic = Traffic.on(cluster).start()) {
            cluster.loadData(100_000_000);
            Placement before = cluster.placement();
            try (RunningOperator first = operator()) {
                maintenances.on("patch", "cache-1");
                maintenances.awaitMoving("patch");
            }
            try (RunningOperator second = operator()) {
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
            traffic.awaitWrites(100);
            assertClean(traffic.stop());
            assertEquals(before, cluster.placement());
            assertNoSlotHalfWay(cluster);
        }
    }

    /** The packaged operator, SIGKILL: nobody closes what it had open. */
    @ParameterizedTest
    @ValueSource(strings = {"redis:8.0", "valkey:9.1"})
    void a_new_operator_goes_on_where_the_one_that_was_killed_in_the_middle_left_off(String image) throws Exception {
        assertTrue(OperatorProcess.available(), "the operator is not packaged: mvn package");
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0)); Traffic traffic = Traffic.on(cluster).start()) {
            cluster.loadData(100_000_000);
            Placement before = cluster.placement();
            try (OperatorProcess first = OperatorProcess.start(ground.accountKubeconfig(), ground.namespace)) {
                maintenances.on("patch", "cache-1");
                maintenances.awaitMoving("patch");
                first.kill();
            }
            assertFalse(cluster.placement().of(cluster.nodeId("cache-1")).slots().isEmpty(), "it was killed too late to show anything");
            try (RunningOperator second = operator()) {
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
            traffic.awaitWrites(100);
            assertClean(traffic.stop());
            assertEquals(before, cluster.placement());
            assertNoSlotHalfWay(cluster);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:8.1"})
    void an_operator_that_is_told_to_end_leaves_no_slot_half_way(String image) throws Exception {
        assertTrue(OperatorProcess.available(), "the operator is not packaged: mvn package");
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0))) {
            cluster.loadData(150_000_000);
            Placement before = cluster.placement();
            try (OperatorProcess first = OperatorProcess.start(ground.accountKubeconfig(), ground.namespace)) {
                maintenances.on("patch", "cache-1");
                maintenances.awaitMoving("patch");
                assertTrue(first.end(), "it does not end");
            }
            assertNoSlotHalfWay(cluster);
            assertFalse(cluster.placement().of(cluster.nodeId("cache-1")).slots().isEmpty(), "it was told too late to show anything");
            try (RunningOperator second = operator()) {
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
            assertEquals(before, cluster.placement());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void without_room_it_is_refused_with_numbers_and_nothing_is_changed(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0).args("--maxmemory", "12mb", "--maxmemory-policy", "allkeys-lru"));
                RunningOperator operator = operator()) {
            Placement before = cluster.placement();
            long keys = cluster.keys();
            maintenances.on("patch", "cache-1");
            NodeMaintenance refused = maintenances.awaitStalled("patch", Reason.InsufficientCapacity);
            String message = ConditionList.find(refused.getStatus().getConditions(), ConditionType.Stalled).orElseThrow().getMessage();
            assertTrue(message.contains("CapacityAvailable") && message.contains("MiB have to move") && message.contains("Raise maxmemory"), message);
            assertNull(refused.getStatus().getSnapshot());
            assertEquals(before, cluster.placement());
            assertEquals(keys, cluster.keys());
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "redis:7.0")
    void a_slot_that_a_killed_tool_left_half_way_is_finished_before_the_maintenance_begins(String image) {
        try (RedisCluster cluster = cluster(image, spec -> spec.replicasPerPrimary(0))) {
            int slot = 1000;
            long keys = cluster.keys();
            try (Jedis source = cluster.jedis("cache-0"); Jedis target = cluster.jedis("cache-2")) {
                for (int i = 0; i < 50; i++) {
                    source.set("{" + tagOf(slot) + "}" + i, "v" + i);
                }
                target.clusterSetSlotImporting(slot, cluster.nodeId("cache-0"));
                source.clusterSetSlotMigrating(slot, cluster.nodeId("cache-2"));
                source.migrate(cluster.ip("cache-2"), 6379, 5000, new redis.clients.jedis.params.MigrateParams(),
                        source.clusterGetKeysInSlot(slot, 20).toArray(String[]::new));
            }
            try (RunningOperator operator = operator()) {
                maintenances.on("patch", "cache-1");
                maintenances.await("patch", "left alone at first",
                        m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.WaitingForTurn));
                maintenances.awaitReady("patch", Reason.InMaintenance);
                assertNoSlotHalfWay(cluster);
                assertEquals(keys + 50, cluster.keys());
                try (Jedis target = cluster.jedis("cache-2")) {
                    assertEquals("v49", target.get("{" + tagOf(slot) + "}49"));
                }
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
        }
    }

    private static String tagOf(int slot) {
        return java.util.stream.IntStream.range(0, 1_000_000).mapToObj(i -> Integer.toString(i, 36))
                .filter(tag -> JedisClusterCRC16.getSlot(tag) == slot).findFirst().orElseThrow();
    }

    private RunningOperator operator() {
        return new RunningOperator(ground.account(), ground.namespace);
    }

    private List<Event> events() {
        return ground.client.v1().events().inNamespace(ground.namespace).list().getItems();
    }

    private static List<String> settings(RedisCluster cluster, String name) {
        return List.of("cache-0", "cache-1", "cache-2").stream().map(pod -> setting(cluster, pod, name)).toList();
    }

    private static String setting(RedisCluster cluster, String pod, String name) {
        return cluster.settings(pod, name).get(name);
    }

    private static void assertNoSlotHalfWay(RedisCluster cluster) {
        for (String pod : cluster.pods()) {
            try (Jedis jedis = cluster.jedis(pod)) {
                assertFalse(jedis.clusterNodes().contains("["), jedis.clusterNodes());
            }
        }
    }

    private RedisCluster cluster(String image, UnaryOperator<ClusterSpec> more) {
        RedisCluster cluster = more.apply(RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                .primaries(3).layout("worker-1", "worker-2", "worker-3", "worker-4", "worker-1", "worker-2")
                .args("--cluster-node-timeout", "5000", "--save", "3600 1")).create();
        cluster.loadData(20_000_000);
        return cluster;
    }

    private static void assertClean(Traffic.Report report) {
        assertEquals(0, report.lost(), report::toString);
        assertEquals(0, report.stale(), report::toString);
        assertEquals(0, report.failed(), report::toString);
    }
}
