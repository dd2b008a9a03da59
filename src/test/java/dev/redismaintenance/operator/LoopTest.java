package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do with maintenances, against the loop in memory; the servers' invariants are asserted after every turn. */
class LoopTest {
    private final World world = new World(Topology.of(3, 1, 0));
    private final String before = world.state();
    private final MaintenanceLoop operator = world.operator();

    @Test
    void while_nothing_happens_nothing_is_written() {
        enter("patch", "cache-1");
        int writes = world.kubernetes.writes();
        int changes = world.cluster.changes().size();
        turns(30);
        assertEquals(writes, world.kubernetes.writes());
        assertEquals(changes, world.cluster.changes().size());
    }

    @Test
    void applying_twice_is_applying_once() {
        enter("patch", "cache-1");
        int writes = world.kubernetes.writes();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        turns(5);
        assertEquals(writes, world.kubernetes.writes());
        leave("patch");
        assertEquals(before, world.state());
    }

    @Test
    void two_resources_on_one_pod_add_up() {
        enter("first", "cache-1");
        enter("second", "cache-1");
        assertEquals(1, world.kubernetes.snapshotNames().size());
        leave("first");
        turns(10);
        assertEquals("True InMaintenance", world.ready("second"));
        assertEquals(Role.REPLICA, world.cluster.role("cache-1"));
        leave("second");
        assertEquals(before, world.state());
    }

    @Test
    void switching_one_of_two_resources_off_keeps_the_node_in_maintenance_until_the_other_leaves() {
        enter("first", "cache-1");
        enter("second", "cache-1");
        world.kubernetes.apply("first", "cache-1", spec -> spec.setMode(Mode.Off));
        world.until(operator, "held", () -> world.ready("first").equals("False " + Reason.HeldByOthers));
        leave("second");
        world.untilReady(operator, "first", Reason.Restored);
        world.kubernetes.delete("first");
        world.until(operator, "gone", () -> world.kubernetes.get("first").isEmpty());
        assertEquals(before, world.state());
    }

    @Test
    void of_two_on_one_pod_of_which_one_is_forced_open_the_other_does_not_say_that_it_has_restored() {
        enter("first", "cache-1");
        enter("second", "cache-1");
        world.kubernetes.apply("first", "cache-1", spec -> spec.setMode(Mode.Off));
        world.cluster.kill("cache-1");
        world.kubernetes.apply("second", "cache-1", LoopTest::forced);
        world.untilReady(operator, "second", Reason.OpenedWithoutRestore);
        world.untilReady(operator, "first", Reason.EndedElsewhere);
        turns(10);
        assertEquals("True EndedElsewhere", world.ready("first"));
        assertEquals(Optional.of("Unknown EndedElsewhere"), world.condition("first", ConditionType.Restored));
    }

    @Test
    void of_two_on_one_pod_that_leave_together_both_say_that_it_is_restored_although_one_is_asked_seldom() throws KubernetesException {
        enter("first", "cache-1");
        enter("second", "cache-1");
        world.kubernetes.apply("second", "cache-1", spec -> spec.setMode(Mode.Off));
        world.until(operator, "held", () -> world.ready("second").equals("False HeldByOthers"));
        world.kubernetes.apply("first", "cache-1", spec -> spec.setMode(Mode.Off));
        for (int i = 0; i < 30; i++) {
            operator.turn(InMemoryKubernetes.NAMESPACE, "first");
            world.pass();
        }
        assertEquals("False CleaningUp", world.ready("first"));
        assertTrue(world.message("first").contains("until NodeMaintenance second has seen that as well"), world.message("first"));
        world.untilReady(operator, "first", Reason.Restored);
        world.untilReady(operator, "second", Reason.Restored);
    }

    @Test
    void one_that_was_held_by_another_which_is_deleted_by_force_does_not_say_that_it_has_restored() {
        enter("first", "cache-1");
        enter("second", "cache-1");
        world.kubernetes.apply("first", "cache-1", spec -> spec.setMode(Mode.Off));
        world.until(operator, "held", () -> world.ready("first").equals("False HeldByOthers"));
        world.cluster.kill("cache-1");
        world.kubernetes.apply("second", "cache-1", spec -> spec.setSkipShardsRestore(true));
        world.kubernetes.delete("second");
        world.untilReady(operator, "first", Reason.EndedElsewhere);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void deleted_after_any_number_of_turns_it_ends_as_it_began(int turns) {
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        turns(turns);
        leave("patch");
        assertEquals(before, world.state());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void off_on_off_in_quick_succession_ends_as_it_began(int turns) {
        enter("patch", "cache-1");
        String snapshot = world.kubernetes.snapshotNames().get(0);
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        turns(turns);
        boolean unfinished = !world.kubernetes.snapshotNames().isEmpty();
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setOverwriteSnapshot(true));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        if (unfinished) {
            assertEquals(List.of(snapshot), world.kubernetes.snapshotNames(), "the original state is never overwritten");
        }
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
        leave("patch");
        assertEquals(before, world.state());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache-0 cache-1", "cache-1 cache-0"})
    void of_two_maintenances_at_once_the_second_waits_and_is_judged_with_the_first_gone(String order) {
        String[] pods = order.split(" ");
        world.kubernetes.apply("a", pods[0], spec -> { });
        world.kubernetes.apply("b", pods[1], spec -> { });
        world.until(operator, "both settled", () -> {
            assertTrue(!inWork("a") || !inWork("b"), () -> "both at work at once: " + world.ready("a") + " " + world.message("a") + " | " + world.ready("b") + " " + world.message("b"));
            return world.ready("a").equals("True InMaintenance") && (world.ready("b").equals("True InMaintenance") || world.stalled("b"));
        });
        leave("b");
        leave("a");
        assertEquals(before, world.state());
    }

    @Test
    void two_primaries_whose_machines_hold_the_others_replicas_are_never_out_together() {
        // each machine holds a primary and the replica of the next shard
        World ring = new World(Topology.of(3, 1, 0).onMachine("m0", "cache-0", "cache-5").onMachine("m1", "cache-1", "cache-3").onMachine("m2", "cache-2", "cache-4"));
        MaintenanceLoop loop = ring.operator();
        ring.kubernetes.apply("a", "cache-0", spec -> { });
        ring.kubernetes.apply("b", "cache-1", spec -> { });
        ring.until(loop, "one in, one refused", () -> ring.ready("a").equals("True InMaintenance") && ring.stalled("b"));
        assertEquals(Role.PRIMARY, ring.cluster.role("cache-1"));
        assertTrue(ring.message("b").startsWith("QuorumSafe: only 1 of 3 voting primaries would stay"), ring.message("b"));
        ring.kubernetes.delete("a");
        ring.untilReady(loop, "b", Reason.InMaintenance);
    }

    @Test
    void of_two_maintenances_in_one_shard_the_second_does_not_take_the_firsts_settings_for_the_servers_own() {
        World wide = new World(Topology.of(3, 2, 0));
        String untouched = wide.state();
        MaintenanceLoop loop = wide.operator();
        // both nodes follow the same primary, whose backlog the first raises
        wide.kubernetes.apply("a", "cache-3", spec -> { });
        wide.untilReady(loop, "a", Reason.InMaintenance);
        wide.kubernetes.apply("b", "cache-6", spec -> { });
        wide.untilReady(loop, "b", Reason.InMaintenance);
        for (String name : List.of("a", "b")) {
            wide.kubernetes.delete(name);
            wide.until(loop, name + " gone", () -> wide.kubernetes.get(name).isEmpty());
        }
        assertEquals(untouched, wide.state());
    }

    @Test
    void every_transition_is_one_event_and_a_turn_without_one_has_none() {
        enter("patch", "cache-1");
        List<String> reasons = world.kubernetes.events().stream().map(Event::reason).toList();
        assertEquals(List.of("TakingSnapshot", "Closing", "Taken", "MarkedClosed", "HandingOver", "WaitingForHandover"), reasons.subList(0, 6));
        assertTrue(reasons.contains("InMaintenance"));
        assertEquals(reasons.stream().distinct().count(), reasons.size());
    }

    @Test
    void a_refused_request_tells_why_and_changes_nothing() {
        World lonely = new World(Topology.of(3, 0, 0));
        String untouched = lonely.state();
        MaintenanceLoop loop = lonely.operator();
        lonely.kubernetes.apply("patch", "cache-1", spec -> spec.setDemoteNode(true));
        lonely.until(loop, "refused", () -> lonely.ready("patch").equals("False " + Reason.NoEligibleReplica));
        assertTrue(lonely.stalled("patch"));
        assertFalse(lonely.condition("patch", ConditionType.Reconciling).isPresent());
        assertEquals(List.of(), lonely.cluster.changes());
        lonely.kubernetes.delete("patch");
        lonely.until(loop, "gone", () -> lonely.kubernetes.get("patch").isEmpty());
        assertEquals(untouched, lonely.state());
    }

    @Test
    void ready_goes_false_when_the_other_copy_dies_and_true_again_when_it_is_back() {
        enter("patch", "cache-1");
        world.cluster.kill("cache-4");
        world.until(operator, "unsafe", () -> world.ready("patch").startsWith("False"));
        assertTrue(world.stalled("patch"));
        world.cluster.restart("cache-4");
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave("patch");
    }

    @Test
    void an_option_set_after_the_node_was_closed_does_not_stand_in_the_way_of_leaving() {
        enter("patch", "cache-1");
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setOverrideGates(List.of("QuorumSafe")));
        world.until(operator, "refused", () -> world.ready("patch").equals("False " + Reason.OverridesOff));
        leave("patch");
        assertEquals(before, world.state());
    }

    private void enter(String name, String pod) {
        world.kubernetes.apply(name, pod, spec -> { });
        world.untilReady(operator, name, Reason.InMaintenance);
    }

    private void leave(String name) {
        world.kubernetes.delete(name);
        world.until(operator, name + " gone", () -> world.kubernetes.get(name).isEmpty());
    }

    private static void forced(NodeMaintenanceSpec spec) {
        spec.setMode(Mode.Off);
        spec.setSkipShardsRestore(true);
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            world.turn(operator);
        }
    }

    private boolean inWork(String name) {
        return world.condition(name, ConditionType.Closed).filter(c -> c.startsWith("True")).isPresent() && !world.ready(name).startsWith("True");
    }

    @Test
    void one_that_is_deleted_when_replicas_were_pinned_and_no_slot_was_told_to_go_leaves_no_pin() {
        String before = world.state();
        world.kubernetes.apply("patch", "cache-1", spec -> spec.setDemoteNode(false));
        world.until(operator, "pinned", () -> world.cluster.setting("cache-4", Setting.ALLOW_REPLICA_MIGRATION).equals("no"));
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }
}
