package dev.redismaintenance.bench;

import java.util.List;

/** The rates of all contenders, a panel for each server with a scale of its own. */
final class MovesPlot {
    private static final double LEFT = 150;
    private static final double LENGTH = 440;
    private static final int ROW = 38;

    private final Options options;
    private final Results results;
    private final Svg svg = new Svg();
    private double y = 30;

    MovesPlot(Options options, Results results) {
        this.options = options;
        this.results = results;
    }

    String text() {
        svg.text(20, y, 17, Svg.INK, "Moving a shard of " + options.megabytes() + " MB: MB/s, more is better; worst latency of a client meanwhile");
        legend();
        options.servers().stream().filter(server -> !results.contenders(server).isEmpty()).forEach(this::panel);
        return svg.document(y + 10);
    }

    private void legend() {
        y += 24;
        svg.bar(20, y - 10, 14, 10, color("ours", Direction.OUT)).text(40, y, 12, Svg.INK, "ours, out")
                .bar(130, y - 10, 14, 10, color("ours", Direction.BACK)).text(150, y, 12, Svg.INK, "ours, back")
                .bar(240, y - 10, 14, 10, color("", Direction.OUT)).text(260, y, 12, Svg.INK, "others, out")
                .bar(350, y - 10, 14, 10, color("", Direction.BACK)).text(370, y, 12, Svg.INK, "others, back")
                .text(470, y, 12, Svg.FAINT, "each server has its own scale");
    }

    private void panel(String server) {
        List<String> contenders = results.contenders(server).stream().filter(name -> !name.equals(Idle.NAME)).toList();
        double most = results.moves().stream().filter(m -> m.server().equals(server)).mapToDouble(Measurement::megabytesPerSecond).max().orElse(1);
        double step = step(most);
        double scale = LENGTH / most;
        y += 38;
        svg.text(20, y, 15, Svg.INK, server);
        double top = y + 8;
        double bottom = top + contenders.size() * ROW;
        for (double tick = 0; tick <= most; tick += step) {
            svg.line(LEFT + tick * scale, top, LEFT + tick * scale, bottom);
            svg.text(LEFT + tick * scale, bottom + 14, 11, Svg.FAINT, "middle", number(tick));
        }
        y = top;
        for (String contender : contenders) {
            svg.text(LEFT - 10, y + 22, 13, Svg.INK, "end", contender);
            for (Direction direction : Direction.values()) {
                bar(server, contender, direction, scale);
            }
            y += ROW;
        }
        y += 18;
    }

    private void bar(String server, String contender, Direction direction, double scale) {
        double rate = results.rate(server, contender, direction).orElse(0);
        if (rate > 0) {
            double at = y + 4 + direction.ordinal() * 15;
            svg.bar(LEFT, at, rate * scale, 13, color(contender, direction));
            double worst = results.of(server, contender, direction).stream().mapToDouble(m -> Text.millis(m.client().felt().worst()))
                    .max().orElse(0);
            svg.text(LEFT + rate * scale + 6, at + 11, 11, Svg.INK, Text.of("%.1f MB/s, worst %.0f ms", rate, worst));
        }
    }

    private static String color(String contender, Direction direction) {
        boolean ours = contender.startsWith("ours");
        return direction == Direction.OUT ? ours ? "#0550ae" : "#8c959f" : ours ? "#54aeff" : "#d0d7de";
    }

    /** 1, 2 or 5 times a power of ten, so that there are four to ten of them. */
    private static double step(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        double leading = most / power;
        return leading < 2 ? power / 5 : leading < 5 ? power / 2 : power;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : Text.of("%.1f", value);
    }
}
