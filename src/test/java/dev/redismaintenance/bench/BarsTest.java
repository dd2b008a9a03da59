package dev.redismaintenance.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.ground.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BarsTest {
    private final Results results = new Results();

    @Test
    void ratios_compare_medians_and_the_faster_of_the_migrations_by_hand_is_the_best() {
        add("valkey91", "ours", Direction.OUT, 2.0, 2.2);
        add("valkey91", "atomic-together", Direction.OUT, 4.2);
        add("valkey91", "atomic-in-turn", Direction.OUT, 1.0, 1.1);
        add("valkey91", "cli-default", Direction.OUT, 21);
        assertEquals(List.of("ratio: valkey91 ours/best-atomic out 0.50", "ratio: valkey91 ours/cli-default out 10.02"),
                Ratio.all(options("valkey91", "slots"), results).stream().map(Ratio::toString).toList());
    }

    @Test
    void a_resync_is_compared_with_the_spare() {
        add("redis70", "ours", Direction.BACK, 10);
        add("redis70", "ours-spare", Direction.BACK, 4);
        add("redis70", "resync", Direction.OUT, 3.8);
        assertEquals(List.of("ratio: redis70 ours/resync back 0.95"),
                Ratio.all(options("redis70", "spare"), results).stream().map(Ratio::toString).toList());
    }

    @Test
    void a_bar_for_which_nothing_was_measured_is_missed() {
        List<Bar> bars = Bar.all(options("redis70", "slots"), results);
        assertTrue(bars.size() >= 8 && bars.stream().noneMatch(Bar::held), bars::toString);
    }

    @Test
    void bars_hold_key_by_key_when_we_are_as_fast_as_the_tool_at_its_best() {
        for (Direction direction : Direction.values()) {
            add("redis70", "ours", direction, 10);
            add("redis70", "cli-best", direction, 10);
            add("redis70", "cli-default", direction, 17.1);
        }
        List<Bar> bars = Bar.all(options("redis70", "slots"), results);
        assertTrue(bars.stream().allMatch(Bar::held), bars::toString);
    }

    private void add(String server, String contender, Direction direction, double... seconds) {
        for (double each : seconds) {
            Traffic.Felt felt = new Traffic.Felt(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(90), Duration.ofMillis(90),
                    Duration.ZERO);
            results.add(new Measurement(server, contender, direction, 1, each, 0, 512_000_000, 1,
                    new Traffic.Report(100, 100, 0, 0, 0, 0, List.of(), 0, Duration.ZERO, Map.of(), felt)));
        }
    }

    private static Options options(String server, String part) {
        return new Options(List.of(server), 512, 2, 1, 4, List.of(part), List.of(), true, Path.of("none"));
    }
}
