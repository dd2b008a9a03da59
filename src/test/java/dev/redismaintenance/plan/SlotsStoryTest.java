package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A primary that keeps its role: its slots go, and come back. */
class SlotsStoryTest {
    private static final Topology BARE = Topology.of(3, 0, 0);

    private static Story keepsRole(Topology topology, String pod) {
        Story story = Story.of(topology, pod);
        story.maintenance().demoteNode(false);
        return story;
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void without_replicas_the_slots_move_to_the_other_primaries_and_come_back(Flavour flavour) {
        Story story = Story.of(BARE, flavour, Timing.PROMPT, "cache-1").enters();
        assertEquals(Role.PRIMARY, story.cluster().role("cache-1"));
        assertTrue(story.cluster().slots("cache-1").isEmpty());
        story.leaves().isAsBefore();
    }

    @Test
    void the_steps_are_count_snapshot_close_note_move_and_the_last_slot_by_itself() {
        Story.of(BARE, "cache-1").enters().didExactly("count cache-0 cache-1 cache-2", "take snapshot", "close", "cache-1 cluster-allow-replica-migration no",
                "cache-1 cluster-replica-no-failover yes", "note transfers", "cache-1 slot-migration-max-failover-repl-bytes 1000000", "cache-1 hz 99",
                "cache-1 loglevel warning",
                "move 5462-8191 from cache-1 to cache-0, 8192-10921 from cache-1 to cache-2", "count cache-0 cache-1 cache-2", "move 5461 from cache-1 to cache-0");
    }

    /** Else each waits for its server's clock. */
    @Test
    void whoever_gives_slots_is_let_hand_them_over_sooner_and_has_its_own_limit_back() {
        String name = Setting.HANDOVER_BYTES;
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters();
        assertEquals(List.of("0", Setting.given(name), "0"), limits(story));
        story.off().stopsBefore(Step.MoveSlots.class);
        assertEquals(List.of(Setting.given(name), Setting.given(name), Setting.given(name)), limits(story), "nothing comes back before both are");
        story.leaves().isAsBefore();
        assertEquals(List.of("0", "0", "0"), limits(story));
    }

    /** There is one event for each reason, made by the first step that has it: that of moving has to say which slots move, and where to. */
    @Test
    void that_a_limit_is_raised_takes_no_other_steps_event() {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters().leaves();
        Map<Reason, Set<String>> steps = new EnumMap<>(Reason.class);
        story.maintenance().decisions().stream().filter(d -> d instanceof Decision.Act act && (act.step() instanceof Step.MoveSlots
                || act.step() instanceof Step.SetSetting set && set.value().equals(Setting.given(set.name())) && SourceSetting.of(set.name()).isPresent()))
                .forEach(d -> steps.computeIfAbsent(d.reason(), r -> new TreeSet<>()).add(((Decision.Act) d).step().getClass().getSimpleName()));
        assertEquals(Map.of(Reason.PreparingMove, Set.of("SetSetting"), Reason.MovingSlots, Set.of("MoveSlots"), Reason.TakingSlotsBack, Set.of("MoveSlots")), steps);
    }

    @Test
    void a_source_that_is_let_more_or_has_no_limit_is_left_as_it_is() {
        for (String own : List.of("-1", "1048576")) {
            Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1");
            story.cluster().configure("cache-1", Setting.HANDOVER_BYTES, own);
            story.enters();
            assertEquals(List.of("0", own, "0"), limits(story));
            story.leaves();
            assertEquals(List.of("0", own, "0"), limits(story));
        }
    }

    /** Else it writes a line for each slot that it has given, and forks for the next job when it has deleted the keys of the last one, and clients wait for that. */
    @ParameterizedTest
    @CsvSource({"loglevel, notice, warning", "hz, 10, 99"})
    void whoever_gives_slots_in_jobs_of_its_own_writes_only_warnings_and_has_a_finer_clock_meanwhile(String name, String was, String given) {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters();
        assertEquals(List.of(was, given, was), settings(story, name));
        story.off().stopsBefore(Step.MoveSlots.class);
        assertEquals(List.of(given, given, given), settings(story, name), "who gives back, and nothing is put back before");
        story.leaves().isAsBefore();
        assertEquals(List.of(was, was, was), settings(story, name));
    }

    /** The mark is on the pod, and the new one has none. */
    @Test
    void who_gives_slots_back_to_a_pod_that_was_made_anew_is_let_hand_them_over_sooner_too() {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters();
        story.cluster().restartOnNewIp("cache-1");
        story.pods().unmark("cache-1");
        story.off().stopsBefore(Step.MoveSlots.class);
        assertEquals(List.of("warning", "notice", "warning"), settings(story, Setting.LOG_LEVEL));
        story.leaves();
        assertEquals(List.of("notice", "notice", "notice"), settings(story, Setting.LOG_LEVEL));
    }

    @ParameterizedTest
    @CsvSource({"loglevel, notice, debug", "loglevel, notice, verbose", "loglevel, notice, warning", "loglevel, notice, nothing",
        "hz, 10, 100", "hz, 10, 500", "hz, 10, 1000", "hz, 10, often"})
    void a_log_level_that_somebody_has_chosen_stays_and_a_clock_that_is_fine_enough(String name, String others, String chosen) {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1");
        story.cluster().configure("cache-1", name, chosen);
        story.enters();
        assertEquals(List.of(others, chosen, others), settings(story, name));
        story.leaves();
        assertEquals(List.of(others, chosen, others), settings(story, name));
    }

    @Test
    void a_log_level_that_somebody_chooses_meanwhile_stays() {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters();
        story.cluster().personSets("cache-1", Setting.LOG_LEVEL, "debug");
        story.leaves();
        assertEquals(List.of("notice", "debug", "notice"), settings(story, Setting.LOG_LEVEL));
    }

    @Test
    void log_and_clock_of_a_server_that_gives_no_slots_in_jobs_of_its_own_are_nobodys_business() {
        Story keyByKey = Story.of(BARE, Flavour.VALKEY_8, Timing.PROMPT, "cache-1").enters();
        assertEquals(List.of("10", "10", "10"), settings(keyByKey, Setting.HZ));
        assertEquals(List.of("notice", "notice", "notice"), settings(keyByKey, Setting.LOG_LEVEL));
        keyByKey.cluster().personSets("cache-1", Setting.LOG_LEVEL, "warning");
        keyByKey.leaves();
        assertEquals(List.of("notice", "warning", "notice"), settings(keyByKey, Setting.LOG_LEVEL), "theirs, also where it is the value that others are given");
    }

    @Test
    void one_event_tells_of_all_settings_that_are_changed_on_a_server() {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters();
        Decision first = story.maintenance().decisions().stream().filter(d -> d.reason() == Reason.PreparingMove).findFirst().orElseThrow();
        assertEquals("setting slot-migration-max-failover-repl-bytes 1000000, hz 99 and loglevel warning on cache-1, so that its jobs hand over without waiting, "
                + "it seldom begins a copy while clients wait and it writes no line for each slot while clients wait", first.message());
    }

    @Test
    void a_limit_that_somebody_sets_meanwhile_stays() {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters();
        story.cluster().personSets("cache-0", Setting.HANDOVER_BYTES, "262144");
        story.leaves();
        assertEquals(List.of("262144", "0", "0"), limits(story));
    }

    @Test
    void a_limit_in_a_snapshot_that_is_no_number_is_none_that_can_be_raised() {
        assertTrue(List.of("1mb", "", "-1", "1048576", "99999999999999999999").stream().noneMatch(SourceSetting.HANDOVER_BYTES::holdsUp));
        assertTrue(Stream.of("0", "999999").allMatch(SourceSetting.HANDOVER_BYTES::holdsUp));
    }

    /** One that is killed between the two steps, and whose maintenance is over then. */
    @Test
    void a_limit_that_was_raised_for_a_move_that_never_began_is_put_back() {
        Story story = Story.of(BARE, Flavour.VALKEY_9, Timing.PROMPT, "cache-1").stopsBefore(Step.MoveSlots.class);
        assertEquals(List.of("0", Setting.given(Setting.HANDOVER_BYTES), "0"), limits(story));
        story.off().leaves().isAsBefore();
    }

    /** It would take what the other has set for its own and put it back, and the two would do that in turns. */
    @Test
    void while_another_one_puts_back_what_it_has_changed_no_limit_is_raised() {
        Topology topology = Topology.of(5, 0, 0);
        Simulation simulation = new Simulation(topology, new InMemoryCluster(topology, Flavour.VALKEY_9, Timing.PROMPT));
        Maintenance first = simulation.ask("a", "cache-1");
        Maintenance second = simulation.ask("b", "cache-2");
        simulation.run(first);
        simulation.run(second);
        second.off();
        for (int i = 0; i < 50 && !(simulation.decide(second) instanceof Decision.Act act && act.step() instanceof Step.DeleteSnapshot); i++) {
            simulation.step(second);
        }
        int before = first.decisions().size();
        simulation.run(first.off());
        List<Decision> back = first.decisions().subList(before, first.decisions().size());
        assertTrue(back.stream().anyMatch(d -> d instanceof Decision.Act act && act.step() instanceof Step.MoveSlots), "it goes on all the same: " + back);
        assertTrue(back.stream().noneMatch(d -> d instanceof Decision.Act act && act.step() instanceof Step.SetSetting set
                && set.value().equals(Setting.given(Setting.HANDOVER_BYTES))), () -> "" + back);
        simulation.run(second);
        for (int i = 0; i < 5; i++) {
            assertEquals("0", simulation.cluster().setting("cache-" + i, Setting.HANDOVER_BYTES));
        }
    }

    /** It gave slots back while it was in maintenance itself, and hands its own shard over. */
    @Test
    void a_taker_that_is_in_maintenance_itself_has_it_back_in_the_end() {
        Topology topology = Topology.of(4, 1, 0);
        Simulation simulation = new Simulation(topology, new InMemoryCluster(topology, Flavour.VALKEY_9, Timing.PROMPT));
        Maintenance slots = simulation.ask("a", "cache-1").demoteNode(false);
        simulation.run(slots);
        Maintenance taker = simulation.ask("b", "cache-0");
        for (int i = 0; i < 50 && !(simulation.decide(taker) instanceof Decision.Act act && act.step() instanceof Step.Handover); i++) {
            simulation.step(taker);
        }
        simulation.run(slots.off());
        slots.remove();
        simulation.run(taker);
        simulation.run(taker.off());
        assertEquals("0", simulation.cluster().setting("cache-0", Setting.HANDOVER_BYTES));
    }

    @Test
    void slots_that_go_key_by_key_and_roles_that_are_handed_over_need_no_such_setting() {
        Story keyByKey = Story.of(BARE, Flavour.VALKEY_8, Timing.PROMPT, "cache-1").enters().leaves();
        Story handedOver = Story.of(Topology.of(3, 1, 0), Flavour.VALKEY_9, Timing.PROMPT, "cache-1").enters().leaves();
        for (Story story : List.of(keyByKey, handedOver)) {
            assertTrue(story.steps().stream().noneMatch(step -> step.contains(Setting.HANDOVER_BYTES)), () -> "" + story.steps());
        }
    }

    /** Else the main thread compresses what MIGRATE sends. */
    @Test
    void a_server_without_files_gives_its_slots_uncompressed_and_has_its_own_setting_back() {
        String name = Setting.RDB_COMPRESSION;
        Story story = withoutFiles(Flavour.VALKEY_8, "cache-0", "cache-1", "cache-2").enters();
        assertEquals(List.of("yes", "no", "yes"), settings(story, name));
        story.off().stopsBefore(Step.MoveSlots.class);
        assertEquals(List.of("no", "no", "no"), settings(story, name));
        story.leaves();
        assertEquals(List.of("yes", "yes", "yes"), settings(story, name));
    }

    /** They would become bigger, and nobody knows what room there is. */
    @Test
    void a_server_that_writes_files_goes_on_compressing() {
        Story log = withoutFiles(Flavour.REDIS_7, "cache-1");
        log.cluster().configure("cache-1", Setting.APPEND_ONLY, "yes");
        for (Story story : List.of(log, Story.of(BARE, Flavour.REDIS_7, Timing.PROMPT, "cache-1"))) {
            story.enters().leaves();
            assertTrue(story.steps().stream().noneMatch(step -> step.contains(Setting.RDB_COMPRESSION)), () -> "" + story.steps());
        }
    }

    @Test
    void a_server_that_began_to_write_files_after_the_snapshot_goes_on_compressing() {
        Story story = withoutFiles(Flavour.VALKEY_8, "cache-0", "cache-1", "cache-2").enters();
        story.cluster().configure("cache-0", Setting.APPEND_ONLY, "yes");
        story.off().stopsBefore(Step.MoveSlots.class);
        assertEquals(List.of("yes", "no", "no"), settings(story, Setting.RDB_COMPRESSION));
        story.leaves();
        assertEquals(List.of("yes", "yes", "yes"), settings(story, Setting.RDB_COMPRESSION));
    }

    @Test
    void what_is_not_compressed_anyway_stays_so_and_atomic_jobs_are_not_asked_to() {
        Story own = withoutFiles(Flavour.VALKEY_8, "cache-1");
        own.cluster().configure("cache-1", Setting.RDB_COMPRESSION, "no");
        own.enters();
        assertEquals("no", own.cluster().setting("cache-1", Setting.RDB_COMPRESSION));
        own.leaves();
        assertEquals("no", own.cluster().setting("cache-1", Setting.RDB_COMPRESSION));
        Story atomic = withoutFiles(Flavour.VALKEY_9, "cache-0", "cache-1", "cache-2").enters().leaves();
        assertTrue(atomic.steps().stream().noneMatch(step -> step.contains(Setting.RDB_COMPRESSION)), () -> "" + atomic.steps());
    }

    private static Story withoutFiles(Flavour flavour, String... pods) {
        Story story = Story.of(BARE, flavour, Timing.PROMPT, "cache-1");
        List.of(pods).forEach(pod -> story.cluster().configure(pod, Setting.SAVE, ""));
        return story;
    }

    private static List<String> settings(Story story, String name) {
        return List.of("cache-0", "cache-1", "cache-2").stream().map(pod -> story.cluster().setting(pod, name)).toList();
    }

    private static List<String> limits(Story story) {
        return settings(story, Setting.HANDOVER_BYTES);
    }

    @Test
    void the_role_stays_although_a_replica_could_take_over() {
        Story story = keepsRole(Topology.of(3, 1, 0), "cache-1").enters();
        assertEquals(Role.PRIMARY, story.cluster().role("cache-1"));
        assertEquals("cache-1", story.cluster().primaryOf("cache-4").orElseThrow(), "its replica stays its replica");
        assertEquals("no", story.cluster().setting("cache-4", "cluster-allow-replica-migration"));
        story.leaves().isAsBefore();
    }

    @Test
    void an_empty_primary_takes_all_so_that_the_number_of_voters_stays() {
        Story story = keepsRole(Topology.of(3, 0, 1), "cache-1").enters();
        assertEquals(SlotRanges.of(5461, 10921), story.cluster().slots("cache-3"));
        story.leaves().isAsBefore();
    }

    @Test
    void a_spare_takes_the_shard_over_where_no_replica_can() {
        Story story = Story.of(Topology.of(3, 0, 1), "cache-1").enters();
        assertEquals(SlotRanges.of(5461, 10921), story.cluster().slots("cache-3"));
        assertEquals("cache-3", story.cluster().primaryOf("cache-1").orElseThrow());
        story.leaves().isAsBefore();
    }

    @Test
    void a_role_that_has_to_go_is_refused_without_replica_and_spare() {
        Story story = Story.of(BARE, "cache-1");
        story.maintenance().demoteNode(true);
        story.isRefused(Reason.NoEligibleReplica, "cache-1 has no replica", "nor a spare").nothingChanged();
    }

    @Test
    void without_room_it_is_refused_with_the_numbers_and_nothing_is_changed() {
        Story story = Story.of(BARE, "cache-1");
        story.cluster().memory("cache-0", 90 << 20, 100 << 20);
        story.cluster().memory("cache-2", 89 << 20, 100 << 20);
        story.isRefused(Reason.InsufficientCapacity, "CapacityAvailable", "5.2 MiB have to move", "no room for 4.3 MiB", "cache-0 0 bytes", "cache-2 930.9 KiB").changedNothing();
        story.cluster().memory("cache-2", 10 << 20, 100 << 20);
        story.enters();
        assertTrue(story.cluster().slots("cache-0").intersects(SlotRanges.of(0, 0)) && !story.cluster().slots("cache-0").intersects(SlotRanges.of(5461, 10921)),
                "the full one takes nothing");
        story.leaves().isAsBefore();
    }

    @Test
    void a_primary_without_the_nodes_function_libraries_takes_no_slots() {
        Story story = Story.of(BARE, "cache-1");
        story.cluster().loadLibrary("cache-1", "sums");
        story.isRefused(Reason.LibrariesMissing, "[sums] of cache-1", "cache-0, cache-2 lack(s) some", "FUNCTION LOAD").changedNothing();
        story.cluster().loadLibrary("cache-2", "sums");
        story.simulation().countAnew();
        story.enters();
        assertEquals(SlotRanges.of(0, 5460), story.cluster().slots("cache-0"));
        story.leaves().isAsBefore();
    }

    @Test
    void a_key_that_would_block_a_server_until_it_is_taken_for_failed_is_refused() {
        Story story = Story.of(BARE, "cache-1");
        story.cluster().bigKey("cache-1", 6000, 3000);
        story.isRefused(Reason.KeyTooBig, "1 key(s)", "slot 6000: a hash of 256.0 MiB, about 3000 ms", "cluster-node-timeout 5000 ms").changedNothing();
    }

    @Test
    void nodes_that_were_asked_for_their_libraries_only_are_counted_before_slots_come_back() throws Exception {
        Story story = Story.of(BARE, "cache-1").enters();
        for (String taker : List.of("cache-0", "cache-2")) {
            story.simulation().counts(story.maintenance(), story.cluster().id(taker), SlotRanges.NONE);
        }
        story.leaves().isAsBefore();
        assertTrue(story.steps().contains("count cache-0 cache-2"), story.steps().toString());
    }

    @Test
    void a_count_of_some_of_its_slots_is_none_of_the_node() throws Exception {
        Story story = Story.of(BARE, "cache-1");
        story.simulation().counts(story.maintenance(), story.cluster().id("cache-1"), SlotRanges.of(5461, 10920));
        story.enters();
        assertEquals("count cache-0 cache-1 cache-2", story.steps().get(0));
    }

    @Test
    void nothing_is_planned_before_all_are_counted_and_who_has_been_is_not_counted_again() throws Exception {
        Story story = Story.of(BARE, "cache-1");
        story.cluster().loadLibrary("cache-1", "sums");
        story.cluster().loadLibrary("cache-0", "sums");
        story.simulation().counts(story.maintenance(), story.cluster().id("cache-1"), SlotRanges.of(5461, 10921));
        story.enters();
        assertEquals("count cache-0 cache-2", story.steps().get(0));
        assertEquals(SlotRanges.of(10922, 16383), story.cluster().slots("cache-2"), "who lacks a library takes none");
    }

    @Test
    void slots_that_somebody_moved_on_meanwhile_come_back_and_it_is_said() {
        Story story = Story.of(BARE, "cache-1").enters();
        SlotRanges some = story.cluster().slots("cache-0").common(SlotRanges.of(5461, 6000));
        story.cluster().personMovesSlots("cache-0", "cache-2", some);
        story.tick(5).leaves().isAsBefore();
        assertTrue(story.maintenance().decisions().stream().anyMatch(d -> d.message().contains("somebody had moved on: " + some + " from cache-0 to cache-2")),
                "said which slots: " + story.maintenance().decisions());
    }

    @Test
    void the_taker_has_failed_over_meanwhile() {
        Story story = keepsRole(Topology.of(3, 1, 0), "cache-1").enters();
        story.simulation().foreignHands();
        story.cluster().personFailsOver("cache-3");
        story.tick(10);
        assertEquals(Role.PRIMARY, story.cluster().role("cache-3"));
        story.leaves();
        assertEquals(SlotRanges.of(5461, 10921), story.cluster().slots("cache-1"));
        assertEquals(Role.REPLICA, story.cluster().role("cache-0"), "what somebody failed over stays");
    }

    /** As on redis 7.0: the node comes back without its pin and follows who took a slot of it last. */
    @Test
    void a_replica_that_was_promoted_and_gave_the_slots_back_follows_the_node_again() {
        Story story = keepsRole(Topology.of(3, 1, 0), "cache-1").stopsBefore(Step.MoveSlots.class);
        story.cluster().personFailsOver("cache-4");
        story.tick(15);
        story.cluster().personReplicates("cache-1", "cache-2");
        story.tick(5);
        assertEquals(Role.PRIMARY, story.cluster().role("cache-4"));
        story.leaves().isAsBefore();
        assertTrue(story.steps().contains("cache-4 replicates cache-1"), () -> "" + story.steps());
    }

    /** The one that was its primary then follows it, and is pinned like any replica whose primary gives its slots away. */
    @Test
    void a_replica_that_was_promoted_after_its_snapshot_and_gave_its_slots_away_leaves_no_pin() {
        Story story = promotedReplicaThatGaveItsSlotsAway();
        assertTrue(story.steps().contains("cache-0 cluster-allow-replica-migration no"), () -> "" + story.steps());
        story.maintenance().skipShardsRestore();
        story.leaves();
        assertEquals("yes", story.simulation().view().ofPod("cache-0").orElseThrow().report().orElseThrow().setting(Setting.ALLOW_REPLICA_MIGRATION).orElseThrow());
    }

    @Test
    void a_replica_that_was_promoted_after_its_snapshot_and_gave_its_slots_away_has_them_back_and_keeps_the_role() {
        Story story = promotedReplicaThatGaveItsSlotsAway();
        assertTrue(story.cluster().slots("cache-3").isEmpty());
        story.leaves();
        assertEquals(SlotRanges.of(0, 5460), story.cluster().slots("cache-3"));
        assertEquals(Optional.of("cache-3"), story.cluster().primaryOf("cache-0"));
        assertEquals("yes", story.cluster().setting("cache-0", Setting.ALLOW_REPLICA_MIGRATION));
        assertTrue(story.maintenance().decisions().stream().anyMatch(d -> d.message().contains("cache-3 was replica of cache-0 and is primary of [0-5460]")),
                () -> "" + story.maintenance().decisions());
    }

    @Test
    void a_replica_that_was_promoted_and_lost_the_role_again_before_a_slot_went_is_the_replica_again() {
        Story story = keepsRole(Topology.of(3, 1, 0), "cache-3").stopsBefore(Step.WriteMark.class);
        story.simulation().foreignHands();
        story.cluster().personFailsOver("cache-3");
        story.tick(15).stopsBefore(Step.MoveSlots.class);
        story.cluster().personFailsOver("cache-0");
        story.tick(15).leaves().isAsBefore();
    }

    private static Story promotedReplicaThatGaveItsSlotsAway() {
        Story story = keepsRole(Topology.of(3, 1, 0), "cache-3").stopsBefore(Step.WriteMark.class);
        story.simulation().foreignHands();
        story.cluster().personFailsOver("cache-3");
        return story.tick(15).enters();
    }

    @Test
    void it_leaves_before_a_slot_has_moved() {
        Story.of(BARE, "cache-1").stopsBefore(Step.MoveSlots.class).off().leaves().isAsBefore();
    }

    @Test
    void skipping_the_restore_leaves_the_slots_where_they_are() {
        Story story = Story.of(BARE, "cache-1").enters();
        story.maintenance().skipShardsRestore();
        story.leaves();
        assertTrue(story.cluster().slots("cache-1").isEmpty());
    }

    @Test
    void a_node_that_was_restarted_meanwhile_gets_its_slots_back() {
        Story story = Story.of(BARE, "cache-1").enters();
        story.cluster().kill("cache-1");
        story.tick(10);
        story.cluster().restartOnNewIp("cache-1");
        story.tick(10).leaves().isAsBefore();
    }

    @Test
    void slots_that_somebody_is_moving_are_waited_for() {
        Story story = Story.of(BARE, "cache-1");
        story.cluster().openSlot("cache-0", "[7->-" + story.cluster().id("cache-2") + "]");
        story.waits(Reason.WaitingForTurn, "somebody else is moving slots", "slot 7 from cache-0 to cache-2").nothingChanged();
    }

    /** The two ends are asked one after the other: the taker says the slot is its own, the giver still has it open. */
    @Test
    void slots_that_have_arrived_and_that_the_giver_still_has_open_never_go_backwards() {
        Story story = Story.of(Topology.of(3, 0, 0), "cache-1").enters();
        SlotRanges some = story.cluster().slots("cache-0").common(SlotRanges.of(5500, 5600));
        int slot = some.stream().findFirst().orElseThrow();
        story.cluster().openSlot("cache-1", "[" + slot + "->-" + story.cluster().id("cache-0") + "]");
        Decision next = story.simulation().decide(story.maintenance());
        Transfer transfer = new Transfer(story.cluster().id("cache-1"), story.cluster().id("cache-0"), SlotRanges.of(slot, slot));
        assertTrue(next instanceof Decision.Act act && act.step().equals(new Step.MoveSlots(List.of(transfer))), () -> "" + next);
    }

    @Test
    void slots_that_somebody_left_half_way_are_finished_forward() throws Exception {
        Story story = Story.of(BARE, "cache-1");
        story.cluster().openSlot("cache-0", "[7->-" + story.cluster().id("cache-2") + "]");
        story.cluster().openSlot("cache-2", "[7-<-" + story.cluster().id("cache-0") + "]");
        story.simulation().left(SlotRanges.of(7, 7));
        story.enters();
        assertTrue(story.cluster().slots("cache-2").contains(7));
        assertEquals("move 7 from cache-0 to cache-2", story.steps().get(0));
    }

    /** Two movers of one slot can leave it without an owner. */
    @ParameterizedTest
    @EnumSource(Flavour.class)
    void slots_that_somebody_moves_on_from_where_they_went_are_left_alone_while_they_are_half_way(Flavour flavour) {
        Story story = Story.of(BARE, flavour, Timing.PROMPT, "cache-1").enters();
        int slot = story.cluster().slots("cache-0").common(SlotRanges.of(5461, 10921)).stream().findFirst().orElseThrow();
        int steps = story.steps().size();
        story.cluster().openSlot("cache-2", "[" + slot + "-<-" + story.cluster().id("cache-0") + "]");
        story.cluster().openSlot("cache-0", "[" + slot + "->-" + story.cluster().id("cache-2") + "]");
        story.ends(Reason.InMaintenance);
        story.off().waits(Reason.WaitingForTurn, "NoOtherOperation", "slot " + slot + " from cache-0 to cache-2");
        assertEquals(steps, story.steps().size(), "not moved by two");
        story.cluster().closeSlot("cache-2", slot);
        story.cluster().closeSlot("cache-0", slot);
        story.leaves().isAsBefore();
    }
}
