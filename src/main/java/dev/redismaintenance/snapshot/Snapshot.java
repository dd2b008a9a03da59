package dev.redismaintenance.snapshot;

import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot as it was found.
 *
 * @param kind      what made it, by its label; empty on a ConfigMap that carries none
 * @param podLabel  the pod it is of, by its label
 * @param nodeLabel the node id it is of, by its label
 * @param placement empty when it cannot be read
 * @param transfers where the node's slots were told to go
 * @param predecessors ids that the node had before it lost its disk; placement and transfers name it by the id that it has now
 * @param problem   what is wrong with it, when it cannot be read
 */
public record Snapshot(String name, Optional<String> kind, String podLabel, String nodeLabel, Optional<Placement> placement, List<Loan> loans,
                       List<Transfer> transfers, List<NodeId> predecessors, Optional<String> problem) {

    /** Recorded ahead: no maintenance deletes it. */
    public boolean requested() {
        return kind.filter(SnapshotMap.REQUESTED::equals).isPresent();
    }

    Snapshot succeededBy(NodeId successor) {
        Placement was = placement.orElseThrow();
        List<NodeId> before = new ArrayList<>(predecessors);
        before.add(was.node());
        return new Snapshot(name, kind, podLabel, nodeLabel, Optional.of(was.succeededBy(successor)), loans,
                transfers.stream().map(t -> new Transfer(successor, t.to(), t.slots())).toList(), List.copyOf(before), problem);
    }

    /**
     * Of the slots that were told to go, those that are at home on the node. The others were guests there, of another maintenance, which
     * takes them home wherever they have got to: were they counted as guests of this one too, each would leave them to the other.
     */
    public List<Transfer> guests() {
        return placement.map(p -> transfers.stream().map(t -> new Transfer(t.from(), t.to(), t.slots().common(p.own().slots())))
                .filter(t -> !t.slots().isEmpty()).toList()).orElse(List.of());
    }
}
