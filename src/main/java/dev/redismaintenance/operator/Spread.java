package dev.redismaintenance.operator;

import java.time.Duration;
import java.time.Instant;

/**
 * When exactly to look again at one of many resources? Those that are looked at every so often would for ever be looked at together, as they were when the
 * operator started: it and the API server would have much to do for a second or two and then nothing, and the heap would be as large as all
 * those looks need at once. So each has a moment of its own in the interval, by its uid, and is looked at then: never later than after the
 * interval, the first time sooner. What is short is awaited as it is.
 */
final class Spread {
    static final Duration SHORT = Duration.ofSeconds(1);

    private Spread() {
    }

    /**
     * @param interval how soon to look again at the latest
     * @return more than nothing, and not more than the interval
     */
    static Duration next(Duration interval, String uid, Instant now) {
        if (interval.compareTo(SHORT) <= 0) {
            return interval;
        }
        long period = interval.toMillis();
        return Duration.ofMillis(period - Math.floorMod(now.toEpochMilli() - uid.hashCode(), period));
    }
}
