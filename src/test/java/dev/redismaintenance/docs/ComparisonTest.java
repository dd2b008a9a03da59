package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What the comparison says of the trials on a real cluster is what their page says. */
class ComparisonTest {
    private static final int WAY = 4;
    private static final int LONGEST = 8;

    @Test
    void the_times_without_a_write_are_those_of_the_sixteen_trials() throws IOException {
        List<String[]> trials = Files.readAllLines(Path.of("docs/e2e.md")).stream().filter(line -> line.startsWith("| valkey ") || line.startsWith("| redis ")).map(line -> line.split("\\|")).toList();
        assertEquals(16, trials.size());
        String said = String.format(Locale.ROOT, "%.0f to %.0f ms without a write against %.1f to %.1f s.",
                millis(trials, "maintenance").min().orElseThrow(), millis(trials, "maintenance").max().orElseThrow(),
                millis(trials, "plain drain").min().orElseThrow() / 1000, millis(trials, "plain drain").max().orElseThrow() / 1000);
        String page = Files.readString(Path.of("docs/comparison.md"));
        assertTrue(page.contains("[sixteen trials](e2e.md), with us and without: " + said), () -> "docs/comparison.md lacks: " + said);
    }

    private static DoubleStream millis(List<String[]> trials, String way) {
        return trials.stream().filter(trial -> trial[WAY].strip().equals(way)).map(trial -> trial[LONGEST].strip())
                .mapToDouble(time -> Double.parseDouble(time.substring(0, time.indexOf(' '))) * (time.endsWith(" ms") ? 1 : 1000));
    }
}
