package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The next step towards a snapshot that is made ahead, for a node that is not in maintenance.
 *
 * <ol>
 * <li>What is there already under that name stays as it is: it is told when it is of this node, else refused.</li>
 * <li>A node that is in maintenance is not recorded: that is not how it shall be.</li>
 * <li>The cluster must be in order, and no maintenance at work in it.</li>
 * <li>Record; then the oldest ones that are too many go.</li>
 * </ol>
 */
public final class SnapshotPlanner {
    private SnapshotPlanner() {
    }

    /**
     * @param left    what {@link LeavePlanner} decided: a maintenance of this request is left first
     * @param blocked why nothing could be looked at
     */
    public static Decision decide(Decision left, Situation s, Request request, WantedSnapshot wanted, Optional<Trouble> blocked) {
        if (!(left instanceof Decision.Done)) {
            return left;
        }
        if (wanted.taken().isPresent()) {
            return Decisions.refuse(Reason.SnapshotUnusable, wanted.taken().get());
        }
        if (wanted.found().isPresent()) {
            return found(s, request, wanted, wanted.found().get());
        }
        Optional<Trouble> trouble = blocked.or(s::trouble);
        if (trouble.isPresent()) {
            return Decisions.refuse(trouble.get().reason(), trouble.get().message());
        }
        if (s.mark().isPresent() || !s.alsoHeldBy().isEmpty()) {
            return Decisions.wait(Reason.WaitingForTurn, "pod " + request.podName() + " is in maintenance, or about to be; it is recorded when that is over");
        }
        List<Verdict> verdicts = Decisions.ask(s, s.view(), s.goneWithoutTarget(), Set.of()).stream()
                .filter(v -> v.gate() == GateName.ClusterHealthy || v.gate() == GateName.NoOtherOperation).toList();
        return Decisions.blocked(verdicts, Reason.GateRefused).orElseGet(() -> new Decision.Act(new Step.RecordSnapshot(wanted.name()),
                Reason.RecordingSnapshot, "recording how pod " + request.podName() + " and its cluster stand in ConfigMap " + wanted.name(), verdicts));
    }

    private static Decision found(Situation s, Request request, WantedSnapshot wanted, Placement placement) {
        boolean own = placement.activation().equals(request.uid());
        boolean other = !placement.podName().equals(request.podName()) || s.node().filter(n -> !n.equals(placement.node())).isPresent();
        if (!own && other) {
            return Decisions.refuse(Reason.SnapshotUnusable, "the ConfigMap " + wanted.name() + " is a snapshot of node " + placement.node().brief() + " (pod "
                    + placement.podName() + "), taken at " + placement.takenAt() + ", and not of the node in pod " + request.podName()
                    + "; it is left as it is: choose another name in takeSnapshot, or delete it");
        }
        if (wanted.surplus().isPresent()) {
            return Decisions.act(new Step.DeleteSnapshot(wanted.surplus().get()), Reason.RemovingOldSnapshots, "deleting the snapshot " + wanted.surplus().get()
                    + " of pod " + request.podName() + ", the oldest of more than are to be kept");
        }
        return new Decision.Done(Reason.SnapshotRecorded, "how pod " + request.podName() + " (node " + placement.node().brief() + ") and its cluster stood at "
                + placement.takenAt() + " is recorded in ConfigMap " + wanted.name() + (own ? "" : ", which " + placement.takenBy() + " made")
                + "; restore from it with snapshotName: " + wanted.name(), List.of());
    }
}
