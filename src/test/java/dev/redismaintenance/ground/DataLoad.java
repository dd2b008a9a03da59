package dev.redismaintenance.ground;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.util.JedisClusterCRC16;

/** How does a cluster get data quickly? Each primary is given the keys of its own slots, many at once. */
final class DataLoad {

    private static final int BATCH = 1000;

    private final RedisCluster cluster;
    private final byte[] value;

    DataLoad(RedisCluster cluster, int valueBytes) {
        this.cluster = cluster;
        this.value = new byte[valueBytes];
        // Incompressible, so that its size on the wire is what was asked for.
        new Random(1).nextBytes(value);
    }

    void load(int keys) {
        Map<String, List<String>> keysOf = new HashMap<>();
        String[] owner = owners();
        for (int i = 0; i < keys; i++) {
            String key = "data:" + i;
            keysOf.computeIfAbsent(owner[JedisClusterCRC16.getSlot(key)], x -> new ArrayList<>()).add(key);
        }
        keysOf.forEach(this::send);
    }

    private String[] owners() {
        String[] owner = new String[16384];
        for (NodeLine line : cluster.view(cluster.pods().get(0))) {
            for (String range : line.slots()) {
                String[] ends = range.split("-");
                for (int slot = Integer.parseInt(ends[0]); slot <= Integer.parseInt(ends[ends.length - 1]); slot++) {
                    owner[slot] = line.address();
                }
            }
        }
        return owner;
    }

    private void send(String address, List<String> keys) {
        try (Jedis jedis = new Jedis(HostAndPort.from(address), cluster.access())) {
            for (int from = 0; from < keys.size(); from += BATCH) {
                Pipeline pipeline = jedis.pipelined();
                keys.subList(from, Math.min(keys.size(), from + BATCH))
                        .forEach(key -> pipeline.set(key.getBytes(java.nio.charset.StandardCharsets.US_ASCII), value));
                pipeline.syncAndReturnAll().stream().filter(Exception.class::isInstance).findFirst().ifPresent(e -> {
                    throw new IllegalStateException("loading data", (Exception) e);
                });
            }
        }
    }
}
