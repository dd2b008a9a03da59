package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Inventory.Content;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class JobSizeTest {
    private static final NodeId NODE = new NodeId("0123456789012345678901234567890123456789");
    private static final SlotRanges SLOTS = SlotRanges.of(0, 999);

    private static Inventory inventory(IntFunction<Content> content) {
        Map<Integer, Content> slots = new HashMap<>();
        SLOTS.stream().forEach(slot -> slots.put(slot, content.apply(slot)));
        return new Inventory(NODE, SLOTS, slots, false, List.of(), Set.of());
    }

    private static List<SlotRanges> all(JobSize size, Inventory inventory) {
        List<SlotRanges> jobs = new ArrayList<>();
        for (SlotRanges left = SLOTS; !left.isEmpty(); ) {
            SlotRanges job = size.next(left, inventory);
            assertTrue(!job.isEmpty() && job.minus(left).isEmpty());
            jobs.add(job);
            left = left.minus(job);
        }
        return jobs;
    }

    @Test
    void slots_are_cut_into_equal_jobs_that_together_are_all_slots() {
        Inventory inventory = inventory(slot -> new Content(150, 150_000));
        List<SlotRanges> jobs = all(new JobSize(), inventory);
        assertEquals(List.of(333, 333, 334), jobs.stream().map(SlotRanges::count).sorted().toList());
        assertEquals(SLOTS, jobs.stream().reduce(SlotRanges.NONE, SlotRanges::plus));
    }

    @Test
    void a_little_more_than_fits_is_shared_and_makes_no_job_of_its_own() {
        Inventory inventory = inventory(slot -> new Content((JobSize.FIRST + JobSize.FIRST / 20) / 1000, 100));
        assertEquals(List.of(SLOTS), all(new JobSize(), inventory));
    }

    @Test
    void a_tenth_more_in_each_is_better_than_one_job_more_and_more_than_that_is_not() {
        assertEquals(3, all(new JobSize(), inventory(slot -> new Content(JobSize.FIRST * 326 / 100_000, 100))).size());
        assertEquals(4, all(new JobSize(), inventory(slot -> new Content(JobSize.FIRST * 334 / 100_000, 100))).size());
    }

    @Test
    void slots_without_keys_go_in_one_job() {
        assertEquals(List.of(SLOTS), all(new JobSize(), inventory(slot -> new Content(0, 0))));
    }

    @Test
    void big_values_make_jobs_of_fewer_keys() {
        Inventory inventory = inventory(slot -> new Content(10, 10 << 20));
        List<SlotRanges> jobs = all(new JobSize(), inventory);
        jobs.forEach(job -> assertTrue(inventory.bytes(job) <= JobSize.BYTES + (10 << 20), () -> job + " " + inventory.bytes(job)));
        assertEquals(40, jobs.size(), 1);
    }

    @Test
    void a_slot_that_is_too_big_is_a_job_of_its_own() {
        Inventory inventory = inventory(slot -> slot == 500 ? new Content(1_000_000, 4L << 30) : new Content(1, 100));
        assertTrue(all(new JobSize(), inventory).contains(SlotRanges.of(500, 500)));
    }

    @Test
    void a_short_pause_lets_jobs_grow_and_a_long_one_shrinks_them_but_not_without_end() {
        JobSize size = new JobSize();
        size.measured(JobSize.FIRST, Duration.ofMillis(20));
        assertTrue(size.keys() > JobSize.FIRST && size.keys() <= JobSize.FIRST * 150 / 100, () -> "" + size.keys());
        for (int i = 0; i < 20; i++) {
            size.measured(size.keys(), Duration.ofNanos(8_000_000 + size.keys() * 750));
        }
        assertEquals((JobSize.AIM.toNanos() - 8_000_000) / 750, size.keys(), 1_000);
        long before = size.keys();
        size.measured(before, Duration.ofMillis(130));
        assertTrue(size.keys() < before * 9 / 10 && size.keys() > JobSize.LEAST, () -> "" + size.keys());
        for (int i = 0; i < 20; i++) {
            size.measured(size.keys(), Duration.ofSeconds(1));
        }
        assertEquals(JobSize.LEAST, size.keys());
    }

    /** A pause may have been short by luck, so what few cost does not say what many would. */
    @Test
    void jobs_grow_by_half_of_what_has_been_seen_to_go_at_a_time() {
        JobSize size = new JobSize();
        for (int i = 0; i < 20; i++) {
            size.measured(JobSize.FIRST, Duration.ofMillis(10));
        }
        assertEquals(JobSize.FIRST * 3 / 2, size.keys());
        size.measured(size.keys(), Duration.ofMillis(10));
        assertEquals(JobSize.FIRST * 9 / 4, size.keys());
    }

    @Test
    void a_very_long_pause_is_forgotten_as_soon_as_a_long_one() {
        JobSize size = new JobSize();
        size.measured(JobSize.FIRST, Duration.ofSeconds(5));
        JobSize afterALongOne = new JobSize();
        afterALongOne.measured(JobSize.FIRST, Duration.ofMillis(200));
        assertEquals(afterALongOne.keys(), size.keys());
        for (int i = 0; i < 15; i++) {
            size.measured(size.keys(), Duration.ofNanos(8_000_000 + size.keys() * 750));
        }
        assertTrue(size.keys() > 75_000, () -> "" + size.keys());
    }

    @Test
    void the_pause_of_a_small_job_says_nothing() {
        JobSize size = new JobSize();
        size.measured(100, Duration.ofMillis(50));
        assertEquals(JobSize.FIRST, size.keys());
    }

    @Test
    void a_job_that_was_too_much_is_halved() {
        JobSize size = new JobSize();
        Inventory inventory = inventory(slot -> new Content(1, 1 << 20));
        int before = size.next(SLOTS, inventory).count();
        size.halve();
        assertEquals(before / 2, size.next(SLOTS, inventory).count(), 1);
    }

    @Test
    void what_was_halved_again_and_again_grows_again_as_jobs_end_well() {
        JobSize size = new JobSize();
        Inventory inventory = inventory(slot -> new Content(1000, 1 << 20));
        for (int i = 0; i < 30; i++) {
            size.halve();
        }
        assertEquals(1, size.next(SLOTS, inventory).count());
        for (int i = 0; i < 30; i++) {
            size.carried();
        }
        assertEquals(JobSize.LEAST, size.keys());
        assertEquals(JobSize.LEAST / 1000, size.next(SLOTS, inventory).count(), 5);
    }
}
