package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whole Kubernetes Nodes of random clusters go into maintenance and come back: random shards, replicas, spares and places, pods that
 * are serviced or not, processes that die between two turns. The servers' invariants are asserted after every turn.
 */
class MachinePropertyTest {
    private static final int CASES = Integer.getInteger("properties.cases", 1000);
    private static final long FIRST = Long.getLong("properties.seed", 20261126L);
    private static final int TURNS = 400;

    @Test
    void whatever_the_cluster_a_refusal_touches_nothing_and_what_was_entered_is_restored() {
        long entered = LongStream.range(FIRST, FIRST + CASES).parallel().filter(seed -> {
            try {
                return story(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dproperties.seed=" + seed + " -Dproperties.cases=1: " + e.getMessage(), e);
            }
        }).count();
        // a property that nothing reaches would hold as well
        assertFalse(CASES >= 100 && entered < CASES / 5, "only " + entered + " of " + CASES + " were entered");
    }

    private static boolean story(Random random) {
        Topology topology = topology(random);
        World world = new World(topology, Flavour.values()[random.nextInt(Flavour.values().length)], Timing.PROMPT);
        List<String> machines = topology.machines().values().stream().distinct().sorted().toList();
        String machine = machines.get(random.nextInt(machines.size()));
        List<String> pods = topology.pods().stream().filter(pod -> topology.machines().get(pod).equals(machine)).toList();
        String before = world.state();
        world.kubernetes.apply("patch", null, spec -> {
            spec.setNodeName(machine);
            spec.setEvictHaReplica(random.nextBoolean());
        });
        MaintenanceLoop operator = world.operator();
        int left = random.nextInt(4) == 0 ? random.nextInt(40) : TURNS;
        while (left-- > 0 && !world.ready("patch").startsWith("True") && !(world.stalled("patch") && world.kubernetes.names().size() == 1)) {
            operator = random.nextInt(20) == 0 ? world.operator() : operator;
            world.turn(operator);
        }
        boolean in = world.ready("patch").equals("True " + Reason.InMaintenance);
        if (world.stalled("patch") && world.kubernetes.names().size() == 1) {
            assertEquals(before.replace("resources []", "resources [patch]"), world.state(), world.message("patch"));
            assertFalse(world.pods.cordoned(machine), world.message("patch"));
        } else if (in && random.nextBoolean()) {
            pods.forEach(world::service);
        }
        world.kubernetes.delete("patch");
        for (int turns = 0; turns < TURNS && world.kubernetes.get("patch").isPresent(); turns++) {
            operator = random.nextInt(20) == 0 ? world.operator() : operator;
            world.turn(operator);
        }
        assertEquals(before, world.state(), () -> "after " + (in ? "maintenance" : "what was not reached") + " of " + pods + ": " + world.message("patch"));
        assertFalse(world.pods.cordoned(machine));
        return in;
    }

    private static Topology topology(Random random) {
        List<Integer> replicas = IntStream.range(0, 3 + random.nextInt(4)).mapToObj(i -> random.nextInt(3)).toList();
        Topology topology = Topology.of(replicas, random.nextInt(3));
        int machines = 3 + random.nextInt(5);
        for (String pod : new ArrayList<>(topology.pods())) {
            topology = topology.onMachine("worker-" + random.nextInt(machines), pod);
        }
        return topology;
    }
}
