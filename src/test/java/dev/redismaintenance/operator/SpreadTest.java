package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SpreadTest {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-11-27T22:00:00.123Z");

    private static String uid(Random random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    @Test
    void many_that_were_looked_at_together_are_looked_at_evenly_from_then_on() {
        Random random = new Random(1);
        int[] inSecond = new int[10];
        for (int i = 0; i < 1000; i++) {
            Duration next = Spread.next(EVERY, uid(random), NOW);
            assertTrue(next.compareTo(Duration.ZERO) > 0 && next.compareTo(EVERY) <= 0, next::toString);
            inSecond[(int) Math.min(9, next.toSeconds())]++;
        }
        for (int looks : inSecond) {
            assertEquals(100, looks, 50);
        }
    }

    @Test
    void one_that_is_looked_at_when_it_is_due_is_due_again_an_interval_later_whatever_the_look_took() {
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            String uid = uid(random);
            Instant due = NOW.plus(Spread.next(EVERY, uid, NOW));
            Duration work = Duration.ofMillis(random.nextInt(3000));
            assertEquals(due.plus(EVERY), due.plus(work).plus(Spread.next(EVERY, uid, due.plus(work))));
        }
    }

    @Test
    void what_is_short_stays_as_it_is() {
        for (Duration interval : new Duration[] {Duration.ofMillis(10), Duration.ofMillis(200), Spread.SHORT}) {
            assertEquals(interval, Spread.next(interval, "some", NOW));
        }
    }
}
