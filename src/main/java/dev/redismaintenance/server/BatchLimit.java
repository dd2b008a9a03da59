package dev.redismaintenance.server;

import java.time.Duration;

/**
 * How many bytes may one {@code MIGRATE} take? As many as both servers get through in the aimed time, by what the last calls took:
 * <ol>
 * <li>the rate is a slow moving average over the calls that were big enough to tell it: a limit that jumps has a slot go now in two calls and now
 * in three, or in one that is too long;</li>
 * <li>a second call in a row that took more than twice the aim counts in full, so that the next is smaller at once; a single one is the machine's
 * fault as often as not;</li>
 * <li>the limit is rate times aim, and stays between a floor, below which only the round trips would grow, and a ceiling.</li>
 * </ol>
 * Bytes are those of {@code MEMORY USAGE}. Not for several threads.
 */
final class BatchLimit {
    /** MIGRATE holds both main threads for as long: what a client in between waits, and a round trip costs little against it. */
    static final Duration AIM = Duration.ofNanos(500_000);
    static final long FLOOR = 30 * 1024;
    static final long CEILING = 512 * 1024;
    /** The servers' own tool takes as many when it is told to hurry. */
    static final int KEYS = 1000;
    private static final double WEIGHT = 0.03;

    private double bytesPerNano = (double) FLOOR / AIM.toNanos();
    private boolean wasLate;

    long bytes() {
        return (long) Math.max(FLOOR, Math.min(CEILING, bytesPerNano * AIM.toNanos()));
    }

    /** @param took of the whole call; its round trip makes the rate a little lower than it is */
    void measured(long bytes, Duration took) {
        if (bytes < FLOOR / 4 || took.isZero()) {
            return;
        }
        double rate = (double) bytes / took.toNanos();
        boolean late = took.compareTo(AIM.multipliedBy(2)) > 0;
        bytesPerNano = late && wasLate && rate < bytesPerNano ? rate : bytesPerNano + WEIGHT * (rate - bytesPerNano);
        wasLate = late;
    }
}
