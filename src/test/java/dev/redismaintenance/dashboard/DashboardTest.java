package dev.redismaintenance.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.bench.Svg;
import dev.redismaintenance.dashboard.Panel.Kind;
import dev.redismaintenance.dashboard.PanelDrawing.Curve;
import dev.redismaintenance.ground.Prometheus.Point;
import dev.redismaintenance.ground.Prometheus.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Does the picture in the docs show the dashboard that there is? */
class DashboardTest {
    private static final double FROM = 1000;
    private static final double TO = FROM + DashboardPicture.POINTS;

    private static Panel panel(Kind kind, String unit, Set<String> hidden) {
        return new Panel(kind, "some panel", new Panel.Place(0, 0, 12, 8), unit, List.of(new Panel.Target("up", "{{namespace}}/{{name}} is")), hidden);
    }

    private static String drawn(Consumer<PanelDrawing> what) {
        Svg svg = new Svg();
        what.accept(new PanelDrawing(svg, FROM, TO));
        return svg.document(100);
    }

    @Test
    void the_picture_in_the_docs_has_every_panel_with_data_and_none_that_is_gone() throws IOException {
        String picture = Files.readString(DashboardPicture.PICTURE);
        List<Panel> panels = Panel.ofDashboard();
        assertTrue(panels.size() > 10, panels::toString);
        panels.forEach(panel -> assertTrue(picture.contains(">" + panel.title() + "</text>"), panel.title() + " is not on it: make dashboard"));
        assertEquals(panels.size(), picture.split("fill=\"none\" stroke=\"#d0d7de\"", -1).length - 1, "as many frames as panels: make dashboard");
        assertFalse(picture.contains("no data"), "a panel without data: make dashboard");
    }

    @Test
    void the_units_of_all_panels_can_be_written() throws IOException {
        Panel.ofDashboard().forEach(panel -> assertFalse(Unit.text(panel.unit(), 12).isEmpty()));
        assertEquals("66.6 %", Unit.text("percent", 66.61));
        assertEquals("250 ms", Unit.text("s", 0.25));
        assertEquals("2.50 min", Unit.text("s", 150));
        assertEquals("4.39 MB/s", Unit.text("Bps", 4_390_000));
    }

    @Test
    void a_series_is_called_as_the_panel_says() {
        assertEquals("cache/patch is", panel(Kind.timeseries, "none", Set.of()).targets().get(0).name(Map.of("namespace", "cache", "name", "patch", "more", "x")));
        assertEquals("/$1 is", panel(Kind.timeseries, "none", Set.of()).targets().get(0).name(Map.of("name", "$1")));
    }

    @Test
    void where_nothing_was_told_a_curve_has_a_gap() {
        List<Point> points = DoubleStream.of(0, 1, 2, 20, 21, 22).mapToObj(t -> new Point(FROM + t, t == 21 ? Double.NaN : 1)).toList();
        String svg = drawn(drawing -> drawing.timeseries(panel(Kind.timeseries, "none", Set.of()), List.of(new Curve("one", points))));
        assertEquals(1, svg.split("<polyline", -1).length - 1, svg);
        assertEquals(2, svg.split("<circle", -1).length - 1, "two points stand alone");
        assertTrue(drawn(drawing -> drawing.timeseries(panel(Kind.timeseries, "none", Set.of()), List.of())).contains("no data"));
    }

    @Test
    void a_table_shows_labels_and_the_value_but_for_what_the_panel_hides() {
        List<Series> now = List.of(new Series(Map.of("name", "patch", "reason", "InMaintenance"), List.of(new Point(TO, 90))));
        String all = drawn(drawing -> drawing.table(panel(Kind.table, "s", Set.of("Time")), now));
        assertTrue(all.contains(">patch<") && all.contains(">InMaintenance<") && all.contains(">90 s<"), all);
        String less = drawn(drawing -> drawing.table(panel(Kind.table, "s", Set.of("Value", "reason")), now));
        assertTrue(less.contains(">patch<") && !less.contains("InMaintenance") && !less.contains("90 s"), less);
    }
}
