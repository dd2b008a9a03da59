package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** May the machine really be serviced? Asked of the servers themselves, by other means than the planner's. */
final class Ready {
    private Ready() {
    }

    static void check(Simulation simulation, Maintenance maintenance) {
        InMemoryCluster cluster = simulation.cluster();
        List<String> pods = simulation.pods().all().stream().map(p -> p.name()).toList();
        assertTrue(cluster.slots(maintenance.pod()).isEmpty(), maintenance.pod() + " owns slots");
        String machine = simulation.machine(maintenance.pod());
        Set<String> down = new TreeSet<>(simulation.pods().closed());
        pods.stream().filter(p -> simulation.machine(p).equals(machine)).forEach(down::add);
        List<String> voters = pods.stream().filter(p -> !cluster.slots(p).isEmpty()).toList();
        // one that is closed and still owns slots is on its way, and nobody says that its machine may be serviced
        Set<String> out = new TreeSet<>(down);
        out.removeIf(p -> simulation.pods().closed().contains(p) && !cluster.slots(p).isEmpty() && !simulation.machine(p).equals(machine));
        int slots = 0;
        for (String voter : voters) {
            slots += cluster.slots(voter).count();
            boolean copy = cluster.up(voter) && !out.contains(voter) || pods.stream().anyMatch(p -> !out.contains(p) && cluster.up(p)
                    && cluster.role(p) == Role.REPLICA && cluster.primaryOf(p).filter(voter::equals).isPresent() && cluster.inSync(p));
            assertTrue(copy, "the shard of " + voter + " has no in-sync copy that stays when " + down + " go down\n" + cluster.placement());
        }
        assertTrue(slots == SlotRanges.ALL, "only " + slots + " slots are owned");
        long staying = voters.stream().filter(v -> cluster.up(v) && !down.contains(v)).count();
        assertTrue(staying >= voters.size() / 2 + 1, "only " + staying + " of " + voters.size() + " voters stay");
    }
}
