package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Cordon;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Is what a person does to a Kubernetes Node respected? One that they have cordoned is never opened; one that they have opened is not
 * closed again by the maintenances that were going on there. A cordon that they set while the Node is noted as closed for a
 * maintenance cannot be told from that one's.
 */
final class Cordons {
    private final World world;
    private final Set<String> theirs = new TreeSet<>();
    private final Set<String> anybodys = new TreeSet<>();
    private final Map<String, Set<String>> openedUnder = new TreeMap<>();
    private Set<String> before = Set.of();

    Cordons(World world) {
        this.world = world;
    }

    void personCordons(String machine, boolean cordon) {
        boolean noted = !cordon(machine).holders().isEmpty();
        if (cordon && !world.pods.cordoned(machine)) {
            openedUnder.remove(machine);
            (noted ? anybodys : theirs).add(machine);
        } else if (!cordon) {
            anybodys.remove(machine);
            theirs.remove(machine);
            if (world.pods.cordoned(machine)) {
                openedUnder.put(machine, wanting(machine).filter(Cordons::begun).map(m -> m.getMetadata().getUid()).collect(Collectors.toCollection(HashSet::new)));
            }
        }
        if (cordon) {
            world.pods.cordon(machine);
        } else {
            world.pods.uncordon(machine);
        }
    }

    void turnBegins() {
        openedUnder.forEach((machine, uids) -> uids.retainAll(wanting(machine).map(m -> m.getMetadata().getUid()).toList()));
        before = cordoned();
    }

    void turnEnds() {
        for (String machine : machines()) {
            boolean was = before.contains(machine);
            boolean is = world.pods.cordoned(machine);
            require(is || !was || !theirs.contains(machine), machine + " was cordoned by a person and is not any more");
            require(was || !is || wanting(machine).anyMatch(m -> !openedUnder.getOrDefault(machine, Set.of()).contains(m.getMetadata().getUid())),
                    machine + " was opened by a person, or never asked for, and is cordoned");
        }
    }

    /** When no maintenance is left. */
    void ends() {
        for (String machine : machines()) {
            require(cordon(machine).holders().isEmpty(), machine + " is still noted as closed: " + cordon(machine));
            require(!world.pods.cordoned(machine) || theirs.contains(machine) || anybodys.contains(machine), machine + " is still cordoned");
        }
    }

    private static boolean begun(NodeMaintenance m) {
        return Optional.ofNullable(m.getStatus()).map(s -> s.getSince()).isPresent();
    }

    private Stream<NodeMaintenance> wanting(String machine) {
        return world.kubernetes.maintenances(InMemoryKubernetes.NAMESPACE).stream().filter(m -> machine.equals(m.getSpec().getNodeName()) && Peers.wants(m));
    }

    private Set<String> cordoned() {
        return machines().stream().filter(world.pods::cordoned).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> machines() {
        return world.topology.pods().stream().map(world.pods::machineOf).collect(Collectors.toCollection(() -> new TreeSet<>(world.topology.machines().values())));
    }

    private Cordon cordon(String machine) {
        return world.kubernetes.cordon(machine).orElseThrow();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
