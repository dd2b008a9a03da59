package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code skipShardsRestore}: does it end whatever is broken, put back what was recorded, and say what it could not? */
class ForcedOpeningTest {
    private final World world = new World(Topology.of(3, 1, 0));
    private final MaintenanceLoop operator = world.operator();

    private void enter() {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    /** Ends open, however that is asked for. */
    private void force(boolean delete) {
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        if (delete) {
            world.kubernetes.delete("patch");
            world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        } else {
            world.untilReady(operator, "patch", Reason.OpenedWithoutRestore);
        }
        assertTrue(world.pods.marks().isEmpty() && world.kubernetes.snapshotNames().isEmpty(), "open, and no trace is left");
    }

    private String told() {
        List<Event> told = world.kubernetes.events().stream().filter(e -> e.reason().equals(Finding.LeftInPlace.name())).toList();
        assertEquals(1, told.size(), "said once: " + told);
        assertTrue(told.get(0).warning());
        return told.get(0).message();
    }

    @Test
    void what_was_recorded_is_put_back_and_not_what_is_usual() {
        world.cluster.configure("cache-1", Setting.ALLOW_REPLICA_MIGRATION, "no");
        world.cluster.configure("cache-4", Setting.REPL_BACKLOG_SIZE, "7340032");
        world.cluster.configure("cache-1", Setting.REPLICA_NO_FAILOVER, "no");
        enter();
        force(false);
        assertEquals("no", world.cluster.setting("cache-1", Setting.ALLOW_REPLICA_MIGRATION));
        assertEquals("no", world.cluster.setting("cache-1", Setting.REPLICA_NO_FAILOVER));
        assertEquals("7340032", world.cluster.setting("cache-4", Setting.REPL_BACKLOG_SIZE));
        assertTrue(told().contains("as spec.skipShardsRestore asks (author unknown). Left in place: cache-1 was primary of"), told());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_server_that_takes_no_setting_back_is_tried_for_a_while_and_told_with_what_it_had(boolean delete) {
        enter();
        world.cluster.deny("cache-1", "config|set");
        force(delete);
        assertEquals("yes", world.cluster.setting("cache-1", Setting.REPLICA_NO_FAILOVER));
        assertEquals("10485760", world.cluster.setting("cache-4", Setting.REPL_BACKLOG_SIZE), "the others have theirs");
        assertTrue(told().contains("Not put back: ")
                && told().contains("cluster-allow-replica-migration on cache-1 is no and was yes") && told().contains("cluster-replica-no-failover on cache-1 is yes and was no"), told());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_server_that_does_not_answer_is_waited_for_a_while_and_told_with_what_it_had(boolean delete) {
        enter();
        world.cluster.trouble("cache-1", Kind.Unreachable, "no answer");
        force(delete);
        assertTrue(told().contains("cluster-replica-no-failover on cache-1, which could not be asked, was no"), told());
    }

    /** Entering changes nothing on who takes slots; a Valkey 9, and a server without files, may have been changed when it was to give them back. */
    @ParameterizedTest
    @EnumSource(names = "VALKEY_9", mode = EnumSource.Mode.EXCLUDE)
    void who_took_slots_and_does_not_answer_has_nothing_that_was_changed(Flavour flavour) {
        World bare = new World(Topology.of(3, 0, 0), flavour, Timing.PROMPT);
        List.of("cache-0", "cache-1", "cache-2").forEach(pod -> bare.cluster.configure(pod, Setting.SAVE, "3600 1"));
        MaintenanceLoop loop = bare.operator();
        bare.kubernetes.apply("patch", "cache-1", spec -> { });
        bare.untilReady(loop, "patch", Reason.InMaintenance);
        bare.cluster.trouble("cache-0", Kind.Unreachable, "no answer");
        bare.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        bare.untilReady(loop, "patch", Reason.OpenedWithoutRestore);
        List<Event> all = bare.kubernetes.events();
        assertTrue(all.stream().noneMatch(e -> e.message().contains("cache-0, which could not be asked") || e.reason().equals(Reason.WaitingForPod.name())), () -> "" + all);
    }

    @Test
    void one_that_answers_again_in_time_has_everything_put_back() {
        enter();
        world.cluster.trouble("cache-1", Kind.Unreachable, "no answer");
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        world.until(operator, "waited for", () -> world.ready("patch").equals("False " + Reason.WaitingForPod));
        world.cluster.noTrouble("cache-1");
        force(false);
        assertEquals("no", world.cluster.setting("cache-1", Setting.REPLICA_NO_FAILOVER));
        assertTrue(!told().contains("Not put back"), told());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void with_the_majority_gone_and_every_password_changed_it_ends_as_well(boolean delete) {
        enter();
        world.cluster.kill("cache-0");
        world.cluster.kill("cache-2");
        world.topology.pods().forEach(pod -> world.cluster.trouble(pod, Kind.AuthenticationFailed, "WRONGPASS"));
        force(delete);
        assertTrue(told().contains("repl-backlog-size on cache-4, which could not be asked, was 10485760"), told());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_snapshot_that_is_gone_together_with_the_pod_is_missed_until_a_person_decides(boolean delete) {
        enter();
        world.pods.delete("cache-1");
        world.kubernetes.remove(world.kubernetes.snapshotNames().get(0));
        world.until(operator, "missed", () -> world.ready("patch").equals("False " + Reason.SnapshotMissing));
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        if (delete) {
            world.kubernetes.delete("patch");
        }
        for (int i = 0; i < 20; i++) {
            world.turn(operator);
        }
        assertEquals("False " + Reason.SnapshotMissing, world.ready("patch"), "nothing is given up silently");
        force(delete);
        assertTrue(told().contains("The snapshot is gone"), told());
    }

    @Test
    void a_snapshot_that_is_gone_is_missed_until_it_is_forced_and_settings_stay() {
        enter();
        world.kubernetes.remove(world.kubernetes.snapshotNames().get(0));
        world.kubernetes.delete("patch");
        world.until(operator, "missed", () -> world.ready("patch").equals("False " + Reason.SnapshotMissing));
        force(true);
        assertEquals("yes", world.cluster.setting("cache-1", Setting.REPLICA_NO_FAILOVER), "nobody knows what it was");
        assertTrue(told().contains("The snapshot is gone"), told());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void with_servers_that_do_not_find_each_other_it_ends_and_introduces_nobody(boolean delete) {
        enter();
        world.pods.cutPower();
        world.until(operator, "said", () -> world.ready("patch").equals("False " + Reason.Scattered));
        force(delete);
        assertEquals(0, world.cluster.calls().stream().filter(c -> c.what().equals("meet")).count());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_mark_into_which_somebody_has_written_nonsense_is_removed_like_any_other(boolean delete) {
        enter();
        Mark mark = world.pods.marks().get("cache-1");
        world.pods.mark("cache-1", new Mark(mark.owner(), mark.reason(), "yesterday", mark.snapshot(), false));
        force(delete);
        assertEquals("no", world.cluster.setting("cache-1", Setting.REPLICA_NO_FAILOVER));
    }

    @Test
    void a_status_that_the_api_server_refuses_is_told_and_holds_up_nobody_who_leaves() {
        enter();
        MaintenanceLoop refused = statusRefused(new boolean[1]);
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setSkipShardsRestore(true));
        world.kubernetes.delete("patch");
        world.until(refused, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertTrue(world.pods.marks().isEmpty() && world.kubernetes.snapshotNames().isEmpty());
        assertStatusRefused();
        assertTrue(told().contains("Left in place: cache-1 was primary of"), told());
    }

    @Test
    void while_entering_a_status_that_the_api_server_refuses_is_told_and_nothing_is_done_before_it_is_taken() {
        world.tryingAgain();
        boolean[] mended = new boolean[1];
        MaintenanceLoop refused = statusRefused(mended);
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        for (int i = 0; i < 10; i++) {
            world.turn(refused);
        }
        assertStatusRefused();
        assertTrue(world.pods.marks().isEmpty() && world.kubernetes.snapshotNames().isEmpty());
        mended[0] = true;
        world.untilReady(refused, "patch", Reason.InMaintenance);
        assertStatusRefused();
    }

    private MaintenanceLoop statusRefused(boolean[] mended) {
        return world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes,
                name -> name.equals("writeStatus") && !mended[0] ? FaultyKubernetes.Fault.INVALID : FaultyKubernetes.Fault.NONE));
    }

    private void assertStatusRefused() {
        List<Event> told = world.kubernetes.events().stream().filter(e -> e.reason().equals(EventReason.StatusRefused.name())).toList();
        assertEquals(1, told.size(), "said once: " + told);
        assertTrue(told.get(0).warning() && told.get(0).message().endsWith("invalid: writeStatus"), told.get(0).message());
    }

    @Test
    void a_permission_that_is_missing_is_missed_also_when_forced_and_once_it_is_granted_it_ends() {
        enter();
        world.tryingAgain();
        boolean[] granted = new boolean[1];
        MaintenanceLoop forbidden = world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes,
                name -> name.equals("unmark") && !granted[0] ? FaultyKubernetes.Fault.FORBIDDEN : FaultyKubernetes.Fault.NONE));
        world.kubernetes.apply("patch", "cache-1", spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        world.until(forbidden, "told", () -> world.ready("patch").equals("False " + Reason.MissingPermission));
        assertTrue(world.message("patch").contains("may not unmark"), world.message("patch"));
        granted[0] = true;
        world.untilReady(forbidden, "patch", Reason.OpenedWithoutRestore);
        assertTrue(world.pods.marks().isEmpty() && world.kubernetes.snapshotNames().isEmpty());
    }
}
