package dev.redismaintenance.bench.operator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.bench.operator.Findings.Load;
import dev.redismaintenance.bench.operator.Findings.Start;
import dev.redismaintenance.bench.operator.Findings.Way;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorPageTest {
    @Test
    void what_a_maintenance_asks_stands_beside_each_number_of_others_in_one_table() {
        String page = new OperatorPage(new Findings(List.of(
                load(1, new Way("hands over", 0.8, Map.of("list pods", 7L, "patch pods", 1L), 0.9, Map.of("list pods", 8L))),
                load(100, new Way("hands over", 1.25, Map.of("list pods", 9L), 2, Map.of("delete configmaps", 1L)))), Map.of()), "an image", "an API server", Duration.ofSeconds(5)).text();
        assertTrue(page.contains("""
                Hands over:

                | | in, beside 1 | back | in, beside 100 | back |
                |---|---|---|---|---|
                | delete configmaps | 0 | 0 | 0 | 1 |
                | list pods | 7 | 8 | 9 | 0 |
                | patch pods | 1 | 0 | 0 | 0 |
                | together | 8 | 8 | 9 | 1 |
                | seconds | 0.8 | 0.9 | 1.3 | 2.0 |
                """), page);
    }

    private static Load load(int resources, Way way) {
        return new Load(resources, "some", List.of(way), List.of(new Start(1, 1, 1)), List.of(100L), 1, 20, 30, new Requests(List.of()), 0.5);
    }
}
