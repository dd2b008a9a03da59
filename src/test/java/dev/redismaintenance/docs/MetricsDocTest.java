package dev.redismaintenance.docs;

import dev.redismaintenance.metrics.Label;
import dev.redismaintenance.metrics.Metric;
import dev.redismaintenance.metrics.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Is the table of metrics what the enum says? */
class MetricsDocTest {
    private static final Path PAGE = Path.of("docs/reference/metrics.md");

    @Test
    void the_page_of_metrics_is_current() {
        List<Metric> ofMaintenances = Metric.ofMaintenances();
        GeneratedDocs.check(PAGE, String.join("\n",
                "# Metrics",
                "",
                "Generated from the code; `MetricsDocTest` fails when it is stale. How to scrape them, queries, alerts: [metrics.md](../metrics.md).",
                "",
                "## Of each maintenance that exists",
                "",
                "There from the first look at it until it is restored (with `mode: \"Off\"`) or gone.",
                "",
                table(ofMaintenances),
                "## Of the process, since it started",
                "",
                table(Stream.of(Metric.values()).filter(m -> !ofMaintenances.contains(m)).toList()),
                "## Labels",
                "",
                GeneratedDocs.table("label", "value", Arrays.stream(Label.values()).collect(Collectors.toMap(Label::text, Label::sentence, (a, b) -> a, LinkedHashMap::new))),
                "## Outcomes",
                "",
                GeneratedDocs.table("outcome", "meaning", EnumSentences.of(Outcome.class))));
    }

    private static String table(List<Metric> metrics) {
        return metrics.stream().map(m -> "| " + m.series().stream().map(s -> "`" + s + "`").collect(Collectors.joining(", ")) + " | " + m.type().name().toLowerCase(Locale.ROOT)
                + " | " + unit(m.unit()) + " | " + m.labels().stream().map(l -> "`" + l.text() + "`").collect(Collectors.joining(", ")) + " | "
                + GeneratedDocs.cell(m.sentence()) + " |\n").collect(Collectors.joining("", "| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n", ""));
    }

    private static String unit(Metric.Unit unit) {
        return switch (unit) {
            case NONE -> "";
            case SECONDS -> "seconds";
            case UNIX_SECONDS -> "seconds since 1970";
            case BYTES -> "bytes";
            case PERCENT -> "percent";
        };
    }
}
