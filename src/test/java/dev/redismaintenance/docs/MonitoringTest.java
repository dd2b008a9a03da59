package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Do alerts and dashboard ask for what is told, and does each alert have its page? */
class MonitoringTest {
    private static final Path RULES = Path.of("k8s/monitoring/prometheus-rule.yaml");
    private static final Path DASHBOARD = Path.of("k8s/monitoring/dashboard.json");
    private static final Path RUNBOOKS = Path.of("docs/runbooks");

    private static JsonNode read(Path file) throws IOException {
        return Serialization.unmarshal(Files.readString(file), JsonNode.class);
    }

    private static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<JsonNode> alerts() throws IOException {
        return each(read(RULES).at("/spec/groups")).flatMap(group -> each(group.get("rules"))).toList();
    }

    @Test
    void every_alert_asks_for_metrics_labels_and_words_that_exist() throws IOException {
        assertTrue(alerts().size() >= 6, "" + alerts());
        for (JsonNode alert : alerts()) {
            assertEquals(List.of(), Query.of(alert.get("expr").asText()).complaints(), alert.get("alert").asText());
            Set<String> shown = Query.shownBy(alert.at("/annotations/summary").asText());
            assertEquals(Set.of(), shown.stream().filter(l -> !Query.of(alert.get("expr").asText()).labels().contains(l)).collect(Collectors.toSet()), "labels of the summary");
        }
    }

    @Test
    void every_alert_has_its_page_with_meaning_looks_and_ways_out_and_every_page_its_alert() throws IOException {
        Set<String> named = new TreeSet<>();
        for (JsonNode alert : alerts()) {
            String name = alert.get("alert").asText();
            assertEquals("docs/runbooks/" + name + ".md", alert.at("/annotations/runbook").asText());
            String page = Files.readString(RUNBOOKS.resolve(name + ".md"));
            assertTrue(page.startsWith("# " + name + "\n") && page.contains("**What it means.**") && page.contains("**What to look at.**")
                    && page.contains("**What to do.**"), name);
            assertTrue(Files.readString(RUNBOOKS.resolve("README.md")).contains("(" + name + ".md)"), name + " is missing in the list");
            named.add(name + ".md");
        }
        try (Stream<Path> pages = Files.list(RUNBOOKS)) {
            assertEquals(named, pages.map(p -> p.getFileName().toString()).filter(p -> !p.equals("README.md")).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void every_panel_asks_for_metrics_labels_and_words_that_exist() throws IOException {
        List<JsonNode> targets = each(read(DASHBOARD).get("panels")).flatMap(panel -> each(panel.get("targets"))).toList();
        assertTrue(targets.size() > 10, "" + targets.size());
        for (JsonNode target : targets) {
            Query query = Query.of(target.get("expr").asText());
            assertEquals(List.of(), query.complaints(), target.get("expr").asText());
            assertTrue(query.labels().containsAll(Query.shownBy(target.get("legendFormat").asText())), target.toString());
        }
        Set<String> variables = each(read(DASHBOARD).at("/templating/list")).map(v -> v.get("query").asText()).filter(q -> q.startsWith("label_values"))
                .collect(Collectors.toSet());
        assertEquals(Set.of("label_values(redis_maintenance_closed, namespace)"), variables);
    }

    @Test
    void what_does_not_exist_is_complained_about() {
        assertEquals(List.of("no metric redis_maintenance_nodes"), Query.of("redis_maintenance_nodes == 1").complaints());
        assertEquals(List.of("redis_maintenance_overdue has no label gate"), Query.of("redis_maintenance_overdue{gate=\"QuorumSafe\"} == 1").complaints());
        assertEquals(List.of("gate has no value Quorum"), Query.of("redis_maintenance_gate_refusing{gate=\"Quorum\"} == 1").complaints());
        assertEquals(List.of("reason has no value Moving"), Query.of("redis_maintenance_phase{reason=~\"MovingSlots|Moving\"}").complaints());
        assertEquals(List.of("no metric here has the label pod"), Query.of("sum by (pod) (redis_maintenance_closed)").complaints());
        assertEquals(List.of("no metric is asked for"), Query.of("up == 0").complaints());
        assertEquals(List.of("no metric redis_maintenance_step_duration_seconds"), Query.of("redis_maintenance_step_duration_seconds").complaints());
        assertEquals(List.of(), Query.of("redis_maintenance_phase{namespace=~\"$namespace\"}").complaints());
    }
}
