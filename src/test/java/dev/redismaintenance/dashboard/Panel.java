package dev.redismaintenance.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One panel of the dashboard's file.
 *
 * @param place  in the dashboard's grid, {@link #COLUMNS} wide
 * @param hidden columns of a table that are not shown
 */
record Panel(Kind kind, String title, Place place, String unit, List<Target> targets, Set<String> hidden) {
    static final int COLUMNS = 24;
    private static final Path FILE = Path.of("k8s/monitoring/dashboard.json");

    /** How a panel shows what it asks for; of the file, hence its spelling. */
    enum Kind { stat, table, timeseries }

    record Place(int x, int y, int width, int height) {
    }

    /**
     * What it asks Prometheus.
     *
     * @param query  for all namespaces
     * @param legend how a series is called, with labels in double braces; empty for all labels
     */
    record Target(String query, String legend) {
        private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

        String name(Map<String, String> labels) {
            return legend.isEmpty() ? String.join(" ", labels.values())
                    : LABEL.matcher(legend).replaceAll(found -> Matcher.quoteReplacement(labels.getOrDefault(found.group(1), "")));
        }
    }

    static List<Panel> ofDashboard() throws IOException {
        List<Panel> panels = new ArrayList<>();
        for (JsonNode panel : new ObjectMapper().readTree(Files.readString(FILE)).get("panels")) {
            panels.add(of(panel));
        }
        return List.copyOf(panels);
    }

    private static Panel of(JsonNode panel) {
        JsonNode grid = panel.get("gridPos");
        List<Target> targets = new ArrayList<>();
        panel.get("targets").forEach(target -> targets.add(new Target(target.get("expr").asText().replace("$namespace", ".*"), target.path("legendFormat").asText(""))));
        Set<String> hidden = new HashSet<>();
        panel.path("transformations").forEach(t -> t.at("/options/excludeByName").fields().forEachRemaining(column -> {
            if (column.getValue().asBoolean()) {
                hidden.add(column.getKey());
            }
        }));
        return new Panel(Kind.valueOf(panel.get("type").asText()), panel.get("title").asText(),
                new Place(grid.get("x").asInt(), grid.get("y").asInt(), grid.get("w").asInt(), grid.get("h").asInt()),
                panel.at("/fieldConfig/defaults/unit").asText("none"), List.copyOf(targets), Set.copyOf(hidden));
    }
}
