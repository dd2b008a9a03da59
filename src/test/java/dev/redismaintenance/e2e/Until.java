package dev.redismaintenance.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Has it happened within a bound, and what was missing if not? */
final class Until {
    private Until() {
    }

    /** @return how long it took */
    static Duration nothing(String what, Duration bound, Supplier<Optional<String>> missing) {
        long began = System.nanoTime();
        while (true) {
            Optional<String> answer = asked(missing);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            if (answer.isEmpty()) {
                return took;
            }
            if (took.compareTo(bound) > 0) {
                throw new IllegalStateException(what + ": not within " + bound.toSeconds() + " s: " + answer.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** A pod that cannot be asked is one that is not there yet. */
    private static Optional<String> asked(Supplier<Optional<String>> missing) {
        try {
            return missing.get();
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
