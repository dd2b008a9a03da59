package dev.redismaintenance.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.docs.GeneratedDocs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Are the chart's values described, and is what is none refused in words that help? */
class ValuesTest {
    private static final Path README = Chart.DIRECTORY.resolve("README.md");
    private static final String BEGIN = "<!-- generated from values.yaml: mvn test -Ddocs.update=true -->\n";
    private static final String END = "<!-- end -->\n";

    @Test
    void the_chart_s_README_lists_what_values_yaml_says() throws IOException {
        String page = Files.readString(README);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        GeneratedDocs.check(README, page.substring(0, from) + ValuesText.table(Files.readString(Chart.DIRECTORY.resolve("values.yaml"))) + page.substring(page.indexOf(END)));
    }

    @Test
    void a_value_that_is_not_described_is_told() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> ValuesText.table("# Good.\na: 1\n\nb:\n  # Good.\n  c: 2\n  d: 3\n"));
        assertEquals("values.yaml does not describe b.d", e.getMessage());
    }

    @Test
    void the_schema_knows_every_value_and_no_other() {
        Set<String> known = new TreeSet<>();
        schemaKeys("", Chart.read("values.schema.json"), known);
        // Helm adds it by itself
        known.remove("global");
        Set<String> present = new TreeSet<>();
        keys("", Chart.read("values.yaml"), Chart.read("values.schema.json"), present);
        assertEquals(present, known);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "watchNamespace: [a] | additional properties 'watchNamespace' not allowed",
            "nodeName: { allow: true } | at '/nodeName': additional properties 'allow' not allowed",
            "watchNamespaces: cache | at '/watchNamespaces': got string, want array",
            "watchNamespaces: [a, a] | at '/watchNamespaces': items at 0 and 1 are equal",
            "watchNamespaces: [Cache] | at '/watchNamespaces/0': 'Cache' does not match pattern",
            "replicas: many | at '/replicas': got string, want integer",
            "operator: { leaseDuration: soon } | at '/operator/leaseDuration': 'soon' does not match pattern",
            "operator: { overrideGates: 'yes' } | at '/operator/overrideGates': got string, want boolean",
            "operator: { snapshotsKept: -1 } | at '/operator/snapshotsKept': minimum: got -1, want 0",
            "operator: { logLevel: LOUD } | at '/operator/logLevel': value must be one of 'DEBUG', 'INFO', 'WARN', 'ERROR'",
            "image: { digest: abc } | at '/image/digest': 'abc' does not match pattern",
            "image: { repository: '' } | at '/image/repository': minLength: got 0, want 1",
            "terminationGracePeriodSeconds: 10 | at '/terminationGracePeriodSeconds': minimum: got 10, want 30",
            "resources: { memory: 1Gi } | at '/resources': additional properties 'memory' not allowed"})
    void what_is_no_value_is_refused_and_named(String values, String message) {
        Exception e = assertThrows(IllegalStateException.class, () -> Chart.objects("cache", values));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    /** Of objects whose properties are closed, theirs. */
    private static void schemaKeys(String path, Map<?, ?> schema, Set<String> keys) {
        if (schema.get("properties") instanceof Map<?, ?> properties && Boolean.FALSE.equals(schema.get("additionalProperties"))) {
            properties.forEach((name, child) -> {
                keys.add(path + name);
                schemaKeys(path + name + ".", (Map<?, ?>) child, keys);
            });
        }
    }

    private static void keys(String path, Map<?, ?> values, Map<?, ?> schema, Set<String> keys) {
        values.forEach((name, value) -> {
            keys.add(path + name);
            if (value instanceof Map<?, ?> inner && schema.get("properties") instanceof Map<?, ?> properties && properties.get(name) instanceof Map<?, ?> child
                    && child.containsKey("properties")) {
                keys(path + name + ".", inner, child, keys);
            }
        });
    }
}
