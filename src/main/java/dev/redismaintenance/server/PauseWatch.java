package dev.redismaintenance.server;

import java.time.Duration;
import java.util.Optional;

/**
 * How long was a source held up by the hand-over that has just ended? From the middle between the last look that saw none and the first
 * that saw it, or its end, to the first that saw it ended. Where we ourselves came late to one of them, nobody knows: what we did
 * meanwhile would be taken for the server's pause. What a look itself takes counts, for a server that
 * is held up answers late. Times are those of {@link System#nanoTime()}.
 */
final class PauseWatch {
    static final Duration LATE = Duration.ofMillis(20);

    private long answered;
    private long free;
    private long began;
    private boolean blurred;

    PauseWatch(long now) {
        this.answered = now;
        this.free = now;
    }

    /**
     * @param asked       when the look began
     * @param now         when its answer was there
     * @param handingOver some job hands its slots over
     * @param ended       one job has ended since the last look
     * @return how long its pause was
     */
    Optional<Duration> looked(long asked, long now, boolean handingOver, boolean ended) {
        boolean late = asked - answered > LATE.toNanos();
        blurred |= late && (handingOver || ended);
        if (free == answered) {
            began = (free + asked) / 2;
        }
        answered = now;
        Optional<Duration> pause = ended && !blurred ? Optional.of(Duration.ofNanos(now - began)) : Optional.empty();
        if (ended || !handingOver) {
            free = now;
            blurred = false;
        }
        return pause;
    }
}
