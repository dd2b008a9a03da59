package dev.redismaintenance.cluster;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Is this text a time, as the API server takes one (RFC 3339)? Marks and snapshots are text that people write as well, and a status may quote them. */
public final class TimeText {
    public static final String EXAMPLE = "2026-01-31T08:00:00Z";
    /** Java takes a few more, which the API server does not: the hour 24, leap seconds, years of more digits. */
    private static final Pattern FORM = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");

    private TimeText() {
    }

    public static boolean isTime(String text) {
        if (!FORM.matcher(text).matches()) {
            return false;
        }
        try {
            return Instant.parse(text) != null;
        } catch (DateTimeParseException noSuchDay) {
            return false;
        }
    }
}
