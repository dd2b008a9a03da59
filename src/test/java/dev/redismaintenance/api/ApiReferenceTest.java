package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.docs.GeneratedDocs;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does the documentation tell users of every field what it does? */
class ApiReferenceTest {
    @TempDir
    Path directory;

    @Test
    void the_checked_in_reference_is_what_the_schema_says() {
        GeneratedDocs.check(Path.of("docs", "reference", "api.md"), ApiReference.of(schema()));
    }

    @Test
    void every_field_is_described_by_a_sentence() {
        List<String> silent = new ArrayList<>();
        collectSilent("", schema(), silent);
        assertEquals(List.of(), silent);
    }

    private JSONSchemaProps schema() {
        return Crd.schema(Crd.generate(directory));
    }

    private static void collectSilent(String path, JSONSchemaProps parent, List<String> silent) {
        parent.getProperties().forEach((name, schema) -> {
            if (schema.getDescription() == null || !schema.getDescription().endsWith(".")) {
                silent.add(path + name);
            }
            collectSilent(path + name + ".", schema.getItems() == null ? schema : schema.getItems().getSchema(), silent);
        });
    }
}
