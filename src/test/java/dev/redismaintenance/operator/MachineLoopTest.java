package dev.redismaintenance.operator;

import static dev.redismaintenance.operator.MachineScene.NODE;
import static dev.redismaintenance.operator.MachineScene.apply;
import static dev.redismaintenance.operator.MachineScene.applyNode;
import static dev.redismaintenance.operator.MachineScene.enter;
import static dev.redismaintenance.operator.MachineScene.leave;
import static dev.redismaintenance.operator.MachineScene.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole Kubernetes Node in maintenance, against the loop in memory; the servers' invariants are asserted after every turn. */
class MachineLoopTest {
    /** cache-0 and cache-4 are on one machine: a primary, and the replica of cache-1. */
    private final World world = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
    private final String before = world.state();
    private final MaintenanceLoop operator = world.operator();

    @Test
    void all_cluster_nodes_on_it_go_into_maintenance_and_it_is_cordoned() {
        enter(world, operator);
        assertEquals(List.of("patch", "patch-cache-0", "patch-cache-4"), world.kubernetes.names());
        assertEquals("True InMaintenance", world.ready("patch-cache-0"));
        assertEquals("True InMaintenance", world.ready("patch-cache-4"));
        assertEquals(Role.REPLICA, world.cluster.role("cache-0"));
        assertTrue(world.pods.cordoned(NODE));
        NodeMaintenance m = world.kubernetes.get("patch").orElseThrow();
        assertEquals("0/0", m.getStatus().getShards());
        assertEquals("100%", m.getStatus().getProgress());
        assertEquals(2, m.getStatus().getNodes().size());
        assertEquals("True Cordoned", world.condition("patch", ConditionType.Closed).orElseThrow());
        assertEquals("True OwnsNoSlot", world.condition("patch", ConditionType.ShardsMigrated).orElseThrow());
    }

    @Test
    void everything_is_put_back_and_it_is_uncordoned() {
        enter(world, operator);
        leave(world, operator);
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }

    @Test
    void switched_off_everything_is_put_back_as_well_and_says_so_for_good() {
        enter(world, operator);
        apply(world, spec -> spec.setMode(Mode.Off));
        world.untilReady(operator, "patch", Reason.Restored);
        turns(world, operator, 10);
        assertEquals("True Restored", world.ready("patch"));
        assertEquals("True AsRecorded", world.condition("patch", ConditionType.Restored).orElseThrow());
        assertEquals(List.of("patch"), world.kubernetes.names());
        apply(world, spec -> spec.setMode(Mode.On));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @Test
    void the_pods_may_be_away_and_come_back_elsewhere_meanwhile() {
        enter(world, operator);
        world.service("cache-0");
        world.service("cache-4");
        leave(world, operator);
        assertEquals(before, world.state());
    }

    @Test
    void in_maintenance_nothing_is_written_while_nothing_happens() {
        enter(world, operator);
        turns(world, operator, 3);
        int writes = world.kubernetes.writes();
        turns(world, operator, 20);
        assertEquals(writes, world.kubernetes.writes());
    }

    /** Each call concerning Nodes and resources fails now and then, before it was performed or after it. */
    @ParameterizedTest
    @EnumSource(value = FaultyKubernetes.Fault.class, names = {"REFUSED", "ANSWER_LOST"})
    void calls_that_fail_again_and_again_are_made_up_for(FaultyKubernetes.Fault fault) {
        Random random = new Random(20261126);
        Set<String> failing = Set.of("cordon", "changeCordon", "createMaintenance", "changeMaintenance", "deleteMaintenance", "writeStatus", "maintenances");
        World tried = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-4")).tryingAgain();
        String untouched = tried.state();
        MaintenanceLoop loop = tried.operator(new CallCounter(0), FaultyKubernetes.of(tried.kubernetes,
                name -> failing.contains(name) && random.nextInt(4) == 0 ? fault : FaultyKubernetes.Fault.NONE));
        enter(tried, loop);
        assertTrue(tried.pods.cordoned(NODE));
        leave(tried, loop);
        assertEquals(untouched, tried.state());
        assertFalse(tried.pods.cordoned(NODE));
    }

    @Test
    void one_that_would_be_refused_refuses_all_and_nothing_is_touched() {
        // both copies of the first shard are there
        World together = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-3", "cache-4"));
        String untouched = together.state();
        MaintenanceLoop loop = together.operator();
        applyNode(together, "patch", NODE, spec -> spec.setDemoteNode(true));
        together.until(loop, "refused", () -> together.stalled("patch"));
        assertTrue(together.message("patch").contains("pod cache-") && together.message("patch").endsWith("nothing was touched"), together.message("patch"));
        assertEquals(untouched.replace("resources []", "resources [patch]"), together.state());
        assertFalse(together.pods.cordoned(NODE));
    }

    @Test
    void a_primary_and_its_only_replica_there_give_the_shards_slots_away_where_the_primary_need_not_become_a_replica() {
        World together = new World(Topology.of(3, 1, 0).onMachine(NODE, "cache-3", "cache-4"));
        String untouched = together.state();
        MaintenanceLoop loop = together.operator();
        enter(together, loop);
        assertTrue(together.cluster.slots("cache-0").isEmpty() && together.cluster.slots("cache-3").isEmpty());
        assertEquals(Role.PRIMARY, together.cluster.role("cache-0"));
        leave(together, loop);
        assertEquals(untouched, together.state());
    }

    @Test
    void a_primary_and_its_only_replica_there_leave_one_after_the_other_where_a_spare_is() {
        World together = new World(Topology.of(3, 1, 1).onMachine(NODE, "cache-3"));
        String untouched = together.state();
        MaintenanceLoop loop = together.operator();
        enter(together, loop);
        // the replica could not have gone first: the shard's only copy elsewhere is the one that the spare makes for the primary
        assertEquals(List.of("patch", "patch-cache-0", "patch-cache-3"), together.kubernetes.names());
        assertEquals(Role.PRIMARY, together.cluster.role("cache-6"));
        leave(together, loop);
        assertEquals(untouched, together.state());
    }

    @Test
    void what_was_counted_for_a_pod_whose_turn_has_not_come_is_kept_until_it_begins() {
        World alone = new World(Topology.of(3, 0, 0));
        String untouched = alone.state();
        MaintenanceLoop loop = alone.operator();
        applyNode(alone, "patch", "worker-0", spec -> { });
        alone.untilReady(loop, "patch", Reason.InMaintenance);
        assertTrue(alone.cluster.slots("cache-0").isEmpty());
        leave(alone, loop);
        assertEquals(untouched, alone.state());
    }

    /** Seen by what is counted again: what was counted for one that is gone is nobody's. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void beside_it_nothing_is_kept_of_what_is_removed_by_force(boolean pod) {
        List<String> counted = new ArrayList<>();
        World alone = new World(Topology.of(5, 0, 0)).watchedBy((resource, decision) -> {
            if (decision instanceof Decision.Act act && act.step() instanceof Step.CountSlots) {
                counted.add(resource.getMetadata().getName());
            }
        });
        MaintenanceLoop loop = alone.operator();
        enter(alone, loop);
        counted.clear();
        for (int i = 1; i <= 2; i++) {
            alone.kubernetes.apply("plan", pod ? "cache-3" : null, spec -> {
                spec.setNodeName(pod ? null : "worker-3");
                spec.setDryRun(true);
            });
            alone.until(loop, "planned", () -> alone.ready("plan").equals("False Planned"));
            assertEquals(Collections.nCopies(i, "plan"), counted);
            alone.kubernetes.released("plan");
            alone.turn(loop);
        }
    }

    @Test
    void a_condition_is_true_only_when_it_is_so_for_those_to_come_as_well() {
        apply(world, spec -> { });
        world.until(operator, "in", () -> {
            boolean all = world.pods.closed().containsAll(List.of("cache-0", "cache-4"));
            assertTrue(all || !world.condition("patch", ConditionType.Closed).orElse("").startsWith("True"), "only " + world.pods.closed() + " closed");
            return world.ready("patch").startsWith("True");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 25})
    void deleted_after_any_number_of_turns_it_ends_as_it_began(int turns) {
        apply(world, spec -> { });
        turns(world, operator, turns);
        leave(world, operator);
        assertEquals(before, world.state());
        assertFalse(world.pods.cordoned(NODE));
    }
}
