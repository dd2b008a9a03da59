package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A node that lost its disk: does it get its place back, and does nothing else? The in-memory servers refuse to forget who lives. */
class SuccessionTest {
    private static final Topology SMALL = Topology.of(3, 1, 0);

    private static Stream<Arguments> roles() {
        return Stream.of(Flavour.values()).flatMap(f -> Stream.of(
                Arguments.of(f, "a primary that was handed over", SMALL, "cache-0"),
                Arguments.of(f, "a replica", SMALL, "cache-3"),
                Arguments.of(f, "a replica whose duty a spare has", Topology.of(3, 1, 1), "cache-3"),
                Arguments.of(f, "a primary whose slots moved", Topology.of(3, 0, 0), "cache-0"),
                Arguments.of(f, "an empty primary", Topology.of(3, 1, 1), "cache-6")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("roles")
    void the_empty_server_takes_the_place_of_the_recorded_node(Flavour flavour, String what, Topology topology, String pod) {
        Story story = Story.of(topology, flavour, Timing.PROMPT, pod).enters();
        lost(story, pod);
        story.leaves().isAsBefore();
        assertForgotten(story);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("roles")
    void also_while_it_is_in_maintenance(Flavour flavour, String what, Topology topology, String pod) {
        Story story = Story.of(topology, flavour, Timing.PROMPT, pod).enters();
        lost(story, pod);
        story.enters();
        assertForgotten(story);
        story.leaves().isAsBefore();
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void its_replicas_follow_it_under_its_new_id(Flavour flavour) {
        Story story = Story.of(SMALL, flavour, Timing.PROMPT, "cache-0");
        story.maintenance().demoteNode(false);
        story.enters();
        lost(story, "cache-0");
        story.leaves().isAsBefore();
        assertTrue(story.steps().contains("cache-3 replicates cache-0"), story.steps()::toString);
        assertForgotten(story);
    }

    @Test
    void a_disk_that_is_lost_again_and_again_is_no_other_matter() {
        Story story = Story.of(SMALL, "cache-0").enters();
        lost(story, "cache-0");
        story.off().stopsBefore(Step.Meet.class);
        lost(story, "cache-0");
        story.stopsBefore(Step.Forget.class);
        lost(story, "cache-0");
        story.leaves().isAsBefore();
        assertForgotten(story);
    }

    @Test
    void what_is_to_become_of_it_is_noted_before_it_is_met() {
        Story story = Story.of(SMALL, "cache-0").enters();
        int before = story.steps().size();
        lost(story, "cache-0");
        story.leaves();
        List<String> steps = story.steps().subList(before, before + 3);
        assertEquals("note successor cache-0", steps.get(0));
        assertEquals("cache-1 meets cache-0", steps.get(1));
        assertTrue(steps.get(2).startsWith("forget on "), steps::toString);
    }

    /** Its id counts as dead once the others hold it for failed. */
    private static void lost(Story story, String pod) {
        NodeId old = story.cluster().id(pod);
        story.pods().delete(pod);
        story.tick(8);
        story.pods().recreateEmpty(pod);
        assertNotEquals(old, story.cluster().id(pod));
    }

    private static void assertForgotten(Story story) {
        story.simulation().view().all().forEach(m -> assertTrue(m.reachable(), () -> m.id() + " is known and nobody answers under it"));
    }
}
