package dev.redismaintenance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sets of slots. */
class SlotRangesTest {
    @Test
    void what_is_written_is_read_back() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            SlotRanges slots = any(random);
            assertEquals(slots, SlotRanges.parse(slots.toString()));
        }
        assertEquals("0-5460 9000", SlotRanges.parse(" 0-5460, 9000 ").toString());
        assertEquals("", SlotRanges.NONE.toString());
        assertEquals(SlotRanges.NONE, SlotRanges.parse(""));
    }

    @Test
    void sums_and_differences_agree() {
        Random random = new Random(8);
        for (int i = 0; i < 200; i++) {
            SlotRanges a = any(random);
            SlotRanges b = any(random);
            assertEquals(a.count() + b.count(), a.plus(b).count() + a.common(b).count());
            assertEquals(a, a.minus(b).plus(a.common(b)));
            assertEquals(a.intersects(b), !a.common(b).isEmpty());
            assertFalse(a.minus(b).intersects(b));
        }
    }

    @Test
    void neighbours_are_one_range() {
        assertEquals("0-9", SlotRanges.of(0, 4).plus(SlotRanges.of(5, 9)).toString());
        assertEquals(1, SlotRanges.of(16383, 16383).count());
        assertTrue(SlotRanges.of(0, 4).ranges().get(0)[1] == 4);
    }

    @Test
    void slots_go_from_0_to_16383() {
        assertThrows(IllegalArgumentException.class, () -> SlotRanges.of(0, 16384));
        assertThrows(IllegalArgumentException.class, () -> SlotRanges.of(-1, 3));
        assertThrows(IllegalArgumentException.class, () -> SlotRanges.of(4, 3));
    }

    private static SlotRanges any(Random random) {
        SlotRanges slots = SlotRanges.NONE;
        for (int i = random.nextInt(5); i > 0; i--) {
            int first = random.nextInt(SlotRanges.ALL);
            slots = slots.plus(SlotRanges.of(first, Math.min(SlotRanges.ALL - 1, first + random.nextInt(3000))));
        }
        return slots;
    }
}
