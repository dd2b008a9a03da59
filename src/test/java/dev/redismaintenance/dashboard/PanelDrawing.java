package dev.redismaintenance.dashboard;

import dev.redismaintenance.bench.Svg;
import dev.redismaintenance.bench.Text;
import dev.redismaintenance.ground.Prometheus.Point;
import dev.redismaintenance.ground.Prometheus.Series;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Draws panels where they are on the dashboard, with what was answered to their queries. */
final class PanelDrawing {
    /** Above the panels. */
    static final double HEAD = 66;
    private static final double GAP = 6;
    private static final double ROW = 30;
    private static final double COLUMN = (Svg.WIDTH - GAP) / Panel.COLUMNS;
    private static final int LEGEND_LINE = 14;
    /** Of a title, about. */
    private static final double CHARACTER = 7.5;
    /** Of half a panel's width. */
    private static final int LONG_NAME = 30;
    private static final List<String> COLORS = List.of("#0550ae", "#bc4c00", "#1a7f37", "#8250df", "#cf222e", "#9a6700", "#57606a", "#bf3989", "#0a7ea4", "#4d2d00");

    private final Svg svg;
    private final double from;
    private final double to;

    /** One curve, named as the panel names it. */
    record Curve(String name, List<Point> points) {
    }

    /**
     * @param from seconds since 1970, the left end of each time axis
     * @param to   its right end
     */
    PanelDrawing(Svg svg, double from, double to) {
        this.svg = svg;
        this.from = from;
        this.to = to;
    }

    static double height(List<Panel> panels) {
        return HEAD + panels.stream().mapToInt(p -> p.place().y() + p.place().height()).max().orElse(0) * ROW + GAP;
    }

    void stat(Panel panel, List<Series> now) {
        Box box = frame(panel);
        String text = now.isEmpty() ? "no data" : Unit.text(panel.unit(), now.get(0).last());
        svg.text(box.x + box.width / 2, box.y + 78, 34, "#1a7f37", "middle", text);
    }

    /** A column for each label, and one for the value where it is shown. */
    void table(Panel panel, List<Series> now) {
        Box box = frame(panel);
        Set<String> labels = new LinkedHashSet<>();
        now.forEach(series -> labels.addAll(series.labels().keySet()));
        labels.removeAll(panel.hidden());
        List<String> columns = new ArrayList<>(labels);
        boolean value = !panel.hidden().contains("Value");
        double width = (box.width - 20) / Math.max(1, columns.size() + (value ? 1 : 0));
        double y = box.y + 44;
        for (int i = 0; i < columns.size(); i++) {
            svg.text(box.x + 10 + i * width, y, 11, Svg.FAINT, columns.get(i));
        }
        if (value) {
            svg.text(box.x + 10 + columns.size() * width, y, 11, Svg.FAINT, "Value");
        }
        for (Series series : now) {
            y += 22;
            svg.line(box.x + 10, y - 15, box.x + box.width - 10, y - 15);
            for (int i = 0; i < columns.size(); i++) {
                svg.text(box.x + 10 + i * width, y, 12, Svg.INK, series.labels().getOrDefault(columns.get(i), ""));
            }
            if (value) {
                svg.text(box.x + 10 + columns.size() * width, y, 12, Svg.INK, Unit.text(panel.unit(), series.last()));
            }
        }
    }

    void timeseries(Panel panel, List<Curve> curves) {
        Box box = frame(panel);
        int columns = curves.stream().anyMatch(c -> c.name.length() > LONG_NAME) ? 1 : 2;
        int rows = (curves.size() + columns - 1) / columns;
        double left = box.x + 78;
        double right = box.x + box.width - 14;
        double top = box.y + 36;
        double bottom = box.y + box.height - 26 - rows * LEGEND_LINE;
        double most = curves.stream().flatMap(c -> c.points.stream()).mapToDouble(Point::value).filter(Double::isFinite).max().orElse(1);
        double ceiling = most <= 0 ? 1 : most * 1.08;
        for (int i = 0; i <= 2; i++) {
            double value = (most <= 0 ? 1 : most) * i / 2;
            double y = bottom - (bottom - top) * value / ceiling;
            svg.line(left, y, right, y);
            svg.text(left - 6, y + 4, 10, Svg.FAINT, "end", Unit.text(panel.unit(), value));
        }
        double step = (to - from) / 4;
        for (int i = 0; i <= 4; i++) {
            svg.text(left + (right - left) * i / 4, bottom + 13, 10, Svg.FAINT, "middle", Text.of("%d:%02d", (int) (step * i) / 60, (int) (step * i) % 60));
        }
        if (curves.isEmpty()) {
            svg.text((left + right) / 2, (top + bottom) / 2, 12, Svg.FAINT, "middle", "no data");
        }
        for (int i = 0; i < curves.size(); i++) {
            String color = COLORS.get(i % COLORS.size());
            List<double[]> line = new ArrayList<>();
            double before = from;
            for (Point p : curves.get(i).points) {
                // a gap is a gap
                if (!Double.isFinite(p.value()) || p.time() - before > 3 * (to - from) / DashboardPicture.POINTS) {
                    svg.path(line, color);
                    line = new ArrayList<>();
                }
                if (Double.isFinite(p.value())) {
                    line.add(new double[] {left + (right - left) * (p.time() - from) / (to - from), bottom - (bottom - top) * p.value() / ceiling});
                }
                before = p.time();
            }
            svg.path(line, color);
            double x = box.x + 14 + i % columns * (box.width - 20) / columns;
            double y = bottom + 30 + i / columns * LEGEND_LINE;
            svg.bar(x, y - 5, 12, 3, color);
            svg.text(x + 18, y, 11, Svg.INK, curves.get(i).name);
        }
    }

    private record Box(double x, double y, double width, double height) {
    }

    private Box frame(Panel panel) {
        Panel.Place place = panel.place();
        Box box = new Box(GAP + place.x() * COLUMN, HEAD + place.y() * ROW, place.width() * COLUMN - GAP, place.height() * ROW - GAP);
        svg.frame(box.x, box.y, box.width, box.height);
        svg.text(box.x + 10, box.y + 20, panel.title().length() * CHARACTER < box.width - 20 ? 13 : 8, Svg.INK, panel.title());
        return box;
    }
}
