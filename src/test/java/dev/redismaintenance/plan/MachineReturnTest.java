package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Is the way back of the cluster nodes of a Kubernetes Node foreseen as it is gone? Of a whole operator: {@code MachineForesightTest}. */
class MachineReturnTest {
    private static final String NODE = "worker-0";

    /** A maintenance that has reached what it asks for. */
    private record In(Simulation cluster, Maintenance maintenance) {
        /** As it will be looked at when it is ended, and the others are not. */
        MachineReturn.Candidate candidate() {
            maintenance.off();
            if (cluster.decide(maintenance) instanceof Decision.Act act && act.step() instanceof Step.CountSlots) {
                cluster.step(maintenance);
            }
            Situation situation = cluster.situation(maintenance);
            maintenance.on();
            cluster.run(maintenance);
            return new MachineReturn.Candidate(situation, maintenance.request(), Optional.empty());
        }

        List<String> leave() {
            int before = maintenance.decisions().size();
            maintenance.off();
            cluster.run(maintenance);
            maintenance.remove();
            return maintenance.decisions().stream().skip(before).filter(Decision.Act.class::isInstance).map(d -> ((Decision.Act) d).step().toString())
                    .filter(step -> !step.startsWith("CountSlots")).toList();
        }
    }

    @Test
    void nodes_of_two_clusters_come_back_as_foreseen_whichever_is_next() {
        Simulation cache = settled(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
        Simulation queue = settled(queue(Topology.of(4, 0, 0)));
        In first = enter(cache, "cache-0");
        In second = enter(queue, "queue-0");
        In third = enter(cache, "cache-4");
        List<In> order = List.of(third, second, first);
        MachineRehearsal foreseen = MachineReturn.of(order.stream().map(In::candidate).toList());
        assertEquals(List.of("cache-4", "queue-0", "cache-0"), foreseen.parts().stream().map(MachineRehearsal.One::pod).toList());
        List<List<String>> done = order.stream().map(In::leave).toList();
        assertEquals(done, steps(foreseen));
        assertTrue(done.get(1).stream().anyMatch(step -> step.startsWith("MoveSlots")) && done.get(2).stream().anyMatch(step -> step.startsWith("Handover")), done::toString);
    }

    @Test
    void behind_one_whose_pod_is_away_nothing_is_foreseen() {
        Simulation cache = settled(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
        In first = enter(cache, "cache-0");
        In second = enter(cache, "cache-4");
        cache.pods().delete("cache-4");
        cache.cluster().tick(5);
        cache.pods().recreate("cache-4");
        cache.cluster().kill("cache-4");
        MachineRehearsal foreseen = MachineReturn.of(Stream.of(second, first).map(In::candidate).toList());
        assertEquals(List.of("cache-4"), foreseen.parts().stream().map(MachineRehearsal.One::pod).toList());
        assertEquals(Reason.WaitingForPod, foreseen.stop().orElseThrow().rehearsal().end().reason());
    }

    @Test
    void one_that_a_person_has_to_help_is_stepped_over_and_reckoned_with() {
        Simulation cache = settled(Topology.of(3, 1, 0).onMachine(NODE, "cache-4"));
        In first = enter(cache, "cache-0");
        In second = enter(cache, "cache-4");
        MachineReturn.Candidate helpless = new MachineReturn.Candidate(second.candidate().situation(), second.maintenance().request(),
                Optional.of(Decisions.refuse(Reason.SnapshotUnusable, "it is no snapshot")));
        MachineRehearsal foreseen = MachineReturn.of(List.of(helpless, first.candidate()));
        assertEquals(List.of(true, false), foreseen.parts().stream().map(MachineRehearsal.One::refused).toList());
        assertEquals(Optional.empty(), foreseen.stop());
        assertTrue(foreseen.parts().get(1).rehearsal().last().peers().stream().anyMatch(p -> p.podName().equals("cache-4") && p.begun() && p.settled() && !p.wants()), foreseen::toString);
        assertEquals(first.leave(), steps(foreseen).get(1));
    }

    private static List<List<String>> steps(MachineRehearsal foreseen) {
        return foreseen.parts().stream().map(one -> one.rehearsal().steps().stream().map(f -> f.step().toString()).toList()).toList();
    }

    private static Simulation settled(Topology topology) {
        Simulation simulation = new Simulation(topology);
        simulation.cluster().tick(5);
        return simulation;
    }

    private static In enter(Simulation cluster, String pod) {
        Maintenance m = cluster.ask("patch-" + pod, pod);
        assertEquals(Reason.InMaintenance, cluster.run(m).reason());
        return new In(cluster, m);
    }

    private static Topology queue(Topology topology) {
        Map<String, String> machines = topology.machines().entrySet().stream().collect(Collectors.toMap(e -> queue(e.getKey()), Map.Entry::getValue));
        return new Topology(topology.shards().stream().map(shard -> shard.stream().map(MachineReturnTest::queue).toList()).toList(),
                topology.spares().stream().map(MachineReturnTest::queue).toList(), machines, Map.of());
    }

    private static String queue(String pod) {
        return pod.replace("cache-", "queue-");
    }
}
