package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.redismaintenance.api.RawApi.Answer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What does {@code kubectl get} show? A column that reads a field nobody writes stays empty without any error. */
class PrinterColumnsIT {
    private static Installed installed;

    @BeforeAll
    static void install() {
        installed = Installed.crd();
    }

    @AfterAll
    static void close() {
        installed.close();
    }

    @Test
    void the_table_shows_where_a_maintenance_is() {
        installed.created("shown", "{podName: cache-2, reason: kernel patch}");
        installed.applyStatus("shown", StatusExample.inMaintenance());
        Answer table = installed.api().table();
        assertEquals(List.of("Name", "Target", "Shards", "Progress", "Phase", "Ready", "Snapshot", "Age"), headings(table, 0));
        assertEquals(List.of("Message", "Reason"), headings(table, 1));
        List<String> cells = texts(row(table, "shown").at("/cells"));
        assertEquals(List.of("shown", "pod/cache-2", "0/0", "100%", "InMaintenance", "True", "cache-2-snapshot"), cells.subList(0, 7));
        assertTrue(cells.get(7).matches("\\d+s|<invalid>"), cells.get(7));
        assertEquals(List.of("The machine may be serviced.", "kernel patch"), cells.subList(8, 10));
    }

    @Test
    void a_fresh_resource_is_a_row_with_empty_cells() {
        installed.created("fresh", "{podName: cache-2}");
        List<String> cells = texts(row(installed.api().table(), "fresh").at("/cells"));
        assertEquals(Collections.nCopies(6, "null"), cells.subList(1, 7));
    }

    @Test
    void the_short_name_is_one_that_no_other_project_owns() {
        JsonNode resource = stream(installed.api().discovery().at("/resources"))
                .filter(r -> r.at("/name").asText().equals("nodemaintenances")).findFirst().orElseThrow();
        assertEquals(List.of("rnm"), texts(resource.at("/shortNames")));
    }

    private static List<String> headings(Answer table, int priority) {
        return stream(table.at("/columnDefinitions"))
                .filter(column -> column.at("/priority").asInt() == priority)
                .map(column -> column.at("/name").asText()).toList();
    }

    private static JsonNode row(Answer table, String name) {
        return stream(table.at("/rows")).filter(row -> row.at("/cells/0").asText().equals(name)).findFirst().orElseThrow();
    }

    private static List<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
