package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cluster is another one when the node leaves: is the node restored all the same, and is what became of the rest told and left alone? */
class ChangedTopologyTest {
    private static final SlotRanges SOME = SlotRanges.of(6000, 6999);

    private static Story entered(Topology topology, Flavour flavour) {
        Story story = Story.of(topology, flavour, Timing.PROMPT, "cache-0").enters();
        story.simulation().foreignHands();
        return story;
    }

    private static void gone(Story story, String... pods) {
        for (String pod : pods) {
            story.pods().delete(pod);
            story.cluster().personForgets(pod);
        }
        story.tick(10);
    }

    private static void restored(Story story, String... differences) {
        story.leaves();
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
        String told = story.maintenance().decisions().stream().filter(d -> d.reason() == Reason.CleaningUp).findFirst().orElseThrow().message();
        for (String difference : differences) {
            assertTrue(told.contains(difference), told);
        }
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_replica_of_its_shard_is_gone(Flavour flavour) {
        Story story = entered(Topology.of(3, 2, 0), flavour);
        String gone = story.cluster().role("cache-3") == Role.PRIMARY ? "cache-6" : "cache-3";
        gone(story, gone);
        restored(story, "not as recorded: " + gone + " is no longer a member");
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void the_cluster_has_a_shard_more(Flavour flavour) {
        // one of the two takes over the node's replica duty
        Story story = entered(Topology.of(3, 1, 2), flavour);
        String empty = story.cluster().role("cache-6") == Role.PRIMARY ? "cache-6" : "cache-7";
        story.cluster().personMovesSlots("cache-1", empty, SOME);
        story.tick(5);
        restored(story, "cache-1 was primary of [5461-10921]", empty + " was primary of []");
        assertEquals(SOME, story.cluster().slots(empty));
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void the_cluster_has_a_shard_less(Flavour flavour) {
        Story story = entered(Topology.of(4, 1, 0), flavour);
        story.cluster().personMovesSlots("cache-3", "cache-1", story.cluster().slots("cache-3"));
        story.tick(5);
        gone(story, "cache-3", "cache-7");
        restored(story, "cache-3 is no longer a member", "cache-7 is no longer a member");
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void its_shard_has_failed_over_and_its_other_replica_is_gone(Flavour flavour) {
        Story story = entered(Topology.of(3, 3, 0), flavour);
        String heir = story.simulation().view().ownersOf(SlotRanges.of(0, 0)).get(0).name();
        String next = heir.equals("cache-3") ? "cache-6" : "cache-3";
        story.cluster().personFailsOver(next);
        story.tick(8);
        assertEquals(Role.PRIMARY, story.cluster().role(next));
        gone(story, "cache-9");
        restored(story, "cache-9 is no longer a member");
    }

    /** The one of the two spares that has taken over the replica duty of cache-0. */
    private static String lent(Story story) {
        return story.cluster().primaryOf("cache-6").isPresent() ? "cache-6" : "cache-7";
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_lent_spare_is_gone(Flavour flavour) {
        Story story = entered(Topology.of(3, 1, 2), flavour);
        String spare = lent(story);
        gone(story, spare);
        restored(story, "not as recorded: " + spare + " is no longer a member");
        assertEquals("cache-0", story.cluster().primaryOf("cache-3").orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_lent_spare_is_silent_and_forgotten_when_all_else_is_given_back(Flavour flavour) {
        Story story = entered(Topology.of(3, 1, 2), flavour);
        String spare = lent(story);
        story.pods().delete(spare);
        story.tick(10);
        story.off().waits(Reason.WaitingForPod, "the lent spare " + spare, "all else is given back",
                "CLUSTER FORGET " + story.cluster().id(spare).value(), "skipShardsRestore: true");
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
        story.cluster().personForgets(spare);
        restored(story, spare + " is no longer a member");
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_lent_spare_came_back_without_its_disk(Flavour flavour) {
        Story story = entered(Topology.of(3, 1, 2), flavour);
        String spare = lent(story);
        NodeId old = story.cluster().id(spare);
        story.pods().delete(spare);
        story.pods().recreateEmpty(spare);
        story.tick(10);
        story.off().waits(Reason.WaitingForPod, "came back empty and with another id", old.value());
        story.maintenance().skipShardsRestore();
        story.ends(Reason.NotInMaintenance);
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_lent_spare_was_replaced_by_a_second_loan_which_goes_home_first(Flavour flavour) {
        Story story = Story.of(Topology.of(3, 1, 2), flavour, Timing.PROMPT, "cache-0").stopsBefore(Step.LetGo.class);
        story.simulation().foreignHands();
        String spare = lent(story);
        String second = spare.equals("cache-6") ? "cache-7" : "cache-6";
        story.pods().delete(spare);
        story.tick(10);
        story.enters();
        assertTrue(story.cluster().primaryOf(second).isPresent(), "the second stands in");
        story.off().waits(Reason.WaitingForPod, "the lent spare " + spare);
        assertTrue(story.cluster().primaryOf(second).isEmpty(), "the second is home");
        story.cluster().personForgets(spare);
        restored(story, spare + " is no longer a member");
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void one_whose_pod_was_away_when_the_snapshot_was_taken_is_named_by_the_pod_that_it_has_now(Flavour flavour) {
        Story story = Story.of(Topology.of(3, 1, 0), flavour, Timing.PROMPT, "cache-0");
        story.pods().delete("cache-5");
        story.tick(8);
        story.enters();
        story.simulation().foreignHands();
        story.pods().recreate("cache-5");
        story.cluster().personReplicates("cache-5", "cache-1");
        story.tick(8);
        restored(story, "not as recorded: cache-5 was replica of cache-2 and is replica of cache-1");
    }
}
