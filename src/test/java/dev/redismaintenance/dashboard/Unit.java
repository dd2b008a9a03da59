package dev.redismaintenance.dashboard;

import dev.redismaintenance.bench.Text;

/** How a figure is written, by the name of its unit in the dashboard's file. */
final class Unit {
    private Unit() {
    }

    /** @throws IllegalArgumentException for a unit that no panel has had so far */
    static String text(String unit, double value) {
        return switch (unit) {
            case "none" -> plain(value);
            case "percent" -> plain(value) + " %";
            case "s" -> value < 1 ? plain(value * 1000) + " ms" : value < 120 ? plain(value) + " s" : plain(value / 60) + " min";
            case "Bps" -> value < 1e3 ? plain(value) + " B/s" : value < 1e6 ? plain(value / 1e3) + " kB/s" : plain(value / 1e6) + " MB/s";
            case "ops" -> plain(value) + " ops/s";
            default -> throw new IllegalArgumentException("unit " + unit);
        };
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Text.of("%.0f", value) : Math.abs(value) < 10 ? Text.of("%.2f", value) : Text.of("%.1f", value);
    }
}
