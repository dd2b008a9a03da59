package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Cordon;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a decision about a whole Kubernetes Node is made from.
 *
 * @param kubernetesNode its name
 * @param self           the maintenance, as {@code namespace/name}
 * @param cordon         of the Kubernetes Node, where there is one of that name
 * @param parts          the cluster nodes of the namespace on it, and those for which something was begun; in the order of their turns
 * @param ignored        pods on it that are no cluster nodes
 * @param troubles       by pod, why a server that is one could not be asked
 * @param ahead          what would be done for those whose turn has not come, to go or ({@link MachineReturn}) to come back, where that was looked at
 * @param closed         it was told to be in maintenance since some time, and not since then to be over
 * @param undone         leaving: there was something to undo
 * @param wasLeaving     at the last look it was on its way out
 * @param uncordoned     at the last look somebody had uncordoned the Kubernetes Node, and it is still open
 * @param marked         pods on it that another maintenance keeps closed
 */
public record MachineSituation(String kubernetesNode, String self, Optional<Cordon> cordon, List<Part> parts, List<String> ignored,
                               Map<String, Trouble> troubles, Optional<MachineRehearsal> ahead, boolean closed, boolean undone,
                               boolean wasLeaving, boolean uncordoned, List<String> marked) {
    public MachineSituation {
        parts = List.copyOf(parts);
        ignored = List.copyOf(ignored);
        troubles = Map.copyOf(troubles);
        marked = List.copyOf(marked);
    }

    /** For who may not open the Kubernetes Node. */
    public MachineSituation withoutCordon() {
        return new MachineSituation(kubernetesNode, self, Optional.empty(), parts, ignored, troubles, ahead, closed, undone, wasLeaving, uncordoned, marked);
    }

    boolean begun() {
        return closed || parts.stream().anyMatch(Part::begun);
    }

    boolean ours() {
        return cordon.filter(c -> c.heldFor(self)).isPresent();
    }
}
