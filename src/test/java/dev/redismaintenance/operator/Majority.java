package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Placement;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Does an operator ever take away the majority of the voters, the nodes in maintenance counted as down?
 *
 * <p>Faults may, and they happen between turns: what they leave is where the next turn begins. Within a turn only a failover that a
 * person had asked for before is not the operator's doing. A node counts as soon as its snapshot is taken, and goes on counting when
 * its pod is made anew or somebody takes off its mark.
 */
final class Majority {
    private final World world;
    private boolean watching;
    private boolean held;
    private Set<String> down = Set.of();
    private int persons;
    private int personsBefore;

    Majority(World world) {
        this.world = world;
    }

    void turnBegins() {
        watching = true;
        down = inMaintenance();
        held = world.cluster.majorityWithout(down);
        persons = world.cluster.personsFailovers();
        personsBefore = persons;
    }

    /** A second is over. */
    void check() {
        if (!watching) {
            return;
        }
        down.addAll(world.pods.closed());
        boolean holds = world.cluster.majorityWithout(down);
        if (held && !holds && persons == world.cluster.personsFailovers()) {
            throw new AssertionError("the majority of the voters, without " + down + ", was taken by a step\n" + world.cluster.placement());
        }
        held = holds;
        persons = world.cluster.personsFailovers();
    }

    void turnEnds() {
        down.addAll(inMaintenance());
        // what this turn decided was decided before it
        persons = personsBefore;
        check();
        watching = false;
    }

    private Set<String> inMaintenance() {
        Set<String> all = new TreeSet<>(world.pods.closed());
        Set<String> taken = world.kubernetes.snapshots(InMemoryKubernetes.NAMESPACE).stream().flatMap(s -> s.placement().stream()).map(Placement::activation)
                .collect(Collectors.toSet());
        for (NodeMaintenance m : world.kubernetes.maintenances(InMemoryKubernetes.NAMESPACE)) {
            if (!Children.hasNodeName(m) && Peers.holds(m) && (Peers.notedBegun(m) || taken.contains(m.getMetadata().getUid()))) {
                all.add(m.getSpec().getPodName());
            }
        }
        return all;
    }
}
