package dev.redismaintenance.bench;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Is it done? Asked every few milliseconds, so that the wait adds nothing that would count. */
final class Look {
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private Look() {
    }

    static void until(String what, Duration bound, BooleanSupplier done) throws TimeoutException {
        long end = System.nanoTime() + bound.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException(what + ": not within " + bound.toSeconds() + " s");
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }
}
