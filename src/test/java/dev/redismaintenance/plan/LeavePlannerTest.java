package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways out of maintenance, and what keeps a node in. */
class LeavePlannerTest {
    private static final Topology SMALL = Topology.of(3, 1, 0);

    private static List<String> leaving(Story story) {
        int entered = story.steps().size();
        story.leaves();
        return new ArrayList<>(story.steps().subList(entered, story.steps().size()));
    }

    @Test
    void a_primary_gets_its_role_back() {
        Story story = Story.of(SMALL, "cache-0").enters();
        assertEquals(List.of("open", "cache-0 cluster-replica-no-failover no", "cache-3 hands over to cache-0", "cache-3 repl-backlog-size 10485760",
                "cache-0 cluster-allow-replica-migration yes", "remove mark", "delete snapshot"), sortedSettings(leaving(story)));
        story.isAsBefore();
    }

    @Test
    void nothing_is_given_back_before_the_name_that_the_server_announces_leads_to_its_pod() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().name("cache-0", false);
        story.off().waits(Reason.WaitingForName, "the name cache-0.cache.example, which pod cache-0 announces, does not lead to it yet");
        assertTrue(story.cluster().slots("cache-0").isEmpty());
        story.pods().name("cache-0", true);
        story.leaves().isAsBefore();
    }

    @Test
    void who_does_not_want_anything_restored_does_not_wait_for_a_name() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().name("cache-0", false);
        story.off();
        story.maintenance().skipShardsRestore();
        assertEquals(Reason.NotInMaintenance, story.simulation().run(story.maintenance()).reason());
    }

    /** Nodes are put back in the order of their ids; which that is says nothing. */
    private static List<String> sortedSettings(List<String> steps) {
        int backlog = steps.indexOf("cache-3 repl-backlog-size 10485760");
        steps.add(3, steps.remove(backlog));
        return steps;
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void with_a_spare_all_three_are_back_where_they_were(Flavour flavour) {
        Story.of(Topology.of(3, 1, 1), flavour, Timing.SLOW, "cache-0").enters().leaves().isAsBefore();
    }

    @Test
    void the_spare_goes_home_only_after_the_node_has_its_duty_back() {
        Story story = Story.of(Topology.of(List.of(1, 2, 1), 0), Flavour.VALKEY_9, Timing.SLOW, "cache-3").enters();
        story.off().stopsBefore(Step.Replicate.class);
        story.simulation().step(story.maintenance());
        assertEquals("cache-0", story.cluster().primaryOf("cache-3").orElseThrow());
        story.stopsBefore(Step.Replicate.class);
        assertTrue(story.cluster().inSync("cache-3"), "in sync before the spare leaves");
        story.leaves().isAsBefore();
    }

    @Test
    void a_node_on_a_new_address_with_its_settings_lost_comes_back_exactly() {
        for (String pod : List.of("cache-0", "cache-3")) {
            Story story = Story.of(Topology.of(3, 1, 1), pod).enters();
            story.pods().delete(pod);
            story.tick(6);
            story.pods().recreate(pod);
            List<String> steps = leaving(story);
            assertTrue(steps.get(0).endsWith("meets " + pod), "" + steps);
            story.isAsBefore();
        }
    }

    @Test
    void a_node_whose_pin_was_lost_in_a_restart_is_pinned_again_before_it_is_moved() {
        Story story = Story.of(Topology.of(3, 1, 1), Flavour.REDIS_7, Timing.PROMPT, "cache-3");
        story.cluster().kill("cache-4");
        story.tick(30).enters();
        story.pods().delete("cache-3");
        story.tick(3);
        story.pods().recreate("cache-3");
        List<String> steps = leaving(story);
        assertTrue(steps.indexOf("cache-3 cluster-allow-replica-migration no") < steps.indexOf("cache-3 replicates cache-0"), "" + steps);
        assertEquals(0, story.cluster().migrations());
        story.isAsBefore();
    }

    @Test
    void a_pod_that_is_not_back_is_waited_for() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.cluster().kill("cache-0");
        story.off().tick(8).waits(Reason.WaitingForPod, "cache-0 does not answer yet");
        story.cluster().restart("cache-0");
        story.leaves().isAsBefore();
    }

    @Test
    void a_pod_that_is_gone_is_a_matter_for_a_person() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().delete("cache-0");
        story.off().isRefused(Reason.PodNotFound, "create it again with its volume", "skipShardsRestore: true");
    }

    @Test
    void who_was_never_in_maintenance_leaves_at_once() {
        Story.of(SMALL, "cache-0").off().ends(Reason.NotInMaintenance).nothingChanged();
    }

    @Test
    void a_refused_request_that_is_deleted_leaves_a_leftover_of_somebody_else_alone() {
        Simulation simulation = new Simulation(SMALL);
        Maintenance earlier = simulation.ask("earlier", "cache-0");
        simulation.run(earlier);
        simulation.pods().unmark("cache-0");
        earlier.remove();
        Maintenance later = simulation.ask("later", "cache-0").demoteNode(false).off();
        int changes = simulation.cluster().changes().size();
        assertEquals(Reason.NotInMaintenance, simulation.run(later).reason());
        assertEquals(changes, simulation.cluster().changes().size());
        assertEquals(1, simulation.snapshots().size());
    }

    @Test
    void held_by_another_resource_nothing_is_restored_until_the_last_leaves() {
        Story story = Story.of(SMALL, "cache-0").enters();
        Maintenance second = story.simulation().ask("second", "cache-0");
        story.simulation().run(second);
        int changes = story.cluster().changes().size();
        Decision held = story.simulation().run(story.off().maintenance());
        assertEquals(Reason.HeldByOthers, held.reason());
        assertTrue(held.message().contains("second"));
        assertEquals(changes, story.cluster().changes().size());
        story.maintenance().remove();
        assertEquals(Reason.NotInMaintenance, story.simulation().run(second.off()).reason());
        story.isAsBefore();
        assertTrue(story.simulation().snapshots().isEmpty() && story.pods().marks().isEmpty());
    }

    @Test
    void slots_that_have_moved_on_cannot_be_given_back() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.cluster().personMovesSlots("cache-3", "cache-1", SlotRanges.of(0, 99));
        story.tick(5).off().isRefused(Reason.CannotRestore, "the slots 0-5460 of the shard of cache-0 have moved on", "0-99 5461-10921 on cache-1",
                "name another snapshot in snapshotName, or set skipShardsRestore: true");
        assertTrue(story.pods().closed().contains("cache-0"), "it stays closed");
    }

    @Test
    void slots_that_are_put_right_again_can_be_given_back() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.cluster().personMovesSlots("cache-3", "cache-1", SlotRanges.of(0, 99));
        story.tick(5).off().isRefused(Reason.CannotRestore);
        story.cluster().personMovesSlots("cache-1", "cache-3", SlotRanges.of(0, 99));
        story.tick(5).leaves().isAsBefore();
    }

    @Test
    void without_restoring_the_node_is_opened_and_the_shards_stay() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.maintenance().skipShardsRestore();
        List<String> steps = leaving(story);
        assertFalse(steps.stream().anyMatch(s -> s.contains("hands over") || s.contains("replicates")), "" + steps);
        assertEquals(Role.PRIMARY, story.cluster().role("cache-3"));
        assertEquals("no", story.cluster().setting("cache-0", Setting.REPLICA_NO_FAILOVER));
        assertEquals("yes", story.cluster().setting("cache-0", Setting.ALLOW_REPLICA_MIGRATION));
        assertEquals("10485760", story.cluster().setting("cache-3", Setting.REPL_BACKLOG_SIZE));
    }

    @Test
    void without_restoring_slots_that_moved_on_and_a_pod_that_is_gone_do_not_matter() {
        Story moved = Story.of(SMALL, "cache-0").enters();
        moved.cluster().personMovesSlots("cache-3", "cache-1", SlotRanges.of(0, 99));
        moved.maintenance().skipShardsRestore();
        moved.tick(5).leaves();
        Story gone = Story.of(SMALL, "cache-0").enters();
        gone.pods().delete("cache-0");
        gone.maintenance().skipShardsRestore();
        gone.leaves();
    }

    @Test
    void without_restoring_a_node_that_was_reset_is_still_brought_back_into_the_cluster() {
        Story story = Story.of(Topology.of(3, 1, 1), Flavour.REDIS_7, Timing.PROMPT, "cache-3").stopsBefore(Step.LetGo.class);
        story.simulation().step(story.maintenance());
        story.maintenance().skipShardsRestore();
        story.leaves();
        assertTrue(story.simulation().view().member(story.cluster().id("cache-3")).filter(m -> !m.isolated()).isPresent());
    }

    @Test
    void another_node_in_the_place_of_the_recorded_one_is_refused_and_opened_without_restoring() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.cluster().loseDisk("cache-0");
        story.cluster().personWrites("cache-0", 1);
        story.off().isRefused(Reason.IdentityLost, "is not the node that left", "it is not empty", "skipShardsRestore: true");
        story.maintenance().skipShardsRestore();
        story.leaves();
    }

    @Test
    void a_snapshot_that_is_gone_is_refused_and_the_node_stays_closed() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.simulation().snapshots().clear();
        story.off().isRefused(Reason.SnapshotMissing, "snapshot-1 is gone", "name another in snapshotName");
        assertTrue(story.pods().closed().contains("cache-0"));
        story.maintenance().skipShardsRestore();
        story.leaves();
    }

    @Test
    void a_value_that_somebody_else_has_set_stays() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.cluster().personSets("cache-3", Setting.REPL_BACKLOG_SIZE, "200000000");
        story.leaves();
        assertEquals("200000000", story.cluster().setting("cache-3", Setting.REPL_BACKLOG_SIZE));
    }

    @Test
    void what_another_maintenance_has_set_on_its_own_node_stays() {
        Simulation simulation = new Simulation(Topology.of(5, 1, 0));
        Maintenance a = simulation.ask("a", "cache-0");
        Maintenance b = simulation.ask("b", "cache-1");
        simulation.run(a);
        simulation.run(b);
        simulation.run(a.off());
        assertEquals("no", simulation.cluster().setting("cache-1", Setting.ALLOW_REPLICA_MIGRATION));
        assertEquals("yes", simulation.cluster().setting("cache-1", Setting.REPLICA_NO_FAILOVER));
        assertTrue(a.decisions().size() < 40, "they do not set and unset in turns");
    }

    @Test
    void the_last_of_two_in_one_shard_puts_the_shared_backlog_back() {
        for (boolean firstLeavesFirst : List.of(true, false)) {
            Simulation simulation = new Simulation(Topology.of(3, 2, 0));
            Maintenance a = simulation.ask("a", "cache-3").evictHaReplica(false);
            Maintenance b = simulation.ask("b", "cache-6").evictHaReplica(false);
            simulation.run(a);
            simulation.run(b);
            Maintenance first = firstLeavesFirst ? a : b;
            Maintenance last = firstLeavesFirst ? b : a;
            simulation.run(first.off());
            first.remove();
            assertEquals(String.valueOf(64 << 20), simulation.cluster().setting("cache-0", Setting.REPL_BACKLOG_SIZE), "the other one still needs it");
            simulation.run(last.off());
            assertEquals("10485760", simulation.cluster().setting("cache-0", Setting.REPL_BACKLOG_SIZE));
        }
    }

    @Test
    void the_role_comes_back_from_whoever_has_it_now() {
        Story story = Story.of(Topology.of(3, 2, 0), "cache-0").enters();
        String heir = story.cluster().role("cache-3") == Role.PRIMARY ? "cache-3" : "cache-6";
        String other = heir.equals("cache-3") ? "cache-6" : "cache-3";
        story.simulation().foreignHands();
        story.cluster().personFailsOver(other);
        story.tick(5);
        assertEquals(Role.PRIMARY, story.cluster().role(other));
        story.leaves().isAsBefore();
    }

    @Test
    void a_replica_that_somebody_promoted_keeps_the_role_and_the_difference_is_told() {
        Story story = Story.of(SMALL, "cache-3").enters().off().stopsBefore(Step.RemoveMark.class);
        story.cluster().personFailsOver("cache-3");
        story.tick(5);
        Decision.Act act = (Decision.Act) story.simulation().decide(story.maintenance());
        assertTrue(act.message().contains("not as recorded: cache-0 was primary of [0-5460] and is replica of cache-3"), act.message());
        story.leaves();
        assertEquals(Role.PRIMARY, story.cluster().role("cache-3"));
    }

    @Test
    void a_spare_that_was_promoted_passes_the_role_to_the_recorded_primary_and_goes_home() {
        Story story = Story.of(Topology.of(3, 1, 1), "cache-3").enters();
        story.simulation().foreignHands();
        story.cluster().personFailsOver("cache-6");
        story.tick(5);
        assertEquals(Role.PRIMARY, story.cluster().role("cache-6"));
        story.leaves();
        assertEquals("cache-0", story.cluster().primaryOf("cache-3").orElseThrow());
        assertTrue(story.cluster().slots("cache-6").isEmpty());
        assertEquals(SlotRanges.of(0, 5460), story.cluster().slots("cache-0"));
    }

    @Test
    void a_handback_waits_until_the_voters_see_the_node_as_a_replica() {
        Story story = Story.of(SMALL, Flavour.REDIS_7, Timing.SLOW, "cache-0").enters();
        story.pods().delete("cache-0");
        story.tick(10);
        story.pods().recreate("cache-0");
        story.leaves().isAsBefore();
        assertEquals(0, story.cluster().timedOutFailovers(), "no failover was asked for in vain");
    }

    @Test
    void a_replica_that_always_lags_does_not_keep_the_node_in() {
        Story story = Story.of(Topology.of(3, 2, 0), "cache-0");
        story.cluster().lag("cache-6", 5 << 20);
        story.enters().leaves();
    }

    @Test
    void asked_in_again_while_leaving_it_turns_round_with_the_same_snapshot() {
        Story story = Story.of(Topology.of(3, 1, 1), "cache-0").enters().off().stopsBefore(Step.Handover.class);
        var snapshot = story.simulation().snapshots().get("cache-0").placement();
        story.maintenance().on();
        story.enters();
        assertEquals(snapshot, story.simulation().snapshots().get("cache-0").placement());
        story.leaves().isAsBefore();
    }

    @Test
    void given_up_at_any_step_of_entering_everything_is_put_back() {
        for (int steps = 0; steps < 14; steps++) {
            Story story = Story.of(Topology.of(3, 1, 1), Flavour.REDIS_7, Timing.SLOW, "cache-0");
            for (int i = 0; i < steps; i++) {
                story.simulation().step(story.maintenance());
            }
            story.leaves().isAsBefore();
        }
    }
}
