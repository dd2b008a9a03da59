package dev.redismaintenance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {
    private static final Told TOLD = new Told(10824, 10900, 1, 2, 3, Duration.ofMillis(137), Duration.ofNanos(122_000_001), Duration.ZERO, List.of("2 x CLUSTERDOWN a=b", "1 x reset"));

    @Test
    void what_the_client_writes_into_its_log_is_read_from_it_whatever_else_is_there() {
        assertEquals(TOLD, Told.parse("NOTE: Picked up JDK_JAVA_OPTIONS\nacknowledged 10000\n" + TOLD.lines() + "\n"));
    }

    @Test
    void a_client_that_ended_without_a_report_is_no_result() {
        assertThrows(IllegalStateException.class, () -> Told.parse("acknowledged 10000\n"));
    }
}
