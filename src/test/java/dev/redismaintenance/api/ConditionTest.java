package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Is a message never longer than the API server takes? */
class ConditionTest {
    private static final int LONGEST = 32768;

    private static String told(String message) {
        return new Condition(ConditionType.Restored, ConditionStatus.True, 1L, "2026-01-01T00:00:00Z", "LeftInPlace", message).getMessage();
    }

    @Test
    void a_message_that_fits_is_left_as_it_is() {
        String longest = "x".repeat(LONGEST);
        assertEquals(longest, told(longest));
        assertFalse(Condition.isCut(told(longest)));
    }

    @Test
    void a_longer_one_is_cut_and_says_so() {
        String cut = told("x".repeat(LONGEST + 1));
        assertEquals("x".repeat(LONGEST - 1) + "\u2026", cut);
        assertTrue(Condition.isCut(cut));
        assertEquals(cut, told(cut + "; what comes later"), "cut again it is the same, or it would be written at every look");
    }

    @Test
    void no_character_is_cut_in_half() {
        String emoji = "\ud83d\ude00";
        assertEquals("x".repeat(LONGEST - 2) + "\u2026", told("x".repeat(LONGEST - 2) + emoji + emoji));
    }
}
