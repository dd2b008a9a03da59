package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.MachineRehearsal.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Is the order in which the cluster nodes of a Kubernetes Node go the safest there is? */
class MachineRehearsalTest {
    private static final int CASES = Integer.getInteger("properties.cases", 300);

    @Test
    void no_other_order_brings_more_of_them_into_maintenance_or_survives_more() {
        int several = 0;
        for (long seed = 1; seed <= CASES; seed++) {
            List<Candidate> candidates = candidates(new Random(seed));
            if (candidates.size() < 2) {
                continue;
            }
            several++;
            MachineRehearsal chosen = MachineRehearsal.of(candidates);
            for (List<Candidate> order : permutations(candidates)) {
                MachineRehearsal other = MachineRehearsal.inOrder(order);
                String which = "seed " + seed + ": " + pods(chosen) + ", and " + pods(other);
                assertTrue(chosen.arriving() >= other.arriving(), which);
                assertTrue(chosen.arriving() > other.arriving() || chosen.leastSurvived() >= other.leastSurvived(), which);
            }
        }
        assertTrue(CASES < 300 || several > CASES / 2, "only " + several);
    }

    private static List<String> pods(MachineRehearsal r) {
        return r.parts().stream().map(o -> o.pod() + (o.arrives() ? "+" : "-")).toList();
    }

    private static List<Candidate> candidates(Random random) {
        List<Integer> replicas = IntStream.range(0, 3 + random.nextInt(3)).mapToObj(i -> random.nextInt(3)).toList();
        Topology topology = Topology.of(replicas, random.nextInt(3));
        for (String pod : new ArrayList<>(topology.pods())) {
            topology = topology.onMachine("worker-" + random.nextInt(4), pod);
        }
        Flavour flavour = Flavour.values()[random.nextInt(4)];
        Topology t = topology;
        return topology.pods().stream().filter(pod -> t.machines().get(pod).equals("worker-0")).limit(4).map(pod -> {
            // each is asked for alone
            Simulation simulation = new Simulation(t, new InMemoryCluster(t, flavour, Timing.PROMPT));
            simulation.cluster().tick(5);
            Maintenance m = simulation.ask(pod, pod);
            return new Candidate(simulation.situation(m), m.request());
        }).toList();
    }

    private static List<List<Candidate>> permutations(List<Candidate> all) {
        if (all.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Candidate>> found = new ArrayList<>();
        for (Candidate first : all) {
            List<Candidate> rest = new ArrayList<>(all);
            rest.remove(first);
            permutations(rest).forEach(r -> {
                List<Candidate> one = new ArrayList<>(List.of(first));
                one.addAll(r);
                found.add(one);
            });
        }
        return found;
    }
}
