package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.SnapshotStatus;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Trouble;
import java.util.Optional;

/**
 * Is the snapshot of this maintenance gone, and the pod with its mark as well? Nothing in the cluster shows then that there was a
 * maintenance; its own status does. It is said until a person decides, also after the pod is back.
 */
final class MissedSnapshot {
    private MissedSnapshot() {
    }

    static Optional<Trouble> trouble(NodeMaintenance self, Optional<PodFacts> pod, SnapshotChoice choice) {
        Optional<String> name = Peers.restoresFrom(self).map(SnapshotStatus::getName);
        boolean traceless = pod.isEmpty() || pod.flatMap(PodFacts::mark).isEmpty() && undecided(self);
        boolean deletedAsTheLastStep = ConditionList.find(self, ConditionType.Restored).filter(c -> c.getStatus() == ConditionStatus.True).isPresent();
        boolean anew = Peers.wants(self) && self.getSpec().isOverwriteSnapshot();
        boolean missed = name.isPresent() && choice.recorded().isEmpty() && choice.trouble().isEmpty() && traceless && !deletedAsTheLastStep && !anew;
        return missed ? Optional.of(new Trouble(Reason.SnapshotMissing, "the snapshot " + name.get() + " of this maintenance is gone, and the mark of pod "
                + self.getSpec().getPodName() + " with it; create the snapshot again, or " + (Peers.wants(self)
                ? "set overwriteSnapshot: true to record the present state instead, or mode: Off with skipShardsRestore: true"
                : "name another in snapshotName, or set skipShardsRestore: true"))) : Optional.empty();
    }

    /**
     * It was missed before; or the operator was kept from looking in between. On the way out that may have been after its own last step, which
     * deletes the snapshot: then nothing is missed.
     */
    private static boolean undecided(NodeMaintenance self) {
        Optional<String> reason = ConditionList.find(self, ConditionType.Ready).map(Condition::getReason);
        return reason.filter(Reason.SnapshotMissing.name()::equals).isPresent() || Peers.wants(self) && reason.filter(Reason.MissingPermission.name()::equals).isPresent();
    }
}
