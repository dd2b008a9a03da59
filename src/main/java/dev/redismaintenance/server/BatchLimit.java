package dev.redismaintenance.server;

import java.time.Duration;

/**
 * How many bytes may one {@code MIGRATE} take? As many as both servers get through in the aimed time, by what the last calls took:
 * <ol>
 * <li>the rate is a moving average over the calls that were big enough to tell it;</li>
 * <li>a call that took more than twice the aim counts in full at once, so that the next is smaller at once;</li>
 * <li>the limit is rate times aim, and stays between a floor, below which only the round trips would grow, and a ceiling.</li>
 * </ol>
 * Bytes are those of {@code MEMORY USAGE}. Not for several threads.
 *
 * <p>And how long are the servers left alone afterwards? A client that comes while they work for us waits, and the one in a hundred that
 * waits longest does so the longer, the longer a call is and the more of the time calls take. So each call has a {@link #TURN}, and what
 * it does not need of that belongs to the clients. Servers that get much done in a call can spare the time; those that need all of their
 * turn are not slowed down.
 */
final class BatchLimit {
    /** MIGRATE holds both main threads for as long: what a client in between waits, and a round trip costs little against it. */
    static final Duration AIM = Duration.ofNanos(700_000);
    /** From the beginning of a call to that of the next, with the questions in between: a quarter more than the aim. */
    static final Duration TURN = AIM.multipliedBy(5).dividedBy(4);
    static final long FLOOR = 24 * 1024;
    static final long CEILING = 512 * 1024;
    /** The servers' own tool takes as many when it is told to hurry. */
    static final int KEYS = 1000;
    private static final double WEIGHT = 0.1;

    private double bytesPerNano = (double) FLOOR / AIM.toNanos();

    long bytes() {
        return (long) Math.max(FLOOR, Math.min(CEILING, bytesPerNano * AIM.toNanos()));
    }

    /** What is left of a call's turn; no longer than the call, or slots with next to nothing in them would take as long as others. */
    static Duration rest(Duration call) {
        Duration left = call.compareTo(TURN) < 0 ? TURN.minus(call) : Duration.ZERO;
        return left.compareTo(call) < 0 ? left : call;
    }

    /** @param took of the whole call; its round trip makes the rate a little lower than it is */
    void measured(long bytes, Duration took) {
        if (bytes < FLOOR / 4 || took.isZero()) {
            return;
        }
        double rate = (double) bytes / took.toNanos();
        boolean late = took.compareTo(AIM.multipliedBy(2)) > 0;
        bytesPerNano = late && rate < bytesPerNano ? rate : bytesPerNano + WEIGHT * (rate - bytesPerNano);
    }
}
