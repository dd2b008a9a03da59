package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.operator.FaultyKubernetes.Fault;
import dev.redismaintenance.plan.Reason;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The API server fails a call: the n-th, for every n of an enter + leave run, or any with some chance. The same process goes on, what
 * it remembers included, and the end is always the same.
 */
class FailingAnywhereTest {
    private static final String POD = "cache-1";
    private static final int CASES = 20;

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"REFUSED", "ANSWER_LOST"})
    void a_call_that_fails_once_is_made_up_for_wherever_it_is(Fault fault) {
        everyCall(fault, () -> new World(Topology.of(3, 1, 1), Flavour.VALKEY_9, Timing.PROMPT).gated(POD));
    }

    @Test
    void and_where_slots_move() {
        everyCall(Fault.ANSWER_LOST, () -> new World(Topology.of(3, 0, 0), Flavour.REDIS_7, Timing.PROMPT));
    }

    private static void everyCall(Fault fault, Supplier<World> worlds) {
        World undisturbed = worlds.get();
        String before = undisturbed.state();
        int[] calls = new int[1];
        story(undisturbed, name -> {
            calls[0]++;
            return Fault.NONE;
        });
        for (int n = 1; n <= calls[0]; n++) {
            World world = worlds.get();
            int last = n;
            int[] call = new int[1];
            String[] failed = new String[1];
            story(world, name -> {
                if (++call[0] != last) {
                    return Fault.NONE;
                }
                failed[0] = name;
                return fault;
            });
            assertEquals(before, world.state(), fault + " at call " + n + ": " + failed[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void calls_that_fail_again_and_again_are_made_up_for(Flavour flavour) {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            World world = new World(random.nextBoolean() ? Topology.of(3, 1, 1) : Topology.of(3, 0, 0), flavour, Timing.PROMPT);
            String before = world.state();
            Fault[] faults = Fault.values();
            // every twelfth: a turn makes some ten calls
            story(world, name -> random.nextInt(12) == 0 ? faults[random.nextInt(faults.length)] : Fault.NONE);
            assertEquals(before, world.state(), flavour + ", seed " + seed);
        }
    }

    private static void story(World world, Function<String, Fault> faults) {
        CallCounter counter = new CallCounter(0);
        MaintenanceLoop operator = world.tryingAgain().operator(counter, FaultyKubernetes.of(world.kubernetes, faults));
        world.kubernetes.apply("patch", POD, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.service(POD);
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        world.turn(operator);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pods", "snapshots", "lease", "writeLease", "createSnapshot", "mark", "event"})
    void a_permission_that_is_missing_is_named_in_the_status_and_once_it_is_granted_it_goes_on(String missing) {
        World world = new World(Topology.of(3, 1, 0)).tryingAgain();
        boolean[] granted = new boolean[1];
        MaintenanceLoop operator = world.operator(new CallCounter(0),
                FaultyKubernetes.of(world.kubernetes, name -> name.equals(missing) && !granted[0] ? Fault.FORBIDDEN : Fault.NONE));
        world.kubernetes.apply("patch", POD, spec -> { });
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.MissingPermission));
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains("may not " + missing), world.message("patch"));
        for (int i = 0; i < 10; i++) {
            world.turn(operator);
            assertEquals("False " + Reason.MissingPermission, world.ready("patch"));
        }
        granted[0] = true;
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    @Test
    void a_permission_that_is_taken_away_in_maintenance_is_named_and_maintenance_stands() {
        World world = new World(Topology.of(3, 1, 0)).tryingAgain();
        boolean[] taken = new boolean[1];
        MaintenanceLoop operator = world.operator(new CallCounter(0),
                FaultyKubernetes.of(world.kubernetes, name -> name.equals("pods") && taken[0] ? Fault.FORBIDDEN : Fault.NONE));
        world.kubernetes.apply("patch", POD, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        taken[0] = true;
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.MissingPermission));
        assertEquals(1, world.kubernetes.snapshotNames().size());
        taken[0] = false;
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }
}
