package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import java.util.Objects;

/**
 * What Flux, Argo CD's newer checks, {@code kubectl}'s appliers and others take an object of any kind for: the published rules of kstatus
 * (cli-utils, {@code pkg/kstatus/README.md}), in their order.
 */
enum Kstatus {
    Terminating, InProgress, Failed, Current;

    static Kstatus of(NodeMaintenance m) {
        if (m.getMetadata().getDeletionTimestamp() != null) {
            return Terminating;
        }
        NodeMaintenanceStatus status = m.getStatus();
        if (status == null) {
            return Current;
        }
        if (status.getObservedGeneration() != null && !Objects.equals(status.getObservedGeneration(), m.getMetadata().getGeneration())) {
            return InProgress;
        }
        for (Condition condition : status.getConditions()) {
            boolean holds = condition.getStatus() == ConditionStatus.True;
            if (holds && condition.getType().equals(ConditionType.Reconciling.name())) {
                return InProgress;
            }
            if (holds && condition.getType().equals(ConditionType.Stalled.name())) {
                return Failed;
            }
        }
        return ConditionList.find(m, ConditionType.Ready).filter(c -> c.getStatus() != ConditionStatus.True).isPresent() ? InProgress : Current;
    }

    /** What holds for every status that is ever written; an error says what does not. */
    static void check(NodeMaintenanceStatus status) {
        List<Condition> all = status.getConditions();
        Condition ready = ConditionList.find(all, ConditionType.Ready).orElseThrow(() -> new AssertionError("no Ready: " + status));
        long told = all.stream().filter(c -> c.getStatus() == ConditionStatus.True
                && List.of(ConditionType.Reconciling.name(), ConditionType.Stalled.name()).contains(c.getType())).count();
        boolean atRest = ready.getStatus() == ConditionStatus.True || ready.getReason().equals(Reason.Planned.name());
        if (told != (atRest ? 0 : 1)) {
            throw new AssertionError(told + " of Reconciling and Stalled with Ready=" + ready.getStatus() + " " + ready.getReason() + ": " + all);
        }
        if (all.stream().map(Condition::getType).distinct().count() != all.size()) {
            throw new AssertionError("a condition is there twice: " + all);
        }
        for (Condition condition : all) {
            if (condition.getReason().isEmpty() || condition.getMessage().isEmpty() || condition.getLastTransitionTime().isEmpty()
                    || !Objects.equals(condition.getObservedGeneration(), status.getObservedGeneration())) {
                throw new AssertionError("incomplete: " + condition);
            }
        }
    }
}
