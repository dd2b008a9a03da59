package dev.redismaintenance.bench;

import java.util.List;
import java.util.stream.Collectors;

/** A drawing, built up from above; as wide as a page. */
public final class Svg {
    public static final int WIDTH = 900;
    public static final String INK = "#24292f";
    public static final String FAINT = "#6e7781";

    private final StringBuilder body = new StringBuilder();

    public Svg bar(double x, double y, double width, double height, String color) {
        return add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, Math.max(width, 1), height, color);
    }

    public Svg frame(double x, double y, double width, double height) {
        return add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\" fill=\"none\" stroke=\"#d0d7de\"/>", x, y, width, height);
    }

    /** @param points of x and y; a single one is a dot, none is nothing */
    public Svg path(List<double[]> points, String color) {
        if (points.size() == 1) {
            return add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"%s\"/>", points.get(0)[0], points.get(0)[1], color);
        }
        return points.isEmpty() ? this : add("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" points=\"%s\"/>", color,
                points.stream().map(p -> Text.of("%.1f,%.1f", p[0], p[1])).collect(Collectors.joining(" ")));
    }

    public Svg line(double x1, double y1, double x2, double y2) {
        return add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7de\"/>", x1, y1, x2, y2);
    }

    public Svg text(double x, double y, int size, String color, String text) {
        return text(x, y, size, color, "start", text);
    }

    /** @param anchor which end of the text lies at x: start, middle, end */
    public Svg text(double x, double y, int size, String color, String anchor, String text) {
        return add("<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"%s\" text-anchor=\"%s\">%s</text>", x, y, size, color, anchor,
                text.replace("&", "&amp;").replace("<", "&lt;"));
    }

    public String document(double height) {
        return Text.of("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\""
                + " font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n%s</svg>%n",
                WIDTH, height, WIDTH, height, body);
    }

    private Svg add(String format, Object... values) {
        body.append(Text.of(format, values)).append('\n');
        return this;
    }
}
