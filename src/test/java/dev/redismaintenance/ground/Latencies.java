package dev.redismaintenance.ground;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long did the operations take? Kept in steps of at most three per cent; the longest one exactly. */
final class Latencies {

    private static final int STEPS = 32;

    private final AtomicLongArray counts = new AtomicLongArray(64 * STEPS);
    private final AtomicLong longest = new AtomicLong();

    void add(long nanos) {
        counts.incrementAndGet(step(Math.max(nanos, STEPS)));
        longest.accumulateAndGet(nanos, Math::max);
    }

    void clear() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
        longest.set(0);
    }

    Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    /** What this part of all operations did not exceed, rounded up to the end of its step. */
    Duration quantile(double part) {
        long all = 0;
        for (int i = 0; i < counts.length(); i++) {
            all += counts.get(i);
        }
        long wanted = (long) Math.ceil(all * part);
        long seen = 0;
        for (int i = 0; i < counts.length() && all > 0; i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                return Duration.ofNanos(Math.min(end(i), longest.get()));
            }
        }
        return Duration.ZERO;
    }

    /** Each power of two has the same number of steps. */
    private static int step(long nanos) {
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        return power * STEPS + (int) ((nanos - (1L << power)) * STEPS >> power);
    }

    private static long end(int step) {
        int power = step / STEPS;
        return (1L << power) + ((long) (step % STEPS + 1) << power) / STEPS;
    }
}
