package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Servers;
import dev.redismaintenance.ground.TestKubelet;
import dev.redismaintenance.ground.Traffic;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;

/**
 * What do clients feel when the pod of a primary with a replica goes: after a handover, by a plain SIGTERM as a drain sends it, by
 * SIGKILL? The node timeout is 5 s; the servers' default of 15 s makes the plain kills three times as long.
 */
final class Handovers {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final long DATA = 100_000_000;
    private static final int PRIMARIES = 3;

    private final String server;
    private final KubernetesClient client;
    private final TestKubelet kubelet;
    private final Results results;

    Handovers(String server, KubernetesClient client, TestKubelet kubelet, Results results) {
        this.server = server;
        this.client = client;
        this.kubelet = kubelet;
        this.results = results;
    }

    /** Takes the pod away and returns once it is gone. */
    private interface Way {
        void take(Seat primary, Seat replica) throws Exception;
    }

    void run(int rounds) throws Exception {
        String image = Options.image(server);
        try (RedisCluster cluster = RedisCluster.on(client, kubelet).name(server + "-ha").image(image).primaries(PRIMARIES).replicasPerPrimary(1)
                .args("--save", "", "--appendonly", "no", "--cluster-node-timeout", "5000", "--repl-diskless-sync-delay", "0").create()) {
            cluster.loadData(DATA);
            for (int round = 1; round <= rounds; round++) {
                once(cluster, Outage.OURS, round, (primary, replica) -> {
                    new Copy(Stage.of(cluster, Servers.tool(image))).handOver(replica, primary, slots(cluster, primary));
                    cluster.deletePod(primary.pod());
                });
                once(cluster, Outage.SIGTERM, round, (primary, replica) -> cluster.deletePod(primary.pod()));
                once(cluster, Outage.SIGKILL, round, (primary, replica) -> kubelet.kill(cluster.namespace() + "/" + primary.pod()));
            }
        }
    }

    private void once(RedisCluster cluster, String name, int round, Way way) throws Exception {
        cluster.awaitHealthy(BOUND);
        TimeUnit.SECONDS.sleep(1);
        List<Seat> shard = List.of(Stage.seat(cluster, cluster.pods().get(0)), Stage.seat(cluster, cluster.pods().get(PRIMARIES)));
        boolean swapped = isReplica(cluster, shard.get(0));
        Seat primary = shard.get(swapped ? 1 : 0);
        Seat replica = shard.get(swapped ? 0 : 1);
        double load = Machine.load();
        try (Traffic traffic = Traffic.on(cluster).opsPerSecond(Match.CLIENT_OPS).keys(Match.CLIENT_KEYS).start()) {
            traffic.awaitWrites(Match.CLIENT_OPS / 4);
            traffic.forgetFelt();
            way.take(primary, replica);
            Look.until("takeover", BOUND, () -> !isReplica(cluster, replica));
            traffic.awaitWrites(Match.CLIENT_OPS);
            results.add(new Outage(server, name, round, load, traffic.stop()));
            traffic.deleteKeys();
        }
        if (name.equals(Outage.SIGKILL)) {
            kubelet.revive(cluster.namespace() + "/" + primary.pod());
        } else {
            cluster.recreatePod(primary.pod());
        }
    }

    private static SlotRanges slots(RedisCluster cluster, Seat primary) {
        return SlotRanges.parse(String.join(" ", cluster.placement().of(primary.id().value()).slots()));
    }

    private static boolean isReplica(RedisCluster cluster, Seat seat) {
        try (Jedis jedis = cluster.jedis(seat.pod())) {
            return jedis.role().get(0).equals("slave");
        }
    }
}
