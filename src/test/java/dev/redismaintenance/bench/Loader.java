package dev.redismaintenance.bench;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.RedisCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.util.JedisClusterCRC16;

/** How do the slots of one primary get data quickly? Several connections, many SETs at once; values that do not compress. */
final class Loader {
    static final int VALUE_BYTES = 1024;
    private static final int CONNECTIONS = 4;
    private static final int BATCH = 500;

    private final RedisCluster cluster;
    private final String pod;
    private final byte[] noise = new byte[1 << 20];

    Loader(RedisCluster cluster, String pod) {
        this.cluster = cluster;
        this.pod = pod;
        new Random(1).nextBytes(noise);
    }

    /** @return the bytes of all values together */
    long load(SlotRanges slots, int keys) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Future<?>> parts = new ArrayList<>();
            for (int part = 0; part < CONNECTIONS; part++) {
                int first = part;
                int count = keys / CONNECTIONS + (part < keys % CONNECTIONS ? 1 : 0);
                parts.add(threads.submit(() -> send(slots, first, count)));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return (long) keys * VALUE_BYTES;
    }

    private void send(SlotRanges slots, int first, int count) {
        Random random = new Random(first);
        try (Jedis jedis = cluster.jedis(pod)) {
            List<byte[]> keys = new ArrayList<>();
            int[] mine = IntStream.iterate(first, i -> i + CONNECTIONS)
                    .filter(i -> slots.contains(JedisClusterCRC16.getSlot("data:" + i))).limit(count).toArray();
            for (int i : mine) {
                keys.add(("data:" + i).getBytes(StandardCharsets.US_ASCII));
                if (keys.size() == BATCH) {
                    send(jedis, keys, random);
                }
            }
            send(jedis, keys, random);
        }
    }

    private void send(Jedis jedis, List<byte[]> keys, Random random) {
        Pipeline pipeline = jedis.pipelined();
        for (byte[] key : keys) {
            int from = random.nextInt(noise.length - VALUE_BYTES);
            pipeline.set(key, Arrays.copyOfRange(noise, from, from + VALUE_BYTES));
        }
        keys.clear();
        pipeline.syncAndReturnAll().stream().filter(Exception.class::isInstance).findFirst().ifPresent(e -> {
            throw new IllegalStateException("loading data", (Exception) e);
        });
    }
}
