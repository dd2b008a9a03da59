package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchLimitTest {
    private final BatchLimit limit = new BatchLimit();

    @Test
    void begins_small_and_grows_with_what_the_servers_can_do() {
        assertEquals(BatchLimit.FLOOR, limit.bytes());
        for (int i = 0; i < 200; i++) {
            limit.measured(100_000, BatchLimit.AIM);
        }
        assertTrue(limit.bytes() > 99_000 && limit.bytes() <= 100_000, () -> "" + limit.bytes());
    }

    @Test
    void two_slow_calls_in_a_row_make_the_next_small_and_one_among_others_hardly_does() {
        for (int i = 0; i < 200; i++) {
            limit.measured(200_000, BatchLimit.AIM);
        }
        for (int i = 0; i < 3; i++) {
            limit.measured(200_000, BatchLimit.AIM.multipliedBy(3));
            limit.measured(200_000, BatchLimit.AIM);
        }
        assertTrue(limit.bytes() > 180_000, () -> "" + limit.bytes());
        limit.measured(200_000, BatchLimit.AIM.multipliedBy(3));
        limit.measured(200_000, BatchLimit.AIM.multipliedBy(3));
        assertTrue(limit.bytes() < 70_000, () -> "" + limit.bytes());
    }

    @Test
    void stays_between_floor_and_ceiling() {
        limit.measured(100_000, Duration.ofSeconds(10));
        assertEquals(BatchLimit.FLOOR, limit.bytes());
        for (int i = 0; i < 100; i++) {
            limit.measured(1 << 30, Duration.ofMillis(1));
        }
        assertEquals(BatchLimit.CEILING, limit.bytes());
    }

    @Test
    void calls_too_small_to_tell_do_not_count() {
        limit.measured(10, Duration.ofMillis(1));
        assertEquals(BatchLimit.FLOOR, limit.bytes());
    }
}
