package dev.redismaintenance.bench;

import java.util.List;

/** How long a shard was without a write, by the way its primary's pod went; a logarithmic scale, for they lie far apart. */
final class HandoverPlot {
    private static final double LEFT = 230;
    private static final double LENGTH = 420;
    private static final double LEAST = 0.001;
    private static final double MOST = 100;
    private static final int ROW = 22;

    private final Options options;
    private final Results results;
    private final Svg svg = new Svg();
    private double y = 30;

    HandoverPlot(Options options, Results results) {
        this.options = options;
        this.results = results;
    }

    String text() {
        svg.text(20, y, 17, Svg.INK, "A primary's pod goes: longest time without a write to its shard, less is better");
        y += 22;
        svg.text(20, y, 12, Svg.FAINT, "logarithmic; cluster-node-timeout 5 s");
        options.servers().forEach(this::panel);
        return svg.document(y + 10);
    }

    private void panel(String server) {
        List<Outage> outages = results.outages().stream().filter(o -> o.server().equals(server)).toList();
        if (outages.isEmpty()) {
            return;
        }
        y += 36;
        svg.text(20, y, 15, Svg.INK, server);
        double top = y + 8;
        double bottom = top + outages.size() * ROW + 4;
        for (double tick = LEAST; tick <= MOST * 1.01; tick *= 10) {
            svg.line(x(tick), top, x(tick), bottom);
            svg.text(x(tick), bottom + 14, 11, Svg.FAINT, "middle", tick < 0.999 ? Text.of("%.0f ms", tick * 1000) : Text.of("%.0f s", tick));
        }
        y = top + 4;
        for (Outage o : outages) {
            double gap = Text.seconds(o.client().longestGap());
            svg.text(LEFT - 10, y + 13, 13, Svg.INK, "end", o.way());
            svg.bar(LEFT, y + 2, x(gap) - LEFT, 15, o.way().equals(Outage.OURS) ? "#0550ae" : "#8c959f");
            svg.text(x(gap) + 6, y + 14, 11, Svg.INK, Text.of("%.3f s, %d errors, %d lost", gap, o.client().failed(), o.client().lost()));
            y += ROW;
        }
        y += 22;
    }

    private static double x(double seconds) {
        double part = Math.log(Math.max(seconds, LEAST) / LEAST) / Math.log(MOST / LEAST);
        return LEFT + LENGTH * Math.min(1, part);
    }
}
