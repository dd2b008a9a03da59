package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PauseWatchTest {
    private static final long MILLI = 1_000_000;
    private final PauseWatch watch = new PauseWatch(0);

    /** An answer takes one millisecond unless the server is held up. */
    private Optional<Duration> look(long at, long answered, boolean handingOver, boolean ended) {
        return watch.looked(at * MILLI, answered * MILLI, handingOver, ended);
    }

    @Test
    void a_pause_is_from_between_the_looks_around_its_beginning_to_the_look_that_saw_its_end() {
        assertEquals(Optional.empty(), look(5, 6, false, false));
        assertEquals(Optional.empty(), look(10, 11, true, false));
        assertEquals(Optional.empty(), look(15, 40, true, false));
        assertEquals(Optional.of(Duration.ofMillis(62)), look(45, 70, false, true));
    }

    @Test
    void a_pause_that_began_and_ended_between_two_looks_is_measured_from_between_them() {
        look(5, 6, false, false);
        assertEquals(Optional.of(Duration.ofMillis(62)), look(10, 70, false, true));
    }

    @Test
    void where_we_came_late_nobody_knows_how_long_it_was() {
        look(5, 6, false, false);
        assertEquals(Optional.empty(), look(106, 107, true, false));
        assertEquals(Optional.empty(), look(110, 111, false, true));
    }

    @Test
    void after_one_that_nobody_knows_the_next_is_measured_again() {
        look(100, 101, false, true);
        look(105, 106, true, false);
        assertEquals(Optional.of(Duration.ofMillis(33)), look(110, 136, false, true));
    }

    @Test
    void coming_late_while_nothing_is_handed_over_spoils_nothing() {
        look(300, 301, false, false);
        look(305, 306, true, false);
        assertEquals(Optional.of(Duration.ofMillis(8)), look(310, 311, false, true));
    }
}
