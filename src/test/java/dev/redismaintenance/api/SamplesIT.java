package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.redismaintenance.api.RawApi.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Does a real API server take the manifests we show to users, by hand and from Git? */
class SamplesIT {
    private static final Path CHART = Path.of("helm", "redis-maintenance-operator", "Chart.yaml");
    private static Installed installed;

    @BeforeAll
    static void install() {
        installed = Installed.crd();
    }

    @AfterAll
    static void close() {
        installed.close();
    }

    @ParameterizedTest
    @MethodSource("dev.redismaintenance.api.Samples#files")
    void a_sample_is_accepted_strictly(Path sample) {
        installed.api().tryCreate(Samples.textFor(installed.api().namespace(), sample)).expect(201);
    }

    @Test
    void the_examples_on_the_charts_page_are_accepted_strictly() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        JsonNode examples = yaml.readTree(yaml.readTree(CHART.toFile()).at("/annotations").get("artifacthub.io/crdsExamples").asText());
        assertFalse(examples.isEmpty());
        for (JsonNode example : examples) {
            ((ObjectNode) example.get("metadata")).put("namespace", installed.api().namespace());
            installed.api().tryCreate(example.toString()).expect(201);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.redismaintenance.api.Samples#files")
    void applying_a_sample_again_or_from_Git_as_well_changes_nothing(Path sample) {
        String name = "sample-" + sample.getFileName().toString().replace(".yaml", "");
        String manifest = Samples.textFor(installed.api().namespace(), sample).replaceFirst("(?m)^  name: .*$", "  name: " + name);
        Answer first = installed.api().apply(name, "kubectl", manifest).expect(201);
        // The create dropped the defaulted status; the first write after it, whoever makes it, stores that once.
        Answer settled = installed.api().apply(name, "kubectl", manifest).expect(200);
        Answer again = installed.api().apply(name, "kubectl", manifest).expect(200);
        assertEquals(settled.body(), again.body());
        assertEquals(withoutBookkeeping(first), withoutBookkeeping(again));
        Answer fromGit = installed.api().tryApply(name, "gitops", manifest).expect(200);
        assertEquals(withoutBookkeeping(first), withoutBookkeeping(fromGit));
    }

    private static JsonNode withoutBookkeeping(Answer answer) {
        ObjectNode copy = answer.body().deepCopy();
        ((ObjectNode) copy.get("metadata")).remove(List.of("managedFields", "resourceVersion"));
        return copy;
    }
}
