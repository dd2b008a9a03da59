package dev.redismaintenance.ground;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** How do empty servers become one cluster? With the protocol alone, in the order that the servers' own tool uses. */
final class ClusterForming {

    private static final int SLOTS = 16384;
    private static final Duration BOUND = Duration.ofSeconds(40);

    // Members are asked how they are after half the node timeout, and a first copy otherwise waits five seconds for
    // others to share it with. Both only while the cluster is formed.
    private static final Map<String, String> HASTE = Map.of("cluster-node-timeout", "1000", "repl-diskless-sync-delay", "0");

    private final ClusterSpec spec;
    private final RedisCluster cluster;

    ClusterForming(ClusterSpec spec, RedisCluster cluster) {
        this.spec = spec;
        this.cluster = cluster;
    }

    void form() {
        Map<String, Map<String, String>> before = new LinkedHashMap<>();
        cluster.pods().forEach(pod -> before.put(pod, cluster.settings(pod, HASTE.keySet().toArray(String[]::new))));
        cluster.pods().forEach(pod -> set(pod, HASTE));
        try {
            join();
        } finally {
            before.forEach(this::set);
        }
    }

    private void set(String pod, Map<String, String> settings) {
        try (Jedis jedis = cluster.jedis(pod)) {
            jedis.configSet(settings);
        }
    }

    private void join() {
        List<String> pods = cluster.pods();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < pods.size(); i++) {
            try (Jedis jedis = cluster.jedis(pods.get(i))) {
                ids.add(jedis.clusterMyId());
                if (i < spec.primaries()) {
                    jedis.clusterAddSlotsRange(i * SLOTS / spec.primaries(), (i + 1) * SLOTS / spec.primaries() - 1);
                }
                // Different epochs from the start: else the servers have to sort out collisions first.
                jedis.clusterSetConfigEpoch(i + 1);
            }
        }
        try (Jedis first = cluster.jedis(pods.get(0))) {
            pods.stream().skip(1).forEach(pod -> first.sendCommand(Protocol.Command.CLUSTER, "MEET", cluster.ip(pod), String.valueOf(spec.port()), String.valueOf(spec.busPort())));
        }
        Waiting.untilNothing("cluster members to know each other", BOUND, () -> strangers(ids));
        for (int i = 0; i < pods.size(); i++) {
            if (spec.isReplica(i)) {
                try (Jedis jedis = cluster.jedis(pods.get(i))) {
                    jedis.clusterReplicate(ids.get(spec.shard(i)));
                }
            }
        }
        cluster.awaitHealthy(BOUND);
    }

    private Optional<String> strangers(List<String> ids) {
        for (String pod : cluster.pods()) {
            List<NodeLine> view = cluster.view(pod);
            if (view.size() != ids.size() || view.stream().anyMatch(line -> line.hasAny("handshake"))) {
                return Optional.of(pod + " sees " + view.size() + " members");
            }
        }
        return Optional.empty();
    }
}
