package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.redismaintenance.cluster.NodeRow;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnownRowsTest {
    private final KnownRows known = new KnownRows();

    @Test
    void what_differs_in_times_only_is_the_same_row() {
        assertSame(row(line(1, "master", "0 1700000000000", "0-100")), row(line(1, "master", "1700000000007 1700000000001", "0-100")));
    }

    @Test
    void every_other_difference_is_read() {
        String plain = line(1, "master", "0 0", "0-100");
        for (String other : List.of(line(2, "master", "0 0", "0-100"), line(1, "master,fail?", "0 0", "0-100"), line(1, "master", "0 0", "0-99"), line(1, "master", "0 0", "0-100 [93->-x]"),
                plain.replace(" 7 ", " 8 "), plain.replace("connected", "disconnected"), plain.replace("10.0.0.1", "10.0.0.2"))) {
            assertNotEquals(row(plain), row(other), other);
            assertEquals(ClusterNodesText.parse(other), known.parse(other));
        }
    }

    @Test
    void more_lines_than_are_kept_are_read_as_well() {
        String text = IntStream.range(0, 2 * KnownRows.MOST + 10).mapToObj(i -> line(i, "slave", "0 0", "")).collect(Collectors.joining("\n"));
        assertEquals(ClusterNodesText.parse(text), known.parse(text));
        assertEquals(ClusterNodesText.parse(text), known.parse(text));
    }

    @Test
    void a_line_that_cannot_be_read_is_told_each_time() {
        for (int i = 0; i < 2; i++) {
            assertThrows(IllegalArgumentException.class, () -> known.parse("abc def"));
            assertThrows(IllegalArgumentException.class, () -> known.parse(line(1, "master", "0 0", "0-100000")));
        }
    }

    private NodeRow row(String line) {
        return known.parse(line + "\n").get(0);
    }

    private static String line(int id, String flags, String times, String slots) {
        return String.format("%040x 10.0.0.1:6379@16379 %s - %s 7 connected %s", id, flags, times, slots).strip();
    }
}
