package dev.redismaintenance.ground;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What has the traffic counted so far? Shared by its threads. */
final class TrafficCounts {

    final LongAdder acknowledged = new LongAdder();
    final LongAdder reads = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder missing = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder redirects = new LongAdder();
    final Latencies latencies = new Latencies();
    final Latencies writeLatencies = new Latencies();
    private final AtomicLong firstFailure = new AtomicLong();
    private final AtomicLong lastFailure = new AtomicLong();
    final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    /** From the first failure to the last; zero when there was none or only one. */
    Duration errorWindow() {
        return Duration.ofNanos(failed.sum() == 0 ? 0 : lastFailure.get() - firstFailure.get());
    }

    void failed(String text) {
        long now = System.nanoTime();
        firstFailure.compareAndSet(0, now);
        lastFailure.set(now);
        failed.increment();
        errors.computeIfAbsent(text, x -> new LongAdder()).increment();
    }
}
