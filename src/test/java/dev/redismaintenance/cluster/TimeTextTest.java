package dev.redismaintenance.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts does the API server take as a time? */
class TimeTextTest {
    @ParameterizedTest
    @ValueSource(strings = {TimeText.EXAMPLE, "2026-01-31T08:00:00.123456Z", "2026-01-31T08:00:00+01:00", "2024-02-29T23:59:59Z"})
    void these_are_times(String text) {
        assertTrue(TimeText.isTime(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-01-31", "2026-01-31 08:00:00", "2026-01-31T08:00Z", "2026-01-31T08:00:00", "2026-02-30T08:00:00Z",
            "2026-01-31T24:00:00Z", "2026-06-30T23:59:60Z", "+12026-01-31T08:00:00Z", "2026-01-31T08:00:00Z "})
    void these_are_none(String text) {
        assertFalse(TimeText.isTime(text));
    }
}
