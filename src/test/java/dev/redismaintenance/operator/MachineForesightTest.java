package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Is what a dry run foresees for a whole Kubernetes Node what is done then, step by step? */
class MachineForesightTest {
    private static final int CASES = Integer.getInteger("properties.cases", 60);
    private static final long FIRST = Long.getLong("properties.seed", 20261126L);
    private static final String NODE = "worker-0";
    /** Reads, and what the servers may do by themselves a moment before we do. */
    private static final Set<String> NOT_FORESEEN = Set.of(Step.Kind.CountSlots.name(), Step.Kind.Meet.name());

    private record Done(String step, String message) {
    }

    /** A Kubernetes Node, and each step that is taken for it. */
    private static final class Told {
        private final List<Done> done = new ArrayList<>();
        private final World world;
        private final MaintenanceLoop operator;
        private final String machine;

        Told(Topology topology, Flavour flavour, String machine) {
            this.machine = machine;
            this.world = new World(topology, flavour, Timing.PROMPT).watchedBy(this::decided);
            this.operator = world.operator();
        }

        private void decided(NodeMaintenance resource, Decision decision) {
            if (decision instanceof Decision.Act act && !NOT_FORESEEN.contains(act.step().kind().name())) {
                done.add(new Done(act.step().kind().name(), act.message()));
            }
        }

        void apply(Consumer<NodeMaintenanceSpec> more) {
            world.kubernetes.apply("patch", null, spec -> {
                spec.setNodeName(machine);
                more.accept(spec);
            });
        }

        List<PlanStep> plan() {
            return world.kubernetes.get("patch").orElseThrow().getStatus().getPlan().stream().filter(step -> !NOT_FORESEEN.contains(step.getStep())).toList();
        }

        List<PlanStep> planned(Mode mode) {
            apply(spec -> {
                spec.setMode(mode);
                spec.setDryRun(true);
            });
            world.until(operator, "planned", () -> {
                assertFalse(world.stalled("patch"), world.message("patch"));
                return world.ready("patch").equals("False Planned");
            });
            done.clear();
            return plan();
        }

        void reached(Mode mode) {
            apply(spec -> spec.setMode(mode));
            world.untilReady(operator, "patch", mode == Mode.On ? Reason.InMaintenance : Reason.Restored);
        }

        /** The whole Kubernetes Node's steps say of each pod what its own then say. */
        void isWhatIsDone(List<PlanStep> plan) {
            assertEquals(plan.stream().map(PlanStep::getStep).toList(), done.stream().map(Done::step).toList());
            for (int i = 0; i < done.size(); i++) {
                boolean whole = Set.of("BeginPod", "EndPod", "TellPod").contains(done.get(i).step());
                String said = whole ? plan.get(i).getTo() : done.get(i).message();
                String told = whole ? done.get(i).message() : plan.get(i).getMessage();
                assertTrue(told.contains(said.replaceAll("snapshot of this maintenance", "")), told + ", and " + said);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void shards_that_were_handed_over_with_a_spare_that_was_lent(Flavour flavour) {
        Told told = new Told(Topology.of(3, 1, 1).onMachine(NODE, "cache-4"), flavour, NODE);
        told.reached(Mode.On);
        List<PlanStep> plan = told.planned(Mode.Off);
        told.reached(Mode.Off);
        told.isWhatIsDone(plan);
        assertTrue(plan.stream().anyMatch(step -> step.getStep().equals("Handover") && step.getGates().size() == 6), plan::toString);
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void slots_that_come_back(Flavour flavour) {
        Told told = new Told(Topology.of(List.of(0, 1, 1, 1), 0).onMachine(NODE, "cache-4"), flavour, NODE);
        told.reached(Mode.On);
        List<PlanStep> plan = told.planned(Mode.Off);
        told.reached(Mode.Off);
        told.isWhatIsDone(plan);
        assertTrue(plan.stream().anyMatch(step -> step.getStep().equals("MoveSlots") && step.getBytes() > 0), plan::toString);
    }

    @Test
    void on_any_cluster_that_nobody_else_changes() {
        long reached = LongStream.range(FIRST, FIRST + CASES).parallel().filter(seed -> {
            try {
                return foreseen(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dproperties.seed=" + seed + " -Dproperties.cases=1: " + e.getMessage(), e);
            }
        }).count();
        assertFalse(CASES >= 60 && reached < CASES / 5, "only " + reached + " of " + CASES + " were entered");
    }

    private static boolean foreseen(Random random) {
        List<Integer> replicas = IntStream.range(0, 3 + random.nextInt(4)).mapToObj(i -> random.nextInt(3)).toList();
        Topology topology = Topology.of(replicas, random.nextInt(3));
        int machines = 3 + random.nextInt(5);
        for (String pod : new ArrayList<>(topology.pods())) {
            topology = topology.onMachine("worker-" + random.nextInt(machines), pod);
        }
        Told told = new Told(topology, Flavour.values()[random.nextInt(Flavour.values().length)], NODE);
        if (topology.pods().isEmpty() || !topology.machines().containsValue(NODE)) {
            return false;
        }
        told.apply(spec -> { });
        for (int turns = 0; turns < 400 && !told.world.ready("patch").startsWith("True") && !told.world.stalled("patch"); turns++) {
            told.world.turn(told.operator);
        }
        if (told.world.stalled("patch")) {
            return false;
        }
        List<PlanStep> plan = told.planned(Mode.Off);
        told.reached(Mode.Off);
        told.isWhatIsDone(plan);
        return true;
    }
}
