package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void quantiles_are_right_within_a_step_and_the_longest_is_exact() {
        Latencies latencies = new Latencies();
        LongStream.rangeClosed(1, 1000).forEach(i -> latencies.add(i * 1_000_000));
        assertEquals(Duration.ofSeconds(1), latencies.longest());
        assertNear(500, latencies.quantile(0.5));
        assertNear(990, latencies.quantile(0.99));
        assertEquals(Duration.ofSeconds(1), latencies.quantile(1));
    }

    @Test
    void nothing_added_is_zero() {
        Latencies latencies = new Latencies();
        latencies.add(5_000_000_000_000L);
        latencies.clear();
        assertEquals(Duration.ZERO, latencies.longest());
        assertEquals(Duration.ZERO, latencies.quantile(0.99));
    }

    private static void assertNear(long millis, Duration seen) {
        assertTrue(Math.abs(seen.toNanos() - millis * 1e6) <= 0.035 * millis * 1e6, () -> seen + " is not near " + millis + " ms");
    }
}
