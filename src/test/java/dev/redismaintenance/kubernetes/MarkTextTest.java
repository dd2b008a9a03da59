package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Mark;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Is a mark that people have written in read for what it is? */
class MarkTextTest {
    private static final Mark MARK = new Mark("patch", "kernel patch", "2026-01-01T00:00:00Z", "maintenance-cache-1", false);

    private static Mark read(String annotation) {
        return MarkText.read(Map.of(MarkText.LABEL, "true"), Map.of(MarkText.ANNOTATION, annotation)).orElseThrow();
    }

    @Test
    void what_was_written_is_read_again() {
        assertEquals(MARK, read(MarkText.write(MARK)));
        assertTrue(MARK.whole());
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "", "2026-01-01", "1767225600"})
    void a_since_that_is_no_time_leaves_the_mark_closed_and_not_whole(String since) {
        Mark read = read(MarkText.write(new Mark(MARK.owner(), MARK.reason(), since, MARK.snapshot(), false)));
        assertFalse(read.whole());
        assertFalse(read.open());
        assertEquals(Optional.empty(), read.time());
        assertEquals(MARK.snapshot(), read.snapshot());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "5", "closed", "{{{", "{\"owner\": {}, \"since\": 5}"})
    void what_is_no_mark_at_all_is_a_closed_one_that_is_not_whole(String annotation) {
        assertFalse(read(annotation).whole());
        assertFalse(read(annotation).open());
    }
}
