package dev.redismaintenance.ground;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What has the traffic counted so far? Shared by its threads. */
final class TrafficCounts {

    final LongAdder acknowledged = new LongAdder();
    final LongAdder reads = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder redirects = new LongAdder();
    final Latencies latencies = new Latencies();
    final Latencies writeLatencies = new Latencies();
    final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    void failed(String text) {
        failed.increment();
        errors.computeIfAbsent(text, x -> new LongAdder()).increment();
    }
}
