package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.kubernetes.LeaseState;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two operator processes without leader election: one acts at a time, whichever dies, and the end is the same as with one. */
class TwoOperatorsTest {
    private static final int CASES = 40;
    private static final String POD = "cache-1";
    /** First words of the calls that only look; leases are how it is found out who may do more. */
    private static final Set<String> LOOKS = Set.of("report", "denied", "keysInSlot", "count", "pods", "pod", "maintenances", "snapshots", "snapshot", "secret",
            "lease", "writeLease", "ends", "updateOf");

    private final Map<CallCounter, Integer> checked = new HashMap<>();
    private final Map<CallCounter, String> identities = new HashMap<>();

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void one_acts_at_a_time_and_the_end_is_the_same(Flavour flavour) {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            World world = new World(random.nextBoolean() ? Topology.of(3, 1, 1) : Topology.of(3, 0, 0), flavour, Timing.PROMPT);
            String before = world.state();
            List<CallCounter> counters = List.of(new CallCounter(0), new CallCounter(0));
            List<MaintenanceLoop> alive = new ArrayList<>(counters.stream().map(world::operator).toList());
            Map<MaintenanceLoop, CallCounter> calls = Map.of(alive.get(0), counters.get(0), alive.get(1), counters.get(1));
            int dies = random.nextInt(60);
            String story = flavour + ", seed " + seed + ": ";
            world.kubernetes.apply("patch", POD, spec -> { });
            run(world, alive, calls, random, dies, story + "in maintenance", () -> world.ready("patch").equals("True " + Reason.InMaintenance));
            world.kubernetes.delete("patch");
            run(world, alive, calls, random, dies / 2, story + "gone", () -> world.kubernetes.get("patch").isEmpty());
            assertEquals(before, world.state(), story);
        }
    }

    /** @param dies after so many turns one of them gets no turn any more, if both are there */
    private void run(World world, List<MaintenanceLoop> alive, Map<MaintenanceLoop, CallCounter> calls, Random random, int dies, String what, BooleanSupplier reached) {
        for (int turn = 0; !reached.getAsBoolean(); turn++) {
            assertTrue(turn < 400, what + ": " + world.ready("patch") + " " + world.message("patch"));
            if (turn == dies && alive.size() > 1) {
                alive.remove(random.nextInt(2));
            }
            MaintenanceLoop next = alive.get(random.nextInt(alive.size()));
            world.turn(next);
            check(world, calls.get(next), what);
        }
    }

    /** Who has changed something is who holds the Lease. */
    private void check(World world, CallCounter counter, String what) {
        List<String> all = counter.calls();
        List<String> changes = all.subList(checked.getOrDefault(counter, 0), all.size()).stream().filter(c -> !LOOKS.contains(c.split(" ")[0]))
                .filter(c -> !c.equals("writeStatus") && !c.equals("event")).toList();
        checked.put(counter, all.size());
        if (!changes.isEmpty()) {
            String holder = world.kubernetes.lease(InMemoryKubernetes.NAMESPACE, NamespaceLease.NAME).map(LeaseState::holder).orElse("");
            assertEquals(identities.computeIfAbsent(counter, c -> holder), holder, what + ": " + changes);
            assertEquals(identities.size(), Set.copyOf(identities.values()).size(), what + ": " + identities.values());
        }
    }

    /** At rest nobody holds the Lease. Seen on a real cluster: Ready=True, False and True again within two seconds. */
    @Test
    void who_looked_earlier_does_not_have_the_last_word() throws KubernetesException {
        World world = new World(Topology.of(3, 1, 0));
        MaintenanceLoop quick = world.operator();
        List<String> told = new ArrayList<>();
        boolean[] overtakes = new boolean[1];
        MaintenanceLoop slow = world.operator(new CallCounter(0), FaultyKubernetes.of(world.kubernetes, name -> {
            if (overtakes[0] && name.equals("lease")) {
                // it has looked, and is about to tell; meanwhile the other one sees something else
                overtakes[0] = false;
                world.cluster.kill("cache-4");
                world.turn(quick);
                told.add(world.ready("patch"));
            }
            return FaultyKubernetes.Fault.NONE;
        }));
        world.kubernetes.apply("patch", POD, spec -> { });
        world.untilReady(quick, "patch", Reason.InMaintenance);
        String before = world.ready("patch");
        world.kubernetes.apply("patch", POD, spec -> spec.setReason("said anew, so that there is something to tell"));
        overtakes[0] = true;
        world.turn(slow);
        assertEquals(1, told.size(), "nothing was overtaken");
        assertNotEquals(before, told.get(0));
        assertEquals(told.get(0), world.ready("patch"));
    }

    @Test
    void what_the_other_one_asked_for_is_not_taken_for_somebody_elses() {
        World world = new World(Topology.of(3, 1, 0));
        MaintenanceLoop one = world.operator();
        MaintenanceLoop other = world.operator();
        world.cluster.cutLink("cache-4", true);
        world.kubernetes.apply("patch", POD, spec -> { });
        for (int i = 0; i < 70; i++) {
            world.turn(one);
            world.turn(other);
        }
        world.cluster.cutLink("cache-4", false);
        world.untilReady(one, "patch", Reason.InMaintenance);
        List<String> told = new ArrayList<>();
        world.kubernetes.apply("patch", POD, spec -> spec.setMode(Mode.Off));
        world.until(other, "open", () -> {
            told.add(world.ready("patch"));
            return world.ready("patch").equals("True " + Reason.Restored);
        });
        world.kubernetes.apply("patch", POD, spec -> spec.setMode(Mode.On));
        world.until(one, "closed again", () -> {
            told.add(world.ready("patch"));
            return world.ready("patch").equals("True " + Reason.InMaintenance);
        });
        assertEquals(List.of(), told.stream().filter(("False " + Reason.WaitingForTurn)::equals).toList());
    }

    @Test
    void while_somebody_else_holds_the_lease_it_is_told_who_and_nothing_is_changed() throws KubernetesException {
        World world = new World(Topology.of(3, 1, 0));
        String before = world.state();
        world.kubernetes.writeLease(InMemoryKubernetes.NAMESPACE, NamespaceLease.NAME, new LeaseState("alice", Duration.ofSeconds(50), "2026-01-01T00:00:00Z", ""));
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", POD, spec -> { });
        world.until(operator, "told", () -> world.ready("patch").equals("False " + Reason.WaitingForLease));
        assertTrue(world.message("patch").contains("alice"), world.message("patch"));
        int writes = world.kubernetes.writes();
        for (int i = 0; i < 30; i++) {
            world.turn(operator);
        }
        assertEquals(writes, world.kubernetes.writes());
        assertEquals(List.of(), world.cluster.changes());
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(before, world.state());
    }
}
