package dev.redismaintenance.ground;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Has something happened within a bound, and what was still missing if not? */
final class Waiting {

    /** What was waited for can never come. */
    static final class Hopeless extends IllegalStateException {
        Hopeless(String message) {
            super(message);
        }
    }

    private Waiting() {
    }

    /** Asks until nothing is missing any more. Any exception of the question but {@link Hopeless} counts as an answer. */
    static void untilNothing(String what, Duration bound, Supplier<Optional<String>> missing) {
        long end = System.nanoTime() + bound.toNanos();
        while (true) {
            Optional<String> answer;
            try {
                answer = missing.get();
            } catch (Hopeless e) {
                throw e;
            } catch (RuntimeException e) {
                answer = Optional.of(String.valueOf(e.getMessage()));
            }
            if (answer.isEmpty()) {
                return;
            }
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException(what + ": not within " + bound.toSeconds() + " s: " + answer.get());
            }
            pause(Duration.ofMillis(25));
        }
    }

    static void until(String what, Duration bound, Supplier<Boolean> done) {
        untilNothing(what, bound, () -> done.get() ? Optional.empty() : Optional.of("not yet"));
    }

    static void pause(Duration time) {
        LockSupport.parkNanos(TimeUnit.NANOSECONDS.convert(time));
    }
}
