package dev.redismaintenance.ground;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * What do the writer and the reader of one shard do, and how long was the writer without a success? A shard is the
 * slots that one primary had at the start; threads of their own for each, so that one shard that stalls does not make
 * the others look stalled.
 */
final class ShardTraffic {

    private static final int HOT = 32;
    private static final Duration AFTER_FAILURE = Duration.ofMillis(10);

    private final String slots;
    private final Ledger ledger;
    private final List<Ledger.Entry> entries;
    private final String padding;
    private final SlotMap map;
    private final TrafficCounts counts;
    private final long pauseNanos;
    private volatile long begin;
    private volatile long end;
    private volatile long lastSuccess;
    private volatile long longestGap;

    ShardTraffic(String slots, Ledger ledger, List<Ledger.Entry> entries, int valueBytes, SlotMap map, TrafficCounts counts,
            double writesPerSecond) {
        this.slots = slots;
        this.ledger = ledger;
        this.entries = new ArrayList<>(entries);
        this.padding = ":" + "x".repeat(Math.max(0, valueBytes - 8));
        this.map = map;
        this.counts = counts;
        this.pauseNanos = (long) (1e9 / writesPerSecond);
    }

    String slots() {
        return slots;
    }

    /** The longest time between two successful writes, or between the last one and the end. */
    Duration longestGap() {
        long open = (end == 0 ? System.nanoTime() : end) - (lastSuccess == 0 ? begin : lastSuccess);
        return Duration.ofNanos(Math.max(longestGap, open));
    }

    /** A gap that ended before now does not count. */
    void forgetGaps() {
        longestGap = 0;
    }

    void write(TrafficClient client) {
        begin = System.nanoTime();
        long next = begin;
        int turn = 0;
        while (!Thread.currentThread().isInterrupted()) {
            int index = turn % 2 == 0 ? turn / 2 % Math.min(HOT, entries.size()) : turn / 2 % entries.size();
            turn++;
            writeOne(client, index);
            next = pace(next);
        }
        end = System.nanoTime();
    }

    void read(TrafficClient client) {
        long next = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            int index = random.nextInt(random.nextBoolean() ? Math.min(HOT, entries.size()) : entries.size());
            readOne(client, entry(index));
            next = pace(next);
        }
    }

    private void writeOne(TrafficClient client, int index) {
        Ledger.Entry entry = entry(index);
        long number = entry.begin();
        long sent = System.nanoTime();
        try {
            Object before = client.call(slot(entry), new CommandArguments(Protocol.Command.SET)
                    .add(entry.key()).add(number + padding).add("GET"));
            counts.lost.add(entry.acknowledge(number(before)));
            counts.acknowledged.increment();
            counts.latencies.add(System.nanoTime() - sent);
            counts.writeLatencies.add(System.nanoTime() - sent);
            success();
        } catch (TrafficClient.Refused e) {
            entry.refused();
            failed(e.getMessage());
        } catch (TrafficClient.Unanswered e) {
            entry.unanswered();
            replace(index, ledger.replace(entry));
            failed(e.getMessage());
        }
    }

    private void readOne(TrafficClient client, Ledger.Entry entry) {
        long floor = entry.floor();
        try {
            long sent = System.nanoTime();
            long value = number(client.call(slot(entry), get(entry)));
            counts.latencies.add(System.nanoTime() - sent);
            counts.reads.increment();
            if (!entry.credible(floor, value)) {
                counts.stale.increment();
            }
        } catch (TrafficClient.Refused | TrafficClient.Unanswered e) {
            failed(e.getMessage());
        }
    }

    static CommandArguments get(Ledger.Entry entry) {
        return new CommandArguments(Protocol.Command.GET).add(entry.key());
    }

    static int slot(Ledger.Entry entry) {
        return JedisClusterCRC16.getSlot(entry.key());
    }

    /** The number that a value holds; 0 for no value, -1 for one that the traffic has not written. */
    static long number(Object value) {
        if (value == null) {
            return 0;
        }
        String text = new String((byte[]) value, java.nio.charset.StandardCharsets.US_ASCII);
        int end = text.indexOf(':');
        try {
            return end < 0 ? -1 : Long.parseLong(text.substring(0, end));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void success() {
        long now = System.nanoTime();
        if (lastSuccess != 0) {
            longestGap = Math.max(longestGap, now - lastSuccess);
        }
        lastSuccess = now;
    }

    private void failed(String text) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        counts.failed(text);
        map.refresh();
        Waiting.pause(AFTER_FAILURE);
    }

    /** Keeps the rate, but does not make up for a stall with a burst. */
    private long pace(long last) {
        long now = System.nanoTime();
        long next = Math.max(last + pauseNanos, now - pauseNanos);
        if (next > now) {
            LockSupport.parkNanos(next - now);
        }
        return next;
    }

    private Ledger.Entry entry(int index) {
        synchronized (entries) {
            return entries.get(index);
        }
    }

    private void replace(int index, Ledger.Entry entry) {
        synchronized (entries) {
            entries.set(index, entry);
        }
    }
}
