package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.operator.FaultyKubernetes.Fault;
import dev.redismaintenance.plan.Reason;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** @param whole the Kubernetes Node on which the pod is, in place of the pod */
    @ParameterizedTest
    @CsvSource({"pods, 1, 0, false", "snapshots, 1, 0, false", "lease, 1, 0, false", "writeLease, 1, 0, false", "createSnapshot, 1, 0, false", "mark, 1, 0, false",
            "event, 1, 0, false", "secret, 1, 0, false", "recordLoans, 1, 1, false", "recordTransfers, 0, 0, false", "createMaintenance, 1, 0, true", "cordon, 1, 0, true",
            "changeCordon, 1, 0, true"})
    void a_permission_that_is_missing_is_named_in_the_status_and_once_it_is_granted_it_goes_on(String missing, int replicas, int spares, boolean whole) {
        World world = new World(Topology.of(3, replicas, spares)).tryingAgain();
        world.kubernetes.putSecret("auth", Map.of("password", "secret"));
        boolean[] granted = new boolean[1];
        MaintenanceLoop operator = lacking(world, missing, () -> !granted[0]);
        world.kubernetes.apply("patch", whole ? null : POD, spec -> {
            spec.setNodeName(whole ? world.topology.machines().get(POD) : null);
            spec.setConnection(new ConnectionSpec());
            spec.getConnection().setAuth(new AuthSpec());
            spec.getConnection().getAuth().setSecretName("auth");
        });
        namedUntilGranted(world, operator, missing, granted);
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    @ParameterizedTest
    @CsvSource({"unmark, false", "deleteSnapshot, false", "deleteMaintenance, true"})
    void one_that_is_missing_on_the_way_out_is_named_as_well_and_everything_is_put_back_once_it_is_granted(String missing, boolean whole) {
        World world = new World(Topology.of(3, 1, 0)).tryingAgain();
        String before = world.state();
        boolean[] granted = new boolean[1];
        MaintenanceLoop operator = lacking(world, missing, () -> !granted[0]);
        world.kubernetes.apply("patch", whole ? null : POD, spec -> spec.setNodeName(whole ? world.topology.machines().get(POD) : null));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.kubernetes.delete("patch");
        namedUntilGranted(world, operator, missing, granted);
        world.until(operator, "gone", () -> world.kubernetes.names().isEmpty());
        assertEquals(before, world.state());
    }

    private static MaintenanceLoop lacking(World world, String missing, BooleanSupplier now) {
        return world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes, name -> name.equals(missing) && now.getAsBoolean() ? Fault.FORBIDDEN : Fault.NONE));
    }

    private static void namedUntilGranted(World world, MaintenanceLoop operator, String missing, boolean[] granted) {
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.MissingPermission));
        assertTrue(world.stalled("patch"));
        assertTrue(world.message("patch").contains("may not " + missing), world.message("patch"));
        for (int i = 0; i < 10; i++) {
            world.turn(operator);
            assertEquals("False " + Reason.MissingPermission, world.ready("patch"));
        }
        granted[0] = true;
    }

    /** What the SDK is told of then, {@link MissingPermissionsTest}. */
    @ParameterizedTest
    @ValueSource(strings = {"writeStatus", "maintenances"})
    void without_the_right_to_write_the_status_nothing_is_done_and_nothing_is_told_twice(String missing) {
        World world = new World(Topology.of(3, 1, 0)).tryingAgain();
        String untouched = world.state();
        boolean[] granted = new boolean[1];
        MaintenanceLoop operator = lacking(world, missing, () -> !granted[0]);
        world.kubernetes.apply("patch", POD, spec -> { });
        world.turn(operator);
        int told = world.kubernetes.events().size();
        for (int i = 0; i < 10; i++) {
            assertThrows(KubernetesException.class, () -> operator.turn(InMemoryKubernetes.NAMESPACE, "patch"));
            world.turn(operator);
        }
        assertEquals(told, world.kubernetes.events().size(), () -> "" + world.kubernetes.events());
        assertEquals(untouched.replace("resources []", "resources [patch]"), world.state());
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
