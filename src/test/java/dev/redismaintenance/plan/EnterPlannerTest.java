package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways into maintenance, and the reasons why there is none. */
class EnterPlannerTest {
    private static final Topology SMALL = Topology.of(3, 1, 0);
    /** Each primary on a machine with the replica of another. */
    private static final Topology PAIRED = SMALL.onMachine("a", "cache-0", "cache-4").onMachine("b", "cache-1", "cache-5").onMachine("c", "cache-2", "cache-3");
    private static final String BACKLOG = String.valueOf(64 << 20);

    @Test
    void a_primary_hands_over_and_stays_as_replica_where_no_spare_is() {
        Story.of(SMALL, "cache-0").enters().didExactly("take snapshot", "close", "cache-0 cluster-allow-replica-migration no",
                "cache-0 cluster-replica-no-failover yes", "cache-0 hands over to cache-3", "cache-3 repl-backlog-size " + BACKLOG);
    }

    @Test
    void an_empty_primary_takes_over_the_replica_duty_and_is_in_sync_before_the_node_lets_go() {
        Story story = Story.of(Topology.of(3, 1, 1), Flavour.VALKEY_9, Timing.SLOW, "cache-0").stopsBefore(Step.LetGo.class);
        assertTrue(story.cluster().inSync("cache-6"), "the spare is in sync before the node lets go");
        story.enters();
        assertEquals(List.of("lend cache-6", "cache-6 cluster-allow-replica-migration no", "cache-6 replicates cache-3", "cache-0 lets go"),
                story.steps().subList(5, 9));
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
        assertTrue(story.cluster().slots("cache-0").isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_node_that_had_to_be_reset_is_met_again(Flavour flavour) {
        Story story = Story.of(Topology.of(3, 1, 1), flavour, Timing.PROMPT, "cache-3").enters();
        assertEquals(flavour != Flavour.VALKEY_9, story.steps().stream().anyMatch(s -> s.endsWith("meets cache-3")), "" + story.steps());
        assertTrue(story.simulation().view().member(story.cluster().id("cache-3")).filter(m -> !m.isolated()).isPresent());
    }

    @Test
    void a_replica_of_a_shard_that_has_two_may_be_lent() {
        Story story = Story.of(Topology.of(List.of(1, 2, 1), 0), "cache-3").enters();
        assertEquals(List.of("lend cache-4", "cache-4 cluster-allow-replica-migration no", "cache-4 replicates cache-0", "cache-3 lets go"),
                story.steps().subList(4, 8));
    }

    @Test
    void a_replica_of_a_shard_that_needs_both_for_its_writes_is_not_lent() {
        Story story = Story.of(Topology.of(List.of(1, 2, 1), 0), "cache-3");
        story.cluster().configure("cache-1", Setting.MIN_REPLICAS_TO_WRITE, "2");
        story.enters();
        assertFalse(story.steps().stream().anyMatch(s -> s.startsWith("lend")), "" + story.steps());
    }

    @Test
    void a_spare_is_pinned_so_that_the_servers_do_not_move_it_to_an_orphaned_primary() {
        // without the pin they and we would move it in turns
        Story story = Story.of(Topology.of(3, 1, 1), Flavour.REDIS_7, Timing.SLOW, "cache-3");
        story.cluster().kill("cache-4");
        story.tick(30).enters().leaves();
        assertEquals(0, story.cluster().migrations());
        assertEquals("yes", story.cluster().setting("cache-6", Setting.ALLOW_REPLICA_MIGRATION));
    }

    @Test
    void a_replica_stays_where_it_is_when_asked_to_and_may_still_be_promoted() {
        Story story = Story.of(Topology.of(3, 1, 1), "cache-3");
        story.maintenance().evictHaReplica(false);
        story.enters().didExactly("take snapshot", "close", "cache-3 cluster-allow-replica-migration no", "cache-0 repl-backlog-size " + BACKLOG);
        assertEquals("no", story.cluster().setting("cache-3", Setting.REPLICA_NO_FAILOVER));
    }

    @Test
    void a_replica_that_could_not_be_promoted_before_stays_so() {
        Story story = Story.of(SMALL, "cache-3");
        story.cluster().configure("cache-3", Setting.REPLICA_NO_FAILOVER, "yes");
        story.maintenance().evictHaReplica(false);
        story.enters();
        assertEquals("yes", story.cluster().setting("cache-3", Setting.REPLICA_NO_FAILOVER));
    }

    @Test
    void an_empty_primary_only_is_closed() {
        Story.of(Topology.of(3, 1, 1), "cache-6").enters().didExactly("take snapshot", "close",
                "cache-6 cluster-allow-replica-migration no", "cache-6 cluster-replica-no-failover yes");
    }

    @Test
    void a_backlog_that_is_large_enough_is_left_alone() {
        Story story = Story.of(SMALL, "cache-0");
        story.cluster().configure("cache-3", Setting.REPL_BACKLOG_SIZE, "100000000");
        story.enters();
        assertEquals("100000000", story.cluster().setting("cache-3", Setting.REPL_BACKLOG_SIZE));
    }

    @Test
    void a_primary_that_is_short_of_memory_keeps_its_backlog() {
        Story story = Story.of(SMALL, "cache-0");
        story.cluster().memory("cache-3", 900 << 20, 1000 << 20);
        story.enters();
        assertEquals("10485760", story.cluster().setting("cache-3", Setting.REPL_BACKLOG_SIZE));
    }

    // ---- since when ----

    @Test
    void it_is_closed_since_now_at_first_and_since_it_was_noted_when_its_pod_has_lost_the_mark() {
        Story story = Story.of(SMALL, "cache-0").enters();
        Mark first = story.pods().marks().get("cache-0");
        assertEquals(story.maintenance().request().now(), first.since());
        story.maintenance().closedSince("2025-11-20T08:00:00Z");
        story.pods().unmark("cache-0");
        story.enters();
        assertEquals(new Mark(first.owner(), first.reason(), "2025-11-20T08:00:00Z", first.snapshot(), false), story.pods().marks().get("cache-0"));
    }

    @Test
    void what_the_mark_says_itself_is_kept_when_another_part_of_it_is_missing() {
        Story story = Story.of(SMALL, "cache-0").enters();
        Mark first = story.pods().marks().get("cache-0");
        story.maintenance().closedSince("2025-11-20T08:00:00Z");
        story.pods().mark("cache-0", new Mark("", first.reason(), "2025-11-21T08:00:00Z", first.snapshot(), false));
        story.enters();
        assertEquals("2025-11-21T08:00:00Z", story.pods().marks().get("cache-0").since());
    }

    @Test
    void a_mark_whose_since_is_no_time_is_written_again() {
        Story story = Story.of(SMALL, "cache-0").enters();
        Mark first = story.pods().marks().get("cache-0");
        story.maintenance().closedSince(first.since());
        story.pods().mark("cache-0", new Mark(first.owner(), first.reason(), "yesterday", first.snapshot(), false));
        story.enters();
        assertEquals(first, story.pods().marks().get("cache-0"));
    }

    // ---- refusals ----

    @Test
    void a_primary_without_replica_whose_role_has_to_go_is_refused_and_nothing_is_changed() {
        Story story = Story.of(Topology.of(3, 0, 0), "cache-0");
        story.maintenance().demoteNode(true);
        story.isRefused(Reason.NoEligibleReplica, "cache-0 has no replica", "add a replica or an empty node on another machine").nothingChanged();
    }

    @Test
    void each_replica_that_cannot_take_over_is_named_with_the_reason() {
        Topology topology = Topology.of(List.of(3, 0, 0), 0).onMachine("worker-0", "cache-3");
        Story story = Story.of(topology, "cache-0");
        story.maintenance().demoteNode(true);
        story.cluster().kill("cache-4");
        story.pods().cordon("worker-5");
        story.isRefused(Reason.NoEligibleReplica, "cache-3: is counted as gone", "cache-4: does not answer", "cache-5: is not available").nothingChanged();
    }

    @Test
    void to_keep_the_role_is_no_question_for_a_replica() {
        Story story = Story.of(SMALL, "cache-3");
        story.maintenance().demoteNode(false);
        story.enters();
    }

    @Test
    void to_keep_the_role_may_be_asked_for_after_it_has_begun() {
        Story story = Story.of(SMALL, "cache-0").stopsBefore(Step.Handover.class);
        story.maintenance().demoteNode(false);
        story.enters();
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
        story.leaves().isAsBefore();
    }

    @Test
    void a_pod_that_is_not_there_is_refused() {
        Story story = Story.of(SMALL, "cache-3");
        story.pods().delete("cache-3");
        story.isRefused(Reason.PodNotFound, "cache-3").nothingChanged();
    }

    @Test
    void a_pod_that_does_not_run_is_refused() {
        Story story = Story.of(SMALL, "cache-3");
        story.cluster().kill("cache-3");
        story.isRefused(Reason.PodNotRunning, "cache-3").nothingChanged();
    }

    @Test
    void a_server_that_knows_no_other_and_owns_nothing_is_no_member() {
        Story story = Story.of(SMALL, "cache-3");
        story.cluster().loseDisk("cache-3");
        Decision decision = story.simulation().run(story.maintenance());
        assertEquals(Reason.NotAClusterMember, decision.reason());
        assertTrue(decision instanceof Decision.Refuse && story.steps().isEmpty());
    }

    @Test
    void an_account_that_may_not_fail_over_is_refused() {
        Story story = Story.of(SMALL, "cache-0");
        story.cluster().deny("cache-3", "cluster|failover");
        story.isRefused(Reason.GateRefused, "CommandsPermitted", "cache-3 lacks +cluster|failover").nothingChanged();
    }

    @Test
    void a_replica_elsewhere_that_lags_is_not_good_enough_to_begin() {
        Story story = Story.of(SMALL, "cache-0");
        story.cluster().lag("cache-3", 5 << 20);
        story.isRefused(Reason.GateRefused, "RedundancyKept", "no in-sync copy").nothingChanged();
    }

    @Test
    void a_machine_that_holds_all_copies_of_another_shard_may_not_be_serviced() {
        // the pod itself could be spared, its machine could not
        Topology topology = Topology.of(3, 1, 1).onMachine("worker-6", "cache-6", "cache-1", "cache-4");
        Story.of(topology, "cache-6").isRefused(Reason.GateRefused, "RedundancyKept", "the shard of cache-1").nothingChanged();
    }

    // ---- handover: which replica, and when ----

    @Test
    void the_heir_is_on_another_machine() {
        Topology topology = Topology.of(3, 2, 0).onMachine("worker-0", "cache-3");
        Story story = Story.of(topology, "cache-0").enters();
        assertTrue(story.steps().contains("cache-0 hands over to cache-6"), "" + story.steps());
    }

    @Test
    void the_heir_is_in_another_zone() {
        Topology topology = Topology.of(3, 2, 0).inZone("a", "cache-0", "cache-3").inZone("b", "cache-6");
        assertTrue(Story.of(topology, "cache-0").enters().steps().contains("cache-0 hands over to cache-6"));
        Topology other = Topology.of(3, 2, 0).inZone("a", "cache-0", "cache-6").inZone("b", "cache-3");
        assertTrue(Story.of(other, "cache-0").enters().steps().contains("cache-0 hands over to cache-3"));
    }

    @Test
    void the_heir_is_the_one_that_lags_least() {
        Story story = Story.of(Topology.of(3, 2, 0), "cache-0").tick(3);
        story.cluster().lag("cache-3", 1000);
        story.enters();
        assertTrue(story.steps().contains("cache-0 hands over to cache-6"), "" + story.steps());
    }

    @Test
    void a_replica_that_is_asked_for_maintenance_is_no_heir() {
        Topology topology = Topology.of(3, 2, 0);
        Simulation simulation = new Simulation(topology);
        Maintenance first = simulation.ask("first", "cache-3");
        simulation.step(first);
        Maintenance second = simulation.ask("second", "cache-0");
        simulation.run(first);
        assertEquals(Reason.InMaintenance, simulation.run(second).reason());
        assertEquals(Role.PRIMARY, simulation.cluster().role("cache-6"));
    }

    @Test
    void a_link_that_breaks_before_the_handover_is_waited_for_so_that_no_write_stalls() {
        Story story = Story.of(SMALL, "cache-0").stopsBefore(Step.Handover.class);
        story.cluster().cutLink("cache-3", true);
        story.waits(Reason.WaitingForReplica, "cache-3 is not ready to take over: its replication link is down");
        story.cluster().cutLink("cache-3", false);
        story.enters();
        assertEquals(0, story.cluster().timedOutFailovers());
    }

    @Test
    void a_voter_that_has_not_heard_of_the_replica_is_waited_for() {
        // straight after another failover: redis answers OK and does nothing
        Story story = Story.of(SMALL, Flavour.REDIS_7, Timing.PROMPT, "cache-0").stopsBefore(Step.Handover.class);
        story.cluster().deafen("cache-1", true);
        story.cluster().personFailsOver("cache-3");
        story.tick(4);
        story.waits(Reason.WaitingForViews, "views of the cluster differ");
        story.cluster().deafen("cache-1", false);
        story.tick(2).enters();
    }

    @Test
    void the_gates_are_asked_again_before_the_handover() {
        Story story = Story.of(SMALL, "cache-0").stopsBefore(Step.Handover.class);
        story.cluster().openSlot("cache-2", "[13000->-" + story.cluster().id("cache-1") + "]");
        story.waits(Reason.WaitingForTurn, "NoOtherOperation", "slot 13000 from cache-2 to cache-1");
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
    }

    // ---- the snapshot ----

    @Test
    void a_retry_keeps_the_first_snapshot() {
        Story story = Story.of(SMALL, "cache-0").stopsBefore(Step.Handover.class);
        Placement first = story.simulation().snapshots().get("cache-0").placement();
        story.cluster().openSlot("cache-2", "[13000->-" + story.cluster().id("cache-1") + "]");
        story.waits(Reason.WaitingForTurn);
        assertEquals(first, story.simulation().snapshots().get("cache-0").placement());
    }

    @Test
    void a_leftover_of_an_earlier_maintenance_is_reused() {
        Story story = leftover("cache-0", false).enters();
        assertEquals("close", story.steps().get(0));
        assertEquals("snapshot-1", story.pods().marks().get("cache-0").snapshot());
    }

    @Test
    void a_leftover_is_overwritten_when_asked_to_and_only_once() {
        Story story = leftover("cache-0", true).enters();
        assertEquals("take snapshot instead of snapshot-1", story.steps().get(0));
        assertEquals(1, story.steps().stream().filter(s -> s.startsWith("take")).count());
    }

    @Test
    void a_leftover_of_another_node_is_refused_unless_overwritten() {
        Story story = leftover("cache-3", false);
        story.cluster().loseDisk("cache-3");
        story.isRefused(Reason.SnapshotUnusable, "set overwriteSnapshot: true");
        assertEquals(List.of(), story.steps());
    }

    /** A snapshot is there that a maintenance which is no more has left behind. */
    private static Story leftover(String pod, boolean overwrite) {
        Simulation simulation = new Simulation(SMALL);
        Maintenance earlier = simulation.ask("earlier", pod);
        simulation.step(earlier);
        earlier.remove();
        Story story = Story.of(SMALL, pod);
        story.simulation().snapshots().putAll(simulation.snapshots());
        if (overwrite) {
            story.maintenance().overwriteSnapshot();
        }
        return story;
    }

    @Test
    void a_second_resource_joins_the_snapshot_of_the_first_and_changes_nothing() {
        Story story = Story.of(SMALL, "cache-0").enters();
        int changes = story.cluster().changes().size();
        Maintenance second = story.simulation().ask("second", "cache-0");
        assertEquals(Reason.InMaintenance, story.simulation().run(second).reason());
        assertEquals(changes, story.cluster().changes().size());
    }

    @Test
    void two_resources_that_differ_about_promotion_do_not_undo_each_other() {
        Story story = Story.of(SMALL, "cache-3").enters();
        Maintenance second = story.simulation().ask("second", "cache-3").evictHaReplica(false);
        for (int i = 0; i < 6; i++) {
            assertEquals(Reason.InMaintenance, story.simulation().step(second).reason());
            assertEquals(Reason.InMaintenance, story.simulation().step(story.maintenance()).reason());
        }
        assertEquals("yes", story.cluster().setting("cache-3", Setting.REPLICA_NO_FAILOVER));
        story.maintenance().off();
        assertEquals(Reason.HeldByOthers, story.simulation().run(story.maintenance()).reason());
        story.simulation().run(second);
        assertEquals("no", story.cluster().setting("cache-3", Setting.REPLICA_NO_FAILOVER), "the one that is left lets it be promoted");
    }

    // ---- while in maintenance ----

    @Test
    void a_pod_that_was_drained_onto_another_machine_leaves_the_one_that_it_was_on_to_be_serviced() {
        Story story = Story.of(PAIRED, "cache-0").enters();
        story.pods().moveTo("cache-0", "c");
        story.enters();
        Decision decision = story.simulation().run(story.maintenance());
        assertEquals(Reason.InMaintenance, decision.reason(), decision.message());
        assertTrue(decision.message().contains("it runs on Kubernetes Node c now, and a, on which it was, may be serviced"), decision.message());
    }

    @Test
    void what_shares_the_machine_that_was_left_is_still_counted_as_gone() {
        Story story = Story.of(PAIRED, "cache-0").enters();
        story.pods().moveTo("cache-0", "c");
        story.enters();
        // the only copy beside the one on the machine that is serviced
        story.cluster().kill("cache-1");
        story.tick(2);
        assertEquals(Reason.NoLongerSafe, story.simulation().run(story.maintenance()).reason());
    }

    @Test
    void with_a_leftover_snapshot_it_is_the_machine_of_today_that_is_judged() {
        Story story = leftover("cache-0", false);
        String before = story.pods().machineOf("cache-0");
        story.pods().moveTo("cache-0", story.pods().machineOf("cache-3"));
        assertFalse(before.equals(story.pods().machineOf("cache-0")));
        story.tick(20);
        story.enters();
        assertTrue(story.cluster().slots("cache-3").isEmpty(), "the only replica goes down with it: " + story.steps());
    }

    @Test
    void who_joins_after_the_pod_was_drained_may_mean_either_machine_and_both_are_judged() {
        Story story = Story.of(PAIRED, "cache-0").enters();
        story.pods().moveTo("cache-0", "c");
        story.enters();
        Maintenance second = story.simulation().ask("second", "cache-0");
        assertEquals(Reason.NoLongerSafe, story.simulation().run(second).reason(), "machine c has two of three primaries");
        Maintenance third = story.simulation().ask("third", "cache-5");
        assertTrue(story.simulation().run(third) instanceof Decision.Refuse, "and others count both");
    }

    @Test
    void a_second_node_may_follow_when_the_first_ones_pod_was_drained_next_to_it() {
        Story story = Story.of(PAIRED, "cache-0").enters();
        story.pods().moveTo("cache-0", "c");
        story.enters();
        Maintenance second = story.simulation().ask("second", "cache-4").evictHaReplica(false);
        assertEquals(Reason.InMaintenance, story.simulation().run(second).reason(), "it was on the machine that is serviced already");
    }

    @Test
    void a_pod_that_was_recreated_is_closed_again_and_made_to_tell_its_new_address() {
        Story story = Story.of(SMALL, "cache-0").enters();
        int done = story.steps().size();
        story.pods().delete("cache-0");
        story.tick(8);
        assertEquals(Reason.InMaintenance, story.simulation().run(story.maintenance()).reason(), "still in maintenance while the pod is away");
        story.pods().recreate("cache-0");
        story.enters();
        List<String> again = story.steps().subList(done, story.steps().size());
        assertEquals(List.of("close", "cache-0 cluster-allow-replica-migration no", "cache-0 cluster-replica-no-failover yes"), again.subList(0, 3));
        assertTrue(again.get(3).endsWith("meets cache-0"), "" + again);
        assertEquals(story.cluster().ip("cache-0"), story.simulation().view().ofPod("cache-0").orElseThrow().report().orElseThrow().own().address().host());
    }

    @Test
    void an_announced_address_is_left_alone() {
        Story story = Story.of(SMALL, "cache-3");
        story.cluster().configure("cache-3", Setting.ANNOUNCE_IP, "203.0.113.9");
        assertFalse(story.enters().steps().stream().anyMatch(s -> s.contains("meets")));
    }

    @Test
    void it_is_no_longer_safe_when_the_other_copy_dies() {
        Story story = Story.of(Topology.of(List.of(2, 1, 1), 0), "cache-0").enters();
        story.simulation().foreignHands();
        assertEquals(Role.PRIMARY, story.cluster().role("cache-6"));
        story.cluster().cutLink("cache-3", true);
        assertEquals(Reason.InMaintenance, story.simulation().run(story.maintenance()).reason(), "the primary is a copy too");
        story.cluster().kill("cache-6");
        story.tick(1);
        story.isRefused(Reason.NoLongerSafe, "primaries that own slots are not in order");
    }

    @Test
    void it_is_no_longer_safe_when_another_shard_has_its_only_good_copies_on_the_machine() {
        Story story = Story.of(Topology.of(3, 1, 1).onMachine("worker-6", "cache-6", "cache-1"), "cache-6").enters();
        story.cluster().cutLink("cache-4", true);
        story.isRefused(Reason.NoLongerSafe, "RedundancyKept", "the shard of cache-1");
    }

    @Test
    void a_role_that_somebody_brings_back_is_handed_over_again() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.simulation().foreignHands();
        story.cluster().personFailsOver("cache-0");
        story.tick(5);
        assertEquals(Role.PRIMARY, story.cluster().role("cache-0"));
        story.enters();
    }

    @Test
    void another_node_in_the_place_of_the_recorded_one_is_a_matter_for_a_person() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.cluster().loseDisk("cache-0");
        story.cluster().personWrites("cache-0", 1);
        story.isRefused(Reason.IdentityLost, "it is not empty", "skipShardsRestore: true");
    }

    @Test
    void a_spare_that_was_promoted_is_not_asked_to_replicate_itself() {
        Story story = Story.of(Topology.of(List.of(1, 1, 1), 1), "cache-3").stopsBefore(Step.LetGo.class);
        story.simulation().foreignHands();
        story.cluster().personFailsOver("cache-6");
        story.tick(4);
        simulateTurns(story, 10);
        assertEquals(List.of(), story.simulation().failures());
        assertFalse(story.steps().contains("cache-6 replicates cache-6"), "" + story.steps());
    }

    private static void simulateTurns(Story story, int turns) {
        for (int i = 0; i < turns; i++) {
            story.simulation().step(story.maintenance());
        }
    }

    @Test
    void a_replica_of_an_empty_primary_has_no_duty_to_hand_on() {
        Story story = Story.of(Topology.of(3, 1, 2), "cache-7");
        story.cluster().personReplicates("cache-7", "cache-6");
        story.tick(3);
        assertFalse(story.enters().steps().stream().anyMatch(s -> s.startsWith("lend")), "" + story.steps());
    }

    // ---- two maintenances ----

    @Test
    void of_two_primaries_of_three_asked_for_at_once_the_second_does_not_get_in_whichever_comes_first() {
        for (boolean laterFirst : List.of(false, true)) {
            Simulation simulation = new Simulation(Topology.of(3, 1, 0).onMachine("worker-0", "cache-0", "cache-4"));
            Maintenance a = simulation.ask("a", "cache-0");
            Maintenance b = simulation.ask("b", "cache-1").demoteNode(true);
            for (int i = 0; i < 60; i++) {
                simulation.step(laterFirst == (i % 2 == 0) ? b : a);
            }
            assertEquals(Reason.InMaintenance, a.last().orElseThrow().reason());
            assertTrue(b.last().orElseThrow() instanceof Decision.Refuse, "" + b.last());
            assertTrue(b.decisions().stream().noneMatch(d -> d instanceof Decision.Act), "the second has changed nothing");
        }
    }

    @Test
    void one_that_was_created_earlier_and_asks_later_does_not_spoil_one_that_is_in_maintenance() {
        Simulation simulation = new Simulation(Topology.of(3, 1, 0).onMachine("worker-0", "cache-0", "cache-4"));
        Maintenance earlier = simulation.ask("earlier", "cache-1").demoteNode(true).off();
        Maintenance in = simulation.ask("in", "cache-0");
        assertEquals(Reason.InMaintenance, simulation.run(in).reason());
        earlier.on();
        assertTrue(simulation.run(earlier) instanceof Decision.Refuse);
        assertEquals(Reason.InMaintenance, simulation.run(in).reason());
        in.off();
        assertEquals(Reason.NotInMaintenance, simulation.run(in).reason());
        in.remove();
        assertEquals(Reason.InMaintenance, simulation.run(earlier).reason());
    }

    @Test
    void one_that_is_in_maintenance_stays_ready_while_another_one_works() {
        Simulation simulation = new Simulation(Topology.of(5, 1, 0));
        Maintenance a = simulation.ask("a", "cache-0");
        Maintenance b = simulation.ask("b", "cache-1");
        simulation.run(a);
        simulation.run(b);
        a.off();
        while (!a.settled()) {
            simulation.step(a);
            if (simulation.view().agreed()) {
                assertEquals(Reason.InMaintenance, simulation.step(b).reason());
            }
        }
    }

    @Test
    void what_another_maintenance_has_lent_is_not_lent_again() {
        // the lent one would be the better spare: it is in another zone
        Simulation simulation = new Simulation(Topology.of(List.of(2, 1, 1, 1, 1), 1).inZone("a", "cache-1", "cache-10").inZone("b", "cache-11"));
        simulation.run(simulation.ask("a", "cache-5"));
        assertEquals("cache-0", simulation.cluster().primaryOf("cache-11").orElseThrow());
        simulation.run(simulation.ask("b", "cache-6"));
        assertEquals("cache-0", simulation.cluster().primaryOf("cache-11").orElseThrow());
        assertEquals("cache-1", simulation.cluster().primaryOf("cache-10").orElseThrow());
    }

    @Test
    void no_slot_is_ever_moved() {
        Story story = Story.of(SMALL, "cache-0").enters();
        assertEquals(SlotRanges.of(0, 5460), story.cluster().slots("cache-3"));
    }
}
