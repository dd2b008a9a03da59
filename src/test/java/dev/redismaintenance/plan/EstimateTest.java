package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {
    private static final Path PAGE = Path.of("docs", "benchmarks", "README.md");

    /** The rate is the sixth column of the table of each server. */
    private static List<Double> measured(List<String> servers, String contender) throws IOException {
        List<Double> rates = new ArrayList<>();
        String server = "";
        for (String line : Files.readAllLines(PAGE)) {
            server = line.startsWith("### ") ? line.substring(4) : line.startsWith("## ") ? "" : server;
            if (servers.contains(server) && line.startsWith("| " + contender + " |")) {
                rates.add(Double.parseDouble(line.split("\\|")[6].strip()) * Estimate.MB);
            }
        }
        return rates;
    }

    @Test
    void nothing_is_promised_that_was_not_measured() throws IOException {
        assertAtMost(Estimate.KEY_BY_KEY, measured(List.of("redis70", "redis80", "valkey81"), "ours"), 6);
        assertAtMost(Estimate.ATOMIC, measured(List.of("valkey91"), "ours"), 2);
        assertAtMost(Estimate.FULL_COPY, measured(List.of("redis70", "redis80", "valkey81", "valkey91"), "resync"), 4);
    }

    private static void assertAtMost(long rate, List<Double> measured, int figures) {
        assertTrue(measured.size() == figures && measured.stream().allMatch(m -> rate <= m), () -> rate + " of " + measured);
    }
}
