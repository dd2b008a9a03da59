package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** A primary goes into maintenance and comes back, on every server version. */
class HandoverIT {
    private Ground ground;

    @BeforeEach
    void start() {
        ground = new Ground();
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void a_primary_under_traffic_hands_over_and_gets_everything_back_without_an_error(String image) {
        try (RedisCluster cluster = cluster(image); RunningOperator operator = new RunningOperator(ground.account(), ground.namespace);
                Traffic traffic = Traffic.on(cluster).start(); InvariantWatcher invariants = new InvariantWatcher(ground.client, cluster).on(operator)) {
            Placement before = cluster.placement();
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            traffic.awaitWrites(200);
            maintenances.on("patch", "cache-1");
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals("0/0", in.getStatus().getShards());
            assertEquals("100%", in.getStatus().getProgress());
            assertTrue(cluster.placement().of(cluster.nodeId("cache-1")).slots().isEmpty());
            traffic.awaitWrites(200);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            traffic.awaitWrites(200);
            assertClean(traffic.stop());
            assertEquals(before, cluster.placement());
            assertEquals(List.of(), maintenances.snapshots());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void a_pod_that_was_restarted_on_a_new_address_gets_everything_back(String image) {
        try (RedisCluster cluster = cluster(image); RunningOperator operator = new RunningOperator(ground.account(), ground.namespace);
                Traffic traffic = Traffic.on(cluster).start(); InvariantWatcher invariants = new InvariantWatcher(ground.client, cluster).on(operator)) {
            Placement before = cluster.placement();
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            maintenances.on("patch", "cache-1");
            maintenances.awaitReady("patch", Reason.InMaintenance);
            String old = cluster.ip("cache-1");
            cluster.deletePod("cache-1");
            cluster.recreatePod("cache-1");
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            traffic.awaitWrites(200);
            Traffic.Report report = traffic.stop();
            assertEquals(0, report.lost(), report::toString);
            assertEquals(0, report.stale(), report::toString);
            assertEquals(before, cluster.placement());
            for (String pod : cluster.pods()) {
                try (Jedis jedis = cluster.jedis(pod)) {
                    String told = jedis.clusterNodes();
                    assertFalse(told.contains(old + ":"), pod + " still tells the old address: " + told);
                }
            }
        }
    }

    private RedisCluster cluster(String image) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                .primaries(3).replicasPerPrimary(1).args("--cluster-node-timeout", "5000", "--save", "3600 1").create();
        cluster.loadData(10_000_000);
        return cluster;
    }

    private static void assertClean(Traffic.Report report) {
        assertEquals(0, report.lost(), report::toString);
        assertEquals(0, report.stale(), report::toString);
        assertEquals(0, report.failed(), report::toString);
    }
}
