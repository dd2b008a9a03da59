package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Slots that a maintenance has moved and that nobody owns any more, as a failover at the wrong moment leaves them on Redis. */
class UnownedIT {

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void who_has_their_keys_takes_them_and_they_come_back_with_the_others(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image);
                RunningOperator operator = new RunningOperator(ground.client, ground.namespace, k -> k, s -> s, Scene.QUICK)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            long keys = cluster.keys();
            SlotRanges moved = slots(cluster, "cache-1");
            maintenances.on("patch", "cache-1");
            maintenances.awaitReady("patch", Reason.InMaintenance);

            List<Integer> lost = withKeys(cluster, slots(cluster, "cache-0").common(moved));
            cluster.pods().forEach(pod -> disown(cluster, pod, lost));
            Awaitility.await("owned again").atMost(Duration.ofSeconds(60)).ignoreExceptions()
                    .until(() -> SlotRanges.of(lost).minus(slots(cluster, "cache-0")).isEmpty());

            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertTrue(ground.client.v1().events().inNamespace(ground.namespace).list().getItems().stream()
                    .anyMatch(e -> e.getMessage().contains("have no owner any more")), "nobody was told");
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(before, cluster.placement());
            assertEquals(keys, cluster.keys());
        }
    }

    private static SlotRanges slots(RedisCluster cluster, String pod) {
        return SlotRanges.parse(String.join(" ", cluster.placement().of(cluster.nodeId(pod)).slots()));
    }

    private static List<Integer> withKeys(RedisCluster cluster, SlotRanges slots) {
        try (Jedis jedis = cluster.jedis("cache-0")) {
            List<Integer> some = slots.stream().boxed().filter(slot -> jedis.clusterCountKeysInSlot(slot) > 0).limit(2).toList();
            assertEquals(2, some.size(), "no data");
            return some;
        }
    }

    private static void disown(RedisCluster cluster, String pod, List<Integer> slots) {
        try (Jedis jedis = cluster.jedis(pod)) {
            jedis.clusterDelSlots(IntStream.range(0, slots.size()).map(slots::get).toArray());
        }
    }

    private static RedisCluster cluster(Ground ground, String image) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                .primaries(3).replicasPerPrimary(0).args("--cluster-node-timeout", "3000").create();
        cluster.loadData(5_000_000);
        return cluster;
    }
}
