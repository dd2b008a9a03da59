package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.redismaintenance.ground.Program;
import dev.redismaintenance.ground.ToolCache;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does Prometheus itself raise the alerts when it should, and only then? Skipped where there is no promtool ({@code make promtool}). */
class AlertsIT {
    private static final Path RULES = Path.of("k8s/monitoring/prometheus-rule.yaml");
    private static final Path CASES = Path.of("src/test/resources/alerts.yaml");

    private static Path promtool() {
        return ToolCache.program("promtool", "promtool/promtool", "promtool");
    }

    @Test
    void each_alert_is_raised_when_it_should_be_and_not_before(@TempDir Path directory) throws IOException, InterruptedException {
        Path promtool = promtool();
        JsonNode rules = Serialization.unmarshal(Files.readString(RULES), JsonNode.class).get("spec");
        Path written = Files.writeString(directory.resolve("rules.yaml"), Serialization.asYaml(rules));
        Program.run("", List.of(promtool.toString(), "check", "rules", written.toString()));
        String said = Program.run("", List.of(promtool.toString(), "test", "rules", Files.copy(CASES, directory.resolve("alerts.yaml")).toString()));
        assertTrue(said.contains("SUCCESS"), said);
    }

    @Test
    void every_alert_is_tried_both_ways() throws IOException {
        Set<String> alerts = new TreeSet<>();
        Serialization.unmarshal(Files.readString(RULES), JsonNode.class).at("/spec/groups").forEach(group -> group.get("rules").forEach(rule -> alerts.add(rule.get("alert").asText())));
        Set<String> raised = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        Serialization.unmarshal(Files.readString(CASES), JsonNode.class).get("tests").forEach(test -> test.get("alert_rule_test")
                .forEach(each -> (each.get("exp_alerts").isEmpty() ? silent : raised).add(each.get("alertname").asText())));
        assertEquals(alerts, raised);
        assertEquals(alerts, silent);
    }
}
