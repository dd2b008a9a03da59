package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.memory.Faults;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What holds of the whole loop for every cluster, every request and every fault, after every turn ({@link Witness}); and that an operator
 * that dies at any call changes nothing of the end. A failing case prints its seed; {@code -Dproperties.seed=<seed>} runs that one alone.
 */
class LoopPropertyTest {
    private static final long FIRST_SEED = 20251126L;

    @Test
    void whatever_is_asked_and_whatever_happens_every_status_is_true_every_step_is_told_and_every_resource_ends() {
        forAll(200, seed -> new Case(seed, true, Size.LONG).whatever());
    }

    @Test
    void the_same_of_many_short_stories_of_small_clusters() {
        forAll(9700, seed -> new Case(seed, true, Size.SHORT).whatever());
    }

    @Test
    void the_same_of_big_clusters() {
        forAll(100, seed -> new Case(seed, true, Size.BIG).whatever());
    }

    @Test
    void operators_that_die_at_any_call_reach_the_same_end_as_one_that_lives() {
        forAll(150, seed -> assertEquals(new Case(seed, false, Size.LONG).plain(false), new Case(seed, false, Size.LONG).plain(true)));
    }

    private static void forAll(int cases, Consumer<Long> property) {
        long first = Long.getLong("properties.seed", FIRST_SEED);
        int count = System.getProperty("properties.seed") == null ? Integer.getInteger("properties.cases", cases) : 1;
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        LongStream.range(first, first + count).parallel().forEach(seed -> {
            if (failures.size() < 3) {
                try {
                    property.accept(seed);
                } catch (AssertionError | RuntimeException e) {
                    failures.add(new AssertionError("-Dproperties.seed=" + seed + ": " + e.getMessage(), e));
                }
            }
        });
        if (!failures.isEmpty()) {
            fail(failures.size() + " of " + count + " cases fail: " + failures.stream().map(Throwable::getMessage).toList());
        }
    }

    /**
     * How much there is to a case.
     *
     * @param shards at most
     * @param turns  at most, before it is repaired
     * @param quiet  turns in which everything may settle after that
     * @param stalls after so many turns in which all say that they do not end they are told not to restore
     */
    private record Size(int shards, int turns, int quiet, int stalls) {
        static final Size LONG = new Size(5, 100, 40, 150);
        static final Size SHORT = new Size(3, 25, 0, 10);
        static final Size BIG = new Size(50, 25, 0, 10);
    }

    /** One cluster, and what becomes of it. */
    private static final class Case {
        private final Size size;
        private final Random random;
        private final StringBuilder story = new StringBuilder();
        private final World world;
        private final Witness witness;
        private final Faults faults;
        private final boolean mortal;
        private final Lives lives;

        Case(long seed, boolean mortal, Size size) {
            this.size = size;
            random = new Random(seed);
            Random deaths = new Random(-seed);
            Topology topology = topology();
            Timing timing = oneIn(3) ? Timing.SLOW : Timing.PROMPT;
            world = new World(topology, Flavour.values()[random.nextInt(4)], timing).honouringOverrides().healing().keepingSnapshots(2);
            tell(timing + " " + topology);
            witness = new Witness(world, this::tell);
            faults = new Faults(random, world.cluster, world.pods, this::tell, () -> world.kubernetes.snapshotNames().stream().findFirst().ifPresent(name -> {
                tell("somebody deletes the snapshot " + name);
                world.kubernetes.remove(name);
                witness.snapshotDeleted();
            }));
            if (oneIn(3)) {
                topology.pods().forEach(world::gated);
            }
            this.mortal = mortal;
            lives = new Lives(world, deaths, 1 + deaths.nextInt(5), this::tell, name -> FaultyKubernetes.Fault.NONE);
        }

        private Topology topology() {
            List<Integer> replicas = IntStream.range(0, 1 + random.nextInt(size.shards())).mapToObj(i -> random.nextInt(4)).toList();
            Topology topology = Topology.of(replicas, random.nextInt(3));
            if (oneIn(2)) {
                int machines = 3 + random.nextInt(5);
                for (String pod : topology.pods()) {
                    topology = topology.onMachine("worker-" + random.nextInt(machines), pod);
                }
            }
            int zones = 1 + random.nextInt(3);
            for (String pod : zones > 1 ? topology.pods() : List.<String>of()) {
                topology = topology.inZone("zone-" + random.nextInt(zones), pod);
            }
            return topology;
        }

        private void tell(String what) {
            story.append(what).append('\n');
        }

        private String said(String name) {
            return Serialization.asJson(world.kubernetes.get(name).orElseThrow().getSpec());
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

        void whatever() {
            try {
                lives.dying(mortal && oneIn(2));
                boolean troubled = !oneIn(3);
                if (troubled) {
                    world.foreignHands();
                }
                ask("a");
                for (int i = size.turns() / 5 + random.nextInt(size.turns() * 4 / 5); i > 0; i--) {
                    if (troubled && oneIn(6)) {
                        faults.happen();
                        witness.somethingHappens();
                    }
                    if (oneIn(12)) {
                        changeMind();
                    }
                    if (oneIn(25)) {
                        boolean cordon = random.nextBoolean();
                        String machine = world.pods.machineOf(any(world.topology.pods()));
                        tell("somebody " + (cordon ? "cordons " : "uncordons ") + machine);
                        witness.personCordons(machine, cordon);
                    }
                    turn();
                }
                lives.dying(false);
                faults.repair();
                end();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(e.getMessage() + "\n" + story, e);
            }
        }

        private void changeMind() {
            List<String> names = world.kubernetes.names();
            String name = any(List.of("a", "b"));
            if (!names.contains(name)) {
                ask(name);
            } else if (world.kubernetes.get(name).orElseThrow().getMetadata().getDeletionTimestamp() == null) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        tell("deleted: " + name);
                        world.kubernetes.delete(name);
                    }
                    case 1 -> change(name, spec -> { });
                    case 2 -> change(name, spec -> spec.setMode(spec.getMode() == Mode.On ? Mode.Off : Mode.On));
                    default -> change(name, this::options);
                }
            }
        }

        private void ask(String name) {
            String pod = any(world.topology.pods());
            world.kubernetes.apply(name, pod, this::options);
            tell("asked: " + name + " " + pod + " " + said(name));
        }

        private void change(String name, Consumer<NodeMaintenanceSpec> how) {
            world.kubernetes.change(name, spec -> {
                how.accept(spec);
                if (spec.getMode() == Mode.On) {
                    spec.setTakeSnapshot("");
                }
            });
            tell("applied: " + name + " " + said(name));
        }

        /** All that the resource's schema lets one say. */
        private void options(NodeMaintenanceSpec spec) {
            spec.setMode(oneIn(6) ? Mode.Off : Mode.On);
            spec.setDemoteNode(oneIn(4) ? Boolean.valueOf(random.nextBoolean()) : null);
            spec.setEvictHaReplica(!oneIn(3));
            spec.setOverwriteSnapshot(oneIn(5));
            spec.setSkipShardsRestore(oneIn(8));
            spec.setSnapshotName(!spec.isSkipShardsRestore() && oneIn(6) ? "ahead" : "");
            spec.setTakeSnapshot(spec.getMode() == Mode.Off && oneIn(2) ? "ahead" : "");
            spec.setDryRun(oneIn(6));
            spec.setMaxConcurrentMoves(1 + random.nextInt(3));
            spec.setOverrideGates(oneIn(8) ? List.of(any(List.of("RedundancyKept", "ClusterHealthy"))) : List.of());
        }

        /** Everything is deleted: it ends by itself, or says why not until it is told not to restore. */
        private void end() {
            for (int i = 0; i < size.quiet(); i++) {
                turn();
            }
            world.kubernetes.names().forEach(world.kubernetes::delete);
            turns(150, size.stalls());
            for (String name : world.kubernetes.names()) {
                assertTrue(world.stalled(name), () -> name + " says why it does not end: " + world.ready(name) + " " + world.message(name));
                tell("skipping: " + name);
                change(name, spec -> {
                    spec.setMode(Mode.Off);
                    spec.setSnapshotName("");
                    spec.setSkipShardsRestore(true);
                });
            }
            turns(150, 150);
            assertEquals(List.of(), world.kubernetes.names());
            turn();
            witness.ends();
        }

        private void turns(int most, int stalls) {
            int stalled = 0;
            for (int i = 0; i < most && stalled < stalls && !world.kubernetes.names().isEmpty(); i++) {
                turn();
                stalled = world.kubernetes.names().stream().allMatch(world::stalled) ? stalled + 1 : 0;
            }
        }

        /** One maintenance of a pod or two of the same, no faults; what was reached, and how it all stood at the end. */
        String plain(boolean dies) {
            try {
                lives.dying(dies);
                String before = world.state();
                List<String> names = oneIn(3) ? List.of("a", "b") : List.of("a");
                String pod = any(world.topology.pods());
                for (String name : names) {
                    world.kubernetes.apply(name, pod, spec -> {
                        spec.setDemoteNode(oneIn(4) ? Boolean.valueOf(random.nextBoolean()) : null);
                        spec.setEvictHaReplica(!oneIn(3));
                    });
                    tell("asked: " + name + " " + said(name));
                }
                int patience = oneIn(3) ? random.nextInt(30) : 400;
                for (int i = 0; i < patience && !names.stream().allMatch(n -> world.stalled(n) || world.ready(n).startsWith("True")); i++) {
                    turn();
                }
                boolean whole = patience == 400;
                String reached = whole ? names.stream().map(n -> n + " " + world.ready(n)).toList().toString() : "left on the way";
                assertTrue(!whole || names.stream().allMatch(n -> world.stalled(n) || world.ready(n).equals("True " + Reason.InMaintenance)), reached);
                names.forEach(world.kubernetes::delete);
                turns(400, 400);
                world.pass();
                assertEquals(before, world.state());
                assertTrue(witness.statuses() > 0, "no status was compared");
                return reached;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(e.getMessage() + "\n" + story, e);
            }
        }
    }
}
