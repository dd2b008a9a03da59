package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnusedHeapTest {
    private static final long LIVE = 20L << 20;
    private static final Duration COST = Duration.ofMillis(50);

    /** A collection takes its time and leaves what is alive. */
    private static final class TestHeap implements UnusedHeap.Heap {
        private long used = LIVE;
        private long now = 7;
        private int collections;

        @Override
        public long used() {
            return used;
        }

        @Override
        public long usedThen() {
            return LIVE;
        }

        @Override
        public void collect() {
            collections++;
            used = LIVE;
            now += COST.toNanos();
        }

        @Override
        public long nanoTime() {
            return now;
        }
    }

    private final TestHeap memory = new TestHeap();
    private final UnusedHeap unused = new UnusedHeap(memory);

    @Test
    void what_has_grown_is_collected_and_what_has_hardly_grown_is_not() {
        memory.used = LIVE + UnusedHeap.GROWN;
        unused.look();
        assertEquals(0, memory.collections);
        memory.used++;
        unused.look();
        assertEquals(1, memory.collections);
        unused.look();
        assertEquals(1, memory.collections);
    }

    @Test
    void however_fast_it_grows_only_a_small_part_of_the_time_goes_into_it() {
        for (int second = 0; second < 1000; second++) {
            memory.used = LIVE * 2;
            unused.look();
            memory.now += Duration.ofSeconds(1).toNanos();
        }
        // each takes 50 ms, and the next one is made 5 s later
        assertEquals(200, memory.collections, 20);
    }
}
