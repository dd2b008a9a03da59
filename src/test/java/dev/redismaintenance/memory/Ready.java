package dev.redismaintenance.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** May the machine of a pod really be serviced? Asked of the servers themselves, by other means than the planner's. */
public final class Ready {
    private Ready() {
    }

    public static void check(InMemoryCluster cluster, Pods all, String pod) {
        check(cluster, all, pod, Optional.of(all.machineOf(pod)));
    }

    /** @param recorded where its maintenance was begun: that machine is serviced, also when the pod is away or on another by now */
    public static void check(InMemoryCluster cluster, Pods all, String pod, Optional<String> recorded) {
        List<String> pods = all.all().stream().map(p -> p.name()).toList();
        assertTrue(cluster.slots(pod).isEmpty(), pod + " owns slots");
        String machine = recorded.orElseGet(() -> all.machineOf(pod));
        Set<String> down = new TreeSet<>(all.closed());
        down.add(pod);
        pods.stream().filter(p -> all.machineOf(p).equals(machine)).forEach(down::add);
        List<String> voters = all.known().stream().filter(p -> !cluster.slots(p).isEmpty()).toList();
        // one that is closed and still owns slots is on its way, and nobody says that its machine may be serviced
        Set<String> out = new TreeSet<>(down);
        out.removeIf(p -> all.closed().contains(p) && !cluster.slots(p).isEmpty() && !all.machineOf(p).equals(machine));
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
