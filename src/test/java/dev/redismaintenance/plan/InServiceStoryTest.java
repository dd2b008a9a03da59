package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods with our readiness gate: out of service from the closing on, back in it after everything else. */
class InServiceStoryTest {
    private static Story gated(Topology topology, String pod) {
        Story story = Story.of(topology, pod);
        story.pods().declareGates();
        return story;
    }

    private static boolean in(Story story, String pod) {
        return story.pods().gates().get(pod) == InServiceGate.IN_SERVICE;
    }

    /** By handover, with a spare, by moving slots, and of a replica. */
    @ParameterizedTest
    @CsvSource({"3, 1, 0, cache-0", "3, 0, 1, cache-0", "3, 0, 0, cache-0", "3, 1, 1, cache-3"})
    void out_of_service_from_the_closing_until_the_shards_are_back(int primaries, int replicas, int spares, String pod) {
        Story story = gated(Topology.of(primaries, replicas, spares), pod);
        story.stopsBefore(Step.WriteMark.class);
        String before = story.cluster().placement();
        for (int i = 0; i < 2; i++) {
            while (!(story.simulation().step(story.maintenance()) instanceof Decision.Done)) {
                boolean marked = story.pods().marks().containsKey(pod);
                assertFalse(marked && in(story, pod), "in service with a mark, after " + story.steps());
                assertFalse(in(story, pod) && !story.cluster().placement().equals(before), "in service without its shards, after " + story.steps());
            }
            if (i == 0) {
                assertFalse(in(story, pod));
                story.off();
            }
        }
        assertTrue(in(story, pod));
        assertEquals(List.of("remove mark", "delete snapshot"), story.steps().subList(story.steps().size() - 2, story.steps().size()));
        assertTrue(story.pods().gates().values().stream().allMatch(InServiceGate.IN_SERVICE::equals), "the others never left: " + story.pods().gates());
        story.isAsBefore();
    }

    @Test
    void a_pod_that_was_made_anew_stays_out_of_service_although_its_mark_is_lost() {
        Story story = gated(Topology.of(3, 1, 0), "cache-0").enters();
        story.pods().delete("cache-0");
        story.tick(6);
        story.pods().recreate("cache-0");
        story.simulation().step(story.maintenance());
        assertEquals(InServiceGate.OUT_OF_SERVICE, story.pods().gates().get("cache-0"));
        story.ends(Reason.InMaintenance);
        assertEquals(InServiceGate.OUT_OF_SERVICE, story.pods().gates().get("cache-0"));
        story.leaves().isAsBefore();
        assertTrue(in(story, "cache-0"));
    }

    @Test
    void one_that_is_made_anew_while_its_shards_come_back_is_not_in_service_before_they_are() {
        Story story = gated(Topology.of(3, 1, 0), "cache-0").enters().off();
        story.stopsBefore(Step.Handover.class);
        story.pods().delete("cache-0");
        story.tick(6);
        story.pods().recreate("cache-0");
        while (!in(story, "cache-0")) {
            story.simulation().step(story.maintenance());
        }
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
        story.ends(Reason.NotInMaintenance);
    }

    @Test
    void leaving_waits_until_somebody_says_that_the_pod_is_in_service() {
        Story story = gated(Topology.of(3, 1, 0), "cache-0");
        story.simulation().step(story.maintenance());
        story.enters();
        story.simulation().withoutKeeper();
        story.off().waits(Reason.ReturningToService, "pod cache-0 has its shards again", "patch pods/status");
        assertTrue(story.pods().marks().isEmpty());
        assertFalse(story.simulation().snapshots().isEmpty(), "the snapshot is still there");
        story.pods().sayInService("cache-0", true);
        story.ends(Reason.NotInMaintenance).isAsBefore();
    }

    @Test
    void leaving_without_restoring_waits_for_nobody() {
        Story story = gated(Topology.of(3, 1, 0), "cache-0").enters();
        story.simulation().withoutKeeper();
        story.maintenance().skipShardsRestore();
        story.off().ends(Reason.NotInMaintenance);
        assertFalse(in(story, "cache-0"));
    }

    @Test
    void leaving_without_restoring_brings_it_back_into_service_as_well() {
        Story story = gated(Topology.of(3, 1, 0), "cache-0").enters();
        story.maintenance().skipShardsRestore();
        story.off().ends(Reason.NotInMaintenance);
        assertTrue(in(story, "cache-0"));
    }

    @Test
    void two_that_keep_one_pod_out_of_service_let_it_back_when_the_second_leaves() {
        Story story = gated(Topology.of(3, 1, 0), "cache-0").enters();
        var second = story.simulation().ask("second", "cache-0");
        story.simulation().run(second);
        story.off().ends(Reason.HeldByOthers);
        assertFalse(in(story, "cache-0"));
        second.off();
        story.simulation().run(second);
        while (!in(story, "cache-0")) {
            story.simulation().step(story.maintenance());
            story.simulation().step(second);
        }
        story.simulation().run(second);
        story.ends(Reason.NotInMaintenance).isAsBefore();
    }

    @Test
    void a_refused_request_takes_nothing_out_of_service() {
        Story story = gated(Topology.of(3, 0, 0), "cache-0");
        story.maintenance().demoteNode(true);
        story.isRefused(Reason.NoEligibleReplica).changedNothing();
        assertTrue(in(story, "cache-0"));
    }
}
