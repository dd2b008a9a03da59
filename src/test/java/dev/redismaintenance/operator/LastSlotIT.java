package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.Servers;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** One of three primaries gives its slots away: what is the one good for that goes last? */
class LastSlotIT {
    private static final String SOURCE = "cache-1";
    private static final String VICTIM = "cache-0";
    private static final String HEIR = "cache-3";

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:8.1"})
    void while_it_is_there_the_next_primary_that_dies_is_still_replaced(String image) {
        Brake brake = new Brake();
        try (Ground ground = new Ground(6); RedisCluster cluster = cluster(ground, image);
                // so long that the work goes on although no turn renews it
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace, brake.on(Kubernetes.class), brake.on(Servers.class), Scene.QUICK,
                        Duration.ofMinutes(10))) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            maintenances.on("patch", SOURCE, spec -> spec.setDemoteNode(false));
            Awaitility.await("moving").atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20))
                    .until(() -> maintenances.get("patch").map(m -> m.getStatus()).filter(s -> s != null && s.getMove() != null && s.getMove().getTotalBytes() != null).isPresent());
            // nobody orders the last one, while the work that is under way goes on
            brake.hold("report");
            Awaitility.await("one slot left").atMost(Duration.ofSeconds(60)).until(() -> count(slots(cluster, SOURCE)) == 1);

            ground.kubelet.kill(ground.namespace + "/" + VICTIM);
            Awaitility.await(HEIR + " elected").atMost(Duration.ofSeconds(60)).until(() -> isPrimary(cluster, HEIR));
            ground.kubelet.revive(ground.namespace + "/" + VICTIM);
            brake.release("report");

            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(0, count(slots(cluster, SOURCE)));
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(before.of(cluster.nodeId(SOURCE)).slots(), slots(cluster, SOURCE));
        }
    }

    private static boolean isPrimary(RedisCluster cluster, String pod) {
        try (Jedis jedis = cluster.jedis(pod)) {
            return jedis.role().get(0).equals("master");
        }
    }

    private static List<String> slots(RedisCluster cluster, String pod) {
        return cluster.placement().of(cluster.nodeId(pod)).slots();
    }

    private static int count(List<String> ranges) {
        return SlotRanges.parse(String.join(" ", ranges)).count();
    }

    private static RedisCluster cluster(Ground ground, String image) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                .primaries(3).replicasPerPrimary(1).layout("worker-1", "worker-2", "worker-3", "worker-4", "worker-5", "worker-6")
                .args("--cluster-node-timeout", "3000", "--repl-diskless-sync-delay", "0").create();
        cluster.loadData(100_000_000);
        return cluster;
    }
}
