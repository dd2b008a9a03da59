package dev.redismaintenance.operator;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Has this been closed for so long that somebody may have forgotten it, and in what words is that told? */
final class Overdue {
    private Overdue() {
    }

    /**
     * @param what   what is closed
     * @param since  of the mark, which is text on a pod; one that is no time was written by somebody else and says nothing
     * @param reason that was given for it, or nothing
     */
    static Optional<String> told(String what, String since, String reason, Duration after, Instant now) {
        Instant begin;
        try {
            begin = Instant.parse(since);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
        return begin.plus(after).isAfter(now) ? Optional.empty() : Optional.of(what + " has been closed since " + since + (reason.isEmpty() ? "" : " (" + reason + ")")
                + ", which is longer than " + text(after) + "; when its machine is ready, delete this NodeMaintenance or set mode: Off");
    }

    private static String text(Duration time) {
        return time.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
