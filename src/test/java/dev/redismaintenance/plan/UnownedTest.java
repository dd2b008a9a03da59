package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Topology;
import org.junit.jupiter.api.Test;

/** Slots that a failover at the wrong moment has left without an owner. */
class UnownedTest {
    private static final SlotRanges LOST = SlotRanges.of(5500, 5501);

    @Test
    void the_end_that_has_the_keys_takes_them_and_all_comes_back() {
        Story story = Story.of(Topology.of(3, 0, 0), "cache-1").enters();
        story.cluster().disown("cache-0", LOST);
        story.tick(5);
        story.enters();
        assertTrue(LOST.minus(story.cluster().slots("cache-0")).isEmpty(), () -> "" + story.cluster().slots("cache-0"));
        story.leaves().isAsBefore();
    }

    @Test
    void slots_that_each_end_says_the_other_has_are_nobodys_too() {
        Story story = Story.of(Topology.of(3, 0, 0), "cache-1").enters();
        story.cluster().disown("cache-0", LOST);
        story.tick(5);
        story.cluster().takesForOwner("cache-0", "cache-1", LOST);
        story.cluster().takesForOwner("cache-1", "cache-0", LOST);
        assertTrue(!story.simulation().view().agreed(), "not the state that is meant");
        story.enters();
        assertTrue(LOST.minus(story.cluster().slots("cache-0")).isEmpty(), () -> "" + story.cluster().slots("cache-0"));
        story.leaves().isAsBefore();
    }

    @Test
    void slots_of_nobody_that_this_maintenance_never_moved_are_left_to_a_person() {
        Story story = Story.of(Topology.of(3, 0, 0), "cache-1").enters();
        story.cluster().disown("cache-0", SlotRanges.of(7, 7));
        story.tick(5);
        Decision next = story.simulation().decide(story.maintenance());
        assertTrue(next instanceof Decision.Refuse && next.message().contains("1 slots are owned by no node: 7"), () -> "" + next);
        assertEquals(SlotRanges.NONE, story.cluster().slots("cache-0").common(SlotRanges.of(7, 7)));
    }
}
