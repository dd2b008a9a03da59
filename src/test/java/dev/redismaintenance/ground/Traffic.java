package dev.redismaintenance.ground;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * What does an ordinary client notice? Writes and reads over all slots all the time, follows redirections, remembers
 * every acknowledged write in a {@link Ledger} and checks each read and at the end every key against it.
 */
public final class Traffic implements AutoCloseable {

    private static final Duration LAST_LOOK = Duration.ofSeconds(20);

    private final JedisClientConfig access;
    private final SlotMap map;
    private final Ledger ledger = new Ledger();
    private final TrafficCounts counts = new TrafficCounts();
    private final List<ShardTraffic> shards;
    private final List<Thread> threads = new ArrayList<>();
    private Optional<Report> report = Optional.empty();

    private Traffic(Builder wish) {
        access = DefaultJedisClientConfig.builder().from(wish.access).connectionTimeoutMillis(1000).socketTimeoutMillis(2000).build();
        map = new SlotMap(wish.seeds, access);
        if (!map.refresh()) {
            throw new IllegalStateException("no node answers: " + wish.seeds.get());
        }
        List<List<Integer>> groups = groups();
        double writes = wish.opsPerSecond / 2.0 / groups.size();
        Map<Integer, String> tags = tags(wish.keys);
        shards = groups.stream().map(slots -> new ShardTraffic(slots.get(0) + "-" + slots.get(slots.size() - 1), ledger,
                ledger.open(slots.stream().filter(tags::containsKey).map(tags::get).toList()),
                wish.valueBytes, map, counts, writes)).toList();
    }

    /** Traffic on a test cluster, also after all its pods have come back at other addresses. */
    public static Builder on(RedisCluster cluster) {
        List<HostAndPort> first = cluster.pods().stream().map(cluster::address).toList();
        return new Builder(() -> Stream.concat(first.stream(), cluster.addresses().stream()).toList(), cluster.access());
    }

    /** Traffic on any cluster that these nodes belong to. */
    public static Builder on(List<HostAndPort> seeds, JedisClientConfig access) {
        return new Builder(() -> seeds, access);
    }

    /** Writes acknowledged so far. */
    public long acknowledged() {
        return counts.acknowledged.sum();
    }

    /** What was felt until now does not count: latencies and gaps. What was written stays to be checked. */
    public void forgetFelt() {
        counts.latencies.clear();
        counts.writeLatencies.clear();
        shards.forEach(ShardTraffic::forgetGaps);
    }

    /** Returns once so many more writes were acknowledged. */
    public void awaitWrites(long more) {
        long goal = acknowledged() + more;
        Waiting.until(more + " writes", Duration.ofSeconds(60), () -> acknowledged() >= goal);
    }

    /** Stops, reads every key back and says what was found; a second call says the same again. */
    public synchronized Report stop() {
        if (report.isEmpty()) {
            end();
            readBack();
            report = Optional.of(report());
        }
        return report.get();
    }

    /** Deletes every key that it wrote, once it has stopped; others of its kind would otherwise fill the cluster. */
    public void deleteKeys() {
        stop();
        try (TrafficClient client = new TrafficClient(map, access, counts.redirects)) {
            for (Ledger.Entry entry : ledger.written()) {
                client.call(ShardTraffic.slot(entry), new CommandArguments(Protocol.Command.UNLINK).add(entry.key()));
            }
        } catch (TrafficClient.Refused | TrafficClient.Unanswered e) {
            throw new IllegalStateException("deleting the traffic's keys: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        end();
    }

    /**
     * What was found.
     *
     * @param acknowledged writes that the cluster confirmed
     * @param lost how many of them it does not have any more
     * @param missing those of the lost that were found when every key was read at the end, and so for good
     * @param stale reads that saw less than was acknowledged before they began
     * @param failed operations that ended with an error; redirections are none
     * @param firstErrors the errors by text, the most frequent first, each with its number
     * @param longestGap the longest time that any shard was without a successful write
     * @param longestGapPerShard the same for each shard, named by the slots it had at the start
     * @param felt how long the operations that succeeded took, reads and writes, redirections included
     */
    public record Report(long acknowledged, long reads, long lost, long missing, long stale, long failed, List<String> firstErrors,
            long redirects, Duration longestGap, Map<String, Duration> longestGapPerShard, Felt felt) {
    }

    /**
     * @param worstWrite  the longest write that succeeded
     * @param errorWindow from the first failed operation to the last
     */
    public record Felt(Duration p50, Duration p99, Duration worst, Duration worstWrite, Duration errorWindow) {
    }

    private Traffic start() {
        for (ShardTraffic shard : shards) {
            run("write-" + shard.slots(), shard::write);
            run("read-" + shard.slots(), shard::read);
        }
        run("map", client -> {
            while (!Thread.currentThread().isInterrupted()) {
                map.refresh();
                Waiting.pause(Duration.ofSeconds(1));
            }
        });
        return this;
    }

    private void run(String name, java.util.function.Consumer<TrafficClient> work) {
        Thread thread = new Thread(() -> {
            try (TrafficClient client = new TrafficClient(map, access, counts.redirects)) {
                work.accept(client);
            }
        }, "traffic-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void end() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void readBack() {
        long end = System.nanoTime() + LAST_LOOK.toNanos();
        try (TrafficClient client = new TrafficClient(map, access, counts.redirects)) {
            for (Ledger.Entry entry : ledger.written()) {
                readBack(client, entry, end);
            }
        }
    }

    private void readBack(TrafficClient client, Ledger.Entry entry, long end) {
        while (true) {
            try {
                long missing = entry.missing(ShardTraffic.number(client.call(ShardTraffic.slot(entry), ShardTraffic.get(entry))));
                counts.lost.add(missing);
                counts.missing.add(missing);
                return;
            } catch (TrafficClient.Refused | TrafficClient.Unanswered e) {
                if (System.nanoTime() > end) {
                    counts.failed("not readable at the end: " + e.getMessage());
                    return;
                }
                map.refresh();
                Waiting.pause(Duration.ofMillis(50));
            }
        }
    }

    private Report report() {
        List<String> errors = counts.errors.entrySet().stream()
                .sorted(Comparator.comparing(e -> -e.getValue().sum()))
                .limit(10).map(e -> e.getValue() + " x " + e.getKey()).toList();
        Map<String, Duration> gaps = shards.stream().collect(Collectors.toMap(ShardTraffic::slots, ShardTraffic::longestGap,
                (a, b) -> a, TreeMap::new));
        return new Report(counts.acknowledged.sum(), counts.reads.sum(), counts.lost.sum(), counts.missing.sum(), counts.stale.sum(), counts.failed.sum(),
                errors, counts.redirects.sum(), gaps.values().stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO), gaps,
                new Felt(counts.latencies.quantile(0.5), counts.latencies.quantile(0.99), counts.latencies.longest(),
                        counts.writeLatencies.longest(), counts.errorWindow()));
    }

    /** The slots of each primary. */
    private List<List<Integer>> groups() {
        Map<HostAndPort, List<Integer>> byOwner = new LinkedHashMap<>();
        IntStream.range(0, SlotMap.SLOTS).forEach(slot -> byOwner.computeIfAbsent(map.owner(slot), x -> new ArrayList<>()).add(slot));
        return List.copyOf(byOwner.values());
    }

    /** A hash tag for each of so many slots, evenly spread. */
    private static Map<Integer, String> tags(int count) {
        int step = SlotMap.SLOTS / count;
        Map<Integer, String> tags = new HashMap<>();
        for (int i = 0; tags.size() < SlotMap.SLOTS / step; i++) {
            String tag = Integer.toString(i, 36);
            int slot = JedisClusterCRC16.getSlot(tag);
            if (slot % step == 0 && slot / step < SlotMap.SLOTS / step) {
                tags.putIfAbsent(slot, tag);
            }
        }
        return tags;
    }

    /** How much traffic. */
    public static final class Builder {

        private final Supplier<List<HostAndPort>> seeds;
        private final JedisClientConfig access;
        private int opsPerSecond = 2000;
        private int keys = SlotMap.SLOTS;
        private int valueBytes = 16;

        private Builder(Supplier<List<HostAndPort>> seeds, JedisClientConfig access) {
            this.seeds = seeds;
            this.access = access;
        }

        /** Reads and writes in all, half of each. */
        public Builder opsPerSecond(int value) {
            opsPerSecond = value;
            return this;
        }

        /** How many keys; without a word one in each slot. */
        public Builder keys(int value) {
            keys = value;
            return this;
        }

        public Builder valueBytes(int value) {
            valueBytes = value;
            return this;
        }

        /** Signs in as this user; without a word as the default user of the cluster. */
        public Builder user(String user, String password) {
            return new Builder(seeds, DefaultJedisClientConfig.builder().from(access)
                    .credentials(new DefaultRedisCredentials(user, password)).build())
                    .opsPerSecond(opsPerSecond).keys(keys).valueBytes(valueBytes);
        }

        public Traffic start() {
            return new Traffic(this).start();
        }
    }
}
