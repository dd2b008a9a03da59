package dev.redismaintenance.bench;

import java.time.Duration;
import java.util.Locale;

/** Figures as text, with a point for decimals wherever it runs. */
public final class Text {
    private Text() {
    }

    public static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
