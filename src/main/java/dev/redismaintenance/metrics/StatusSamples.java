package dev.redismaintenance.metrics;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What does a status say in numbers? A pure function: what the status does not say is not among the samples. */
public final class StatusSamples {
    private StatusSamples() {
    }

    public static List<Sample> of(String namespace, String name, NodeMaintenanceStatus status) {
        List<Sample> samples = new ArrayList<>();
        samples.add(Sample.of(Metric.CLOSED, status.getSince() == null ? 0 : 1, namespace, name));
        since(status).ifPresent(at -> samples.add(Sample.of(Metric.SINCE, at.getEpochSecond(), namespace, name)));
        samples.add(Sample.of(Metric.OVERDUE, holds(status, ConditionType.Overdue), namespace, name));
        samples.add(Sample.of(Metric.READY, holds(status, ConditionType.Ready), namespace, name));
        samples.add(Sample.of(Metric.STALLED, holds(status, ConditionType.Stalled), namespace, name));
        Optional.ofNullable(status.getProgressPercent()).ifPresent(percent -> samples.add(Sample.of(Metric.PROGRESS, percent, namespace, name)));
        find(status, ConditionType.Ready).ifPresent(ready -> samples.add(Sample.of(Metric.PHASE, 1, namespace, name,
                Optional.ofNullable(status.getTarget()).orElse(""), ready.getReason())));
        status.getGates().stream().filter(g -> g.getVerdict() == GateAnswer.Refused).map(GateStatus::getName).distinct()
                .forEach(gate -> samples.add(Sample.of(Metric.GATE_REFUSING, 1, namespace, name, gate)));
        return samples;
    }

    /** It comes from a mark on a pod, which anybody may have written. */
    private static Optional<Instant> since(NodeMaintenanceStatus status) {
        try {
            return Optional.ofNullable(status.getSince()).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static int holds(NodeMaintenanceStatus status, ConditionType type) {
        return find(status, type).filter(c -> c.getStatus() == ConditionStatus.True).isPresent() ? 1 : 0;
    }

    private static Optional<Condition> find(NodeMaintenanceStatus status, ConditionType type) {
        return status.getConditions().stream().filter(c -> c.getType().equals(type.name())).findFirst();
    }
}
