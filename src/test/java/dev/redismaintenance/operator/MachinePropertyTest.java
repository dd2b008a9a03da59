package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.memory.Faults;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.operator.FaultyKubernetes.Fault;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whole Kubernetes Nodes of random clusters go into maintenance and come back: random shards, replicas, spares and places, pods that
 * are serviced or not, operators that die at any call, calls to the API server that fail; machines and pods that fail, and people who
 * put a hand in. After every turn all that {@link Witness} asserts of every maintenance, and the servers' invariants after every second.
 */
class MachinePropertyTest {
    private static final long FIRST = Long.getLong("properties.seed", 20261126L);
    private static final int TURNS = 400;

    @Test
    void whatever_the_cluster_a_refusal_touches_nothing_and_what_was_entered_is_restored() {
        reaches(300, seed -> new Case(seed).plain());
    }

    @Test
    void whatever_happens_every_status_is_true_every_step_is_told_and_every_resource_ends() {
        reaches(200, seed -> new Case(seed).whatever());
    }

    /** A property that nothing reaches would hold as well. */
    private static void reaches(int most, Predicate<Long> story) {
        int cases = Integer.getInteger("properties.cases", most);
        long entered = LongStream.range(FIRST, FIRST + cases).parallel().filter(seed -> {
            try {
                return story.test(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dproperties.seed=" + seed + " -Dproperties.cases=1: " + e.getMessage(), e);
            }
        }).count();
        assertFalse(cases >= 100 && entered < cases / 5, "only " + entered + " of " + cases + " were entered");
    }

    /** One cluster, and what becomes of it. */
    private static final class Case {
        private final Random random;
        private final StringBuilder story = new StringBuilder();
        private final World world;
        private final Witness witness;
        private final Faults faults;
        private final Lives lives;
        private final List<String> machines;
        private int oneCallIn;

        Case(long seed) {
            random = new Random(seed);
            Topology topology = topology();
            Flavour flavour = Flavour.values()[random.nextInt(4)];
            Timing timing = oneIn(3) ? Timing.SLOW : Timing.PROMPT;
            world = new World(topology, flavour, timing).healing().tryingAgain();
            tell(flavour + " " + timing + " " + topology);
            witness = new Witness(world, this::tell);
            faults = new Faults(random, world.cluster, world.pods, this::tell, () -> world.kubernetes.snapshotNames().stream().findFirst().ifPresent(name -> {
                tell("somebody deletes the snapshot " + name);
                world.kubernetes.remove(name);
                witness.snapshotDeleted();
            }));
            if (oneIn(4)) {
                topology.pods().forEach(world::gated);
            }
            Random calls = new Random(seed + 1);
            lives = new Lives(world, new Random(-seed), oneIn(2) ? random.nextInt(6) : 0, this::tell,
                    name -> oneCallIn > 0 && calls.nextInt(oneCallIn) == 0 ? calls.nextBoolean() ? Fault.REFUSED : Fault.ANSWER_LOST : Fault.NONE);
            lives.dying(true);
            oneCallIn = oneIn(3) ? 12 + random.nextInt(60) : 0;
            machines = topology.machines().values().stream().distinct().sorted().toList();
        }

        private Topology topology() {
            List<Integer> replicas = IntStream.range(0, 3 + random.nextInt(4)).mapToObj(i -> random.nextInt(3)).toList();
            Topology topology = Topology.of(replicas, random.nextInt(3));
            int machines = 3 + random.nextInt(5);
            for (String pod : new ArrayList<>(topology.pods())) {
                topology = topology.onMachine("worker-" + random.nextInt(machines), pod);
            }
            return topology;
        }

        private void tell(String what) {
            story.append(what).append('\n');
        }

        private boolean oneIn(int n) {
            return random.nextInt(n) == 0;
        }

        private <T> T any(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        private void turn() {
            witness.turnBegins();
            lives.turn();
            witness.turnEnds();
        }

        private boolean refused() {
            return world.stalled("patch") && world.kubernetes.names().size() == 1;
        }

        /** One maintenance that nobody disturbs; was it entered? */
        boolean plain() {
            try {
                String before = world.state();
                String machine = any(machines);
                List<String> pods = world.topology.pods().stream().filter(pod -> world.pods.machineOf(pod).equals(machine)).toList();
                ask("patch", machine, spec -> spec.setEvictHaReplica(random.nextBoolean()));
                int left = oneIn(4) ? random.nextInt(40) : TURNS;
                while (left-- > 0 && !world.ready("patch").startsWith("True") && !refused()) {
                    turn();
                }
                boolean in = world.ready("patch").equals("True " + Reason.InMaintenance);
                if (refused()) {
                    assertEquals(before.replace("resources []", "resources [patch]"), world.state(), world.message("patch"));
                    assertFalse(world.pods.cordoned(machine), world.message("patch"));
                } else if (in && random.nextBoolean()) {
                    witness.somethingHappens();
                    pods.forEach(world::service);
                }
                world.kubernetes.delete("patch");
                for (int turns = 0; turns < TURNS && !world.kubernetes.names().isEmpty(); turns++) {
                    turn();
                }
                settle();
                assertEquals(before, world.state(), () -> "after " + (in ? "maintenance" : "what was not reached") + " of " + pods + ": " + world.message("patch"));
                witness.ends();
                assertTrue(witness.statuses() > 0, "no status was compared");
                return in;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(e.getMessage() + "\n" + story, e);
            }
        }

        /** Two maintenances at most, and whatever else happens; was one entered? */
        boolean whatever() {
            try {
                world.foreignHands();
                ask("patch", any(machines), this::options);
                boolean in = false;
                for (int i = 15 + random.nextInt(60); i > 0; i--) {
                    if (oneIn(7)) {
                        witness.somethingHappens();
                        if (oneIn(4)) {
                            faults.machineFails(world.pods.machineOf(any(world.topology.pods())));
                        } else {
                            faults.happen();
                        }
                    }
                    if (oneIn(12)) {
                        boolean cordon = oneIn(3);
                        String machine = any(machines);
                        tell("somebody " + (cordon ? "cordons " : "uncordons ") + machine);
                        witness.personCordons(machine, cordon);
                    }
                    if (oneIn(15)) {
                        changeMind();
                    }
                    turn();
                    in |= world.ready("patch").equals("True " + Reason.InMaintenance);
                }
                witness.somethingHappens();
                faults.repair();
                end();
                return in;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(e.getMessage() + "\n" + story, e);
            }
        }

        private void ask(String name, String machine, Consumer<NodeMaintenanceSpec> more) {
            world.kubernetes.apply(name, null, spec -> {
                spec.setNodeName(machine);
                more.accept(spec);
            });
            tell("asked: " + name + " " + said(name));
        }

        private String said(String name) {
            return Serialization.asJson(world.kubernetes.get(name).orElseThrow().getSpec());
        }

        private void options(NodeMaintenanceSpec spec) {
            spec.setMode(oneIn(8) ? Mode.Off : Mode.On);
            spec.setEvictHaReplica(!oneIn(3));
            spec.setDemoteNode(oneIn(5) ? Boolean.valueOf(random.nextBoolean()) : null);
            spec.setSkipShardsRestore(oneIn(10));
            spec.setDryRun(oneIn(8));
        }

        /** Of who asked, or of a second one: of a Kubernetes Node or of one pod. */
        private void changeMind() {
            String name = any(List.of("patch", "second", "pod"));
            if (world.kubernetes.get(name).isEmpty()) {
                if (name.equals("pod")) {
                    String pod = any(world.topology.pods());
                    world.kubernetes.apply(name, pod, this::options);
                    tell("asked: " + name + " " + said(name));
                } else {
                    ask(name, any(machines), this::options);
                }
            } else if (oneIn(3)) {
                tell("deleted: " + name);
                world.kubernetes.delete(name);
            } else {
                world.kubernetes.change(name, oneIn(2) ? spec -> spec.setMode(spec.getMode() == Mode.On ? Mode.Off : Mode.On) : this::options);
                tell("applied: " + name + " " + said(name));
            }
        }

        /** No more mishaps; the readiness gates are kept beside the turns. */
        private void settle() {
            lives.dying(false);
            oneCallIn = 0;
            turn();
            turn();
        }

        /** Everything is deleted: it ends by itself, or says why not until it is told not to restore. */
        private void end() {
            settle();
            asked().forEach(world.kubernetes::delete);
            turns(300, 12);
            for (String name : asked()) {
                assertTrue(world.stalled(name), () -> name + " says why it does not end: " + world.ready(name) + " " + world.message(name));
                tell("skipping: " + name);
                world.kubernetes.change(name, spec -> spec.setSkipShardsRestore(true));
            }
            turns(300, 300);
            assertEquals(List.of(), world.kubernetes.names());
            turn();
            witness.ends();
        }

        /** Those that people asked for. */
        private List<String> asked() {
            return List.of("patch", "second", "pod").stream().filter(name -> world.kubernetes.get(name).isPresent()).toList();
        }

        private void turns(int most, int stalls) {
            int stalled = 0;
            for (int i = 0; i < most && stalled < stalls && !world.kubernetes.names().isEmpty(); i++) {
                turn();
                stalled = asked().stream().allMatch(world::stalled) ? stalled + 1 : 0;
            }
        }
    }
}
