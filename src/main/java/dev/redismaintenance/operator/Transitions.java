package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which events does the change from one status to the next make? One a transition: the phase, and each milestone reached. */
final class Transitions {
    private static final Set<ConditionType> MILESTONES = Set.of(ConditionType.SnapshotTaken, ConditionType.Closed,
            ConditionType.ShardsMigrated, ConditionType.EndpointsRebound, ConditionType.Restored);

    /** The pod is not where it was closed. */
    private static final Set<String> ELSEWHERE = Set.of(Finding.MovedAway.name(), Finding.PodAbsent.name());

    private Transitions() {
    }

    static List<Event> between(NodeMaintenanceStatus before, NodeMaintenanceStatus after) {
        List<Event> events = new ArrayList<>();
        for (Condition now : after.getConditions()) {
            ConditionType type = ConditionType.valueOf(now.getType());
            Optional<Condition> then = ConditionList.find(before.getConditions(), type);
            boolean changed = then.filter(c -> c.getStatus() == now.getStatus() && c.getReason().equals(now.getReason())).isEmpty();
            if (!changed) {
                continue;
            }
            if (type == ConditionType.Ready) {
                boolean stalled = ConditionList.find(after.getConditions(), ConditionType.Stalled).isPresent();
                events.add(event(stalled, now));
            } else if (type == ConditionType.Closed && then.isPresent() && ELSEWHERE.contains(now.getReason())) {
                events.add(event(true, now));
            } else if (now.getReason().equals(Finding.LeftInPlace.name())) {
                // the record of who had the node opened, also where there was nothing to say it to before
                events.add(event(true, now));
            } else if (MILESTONES.contains(type) && now.getStatus() == ConditionStatus.True && then.isPresent()) {
                events.add(event(false, now));
            } else if (type == ConditionType.Overdue || now.getReason().equals(Finding.Uncordoned.name())) {
                events.add(event(true, now));
            } else if (now.getReason().equals(Finding.NoSpare.name()) && then.isPresent()) {
                events.add(event(true, now));
            }
        }
        after.getGates().stream().filter(g -> g.getVerdict() == GateAnswer.Overridden).filter(g -> before.getGates().stream().noneMatch(g::equals))
                .forEach(g -> events.add(new Event(true, "GateOverridden", "gate " + g.getName() + " is " + g.getMessage(), g.getName() + g.getMessage())));
        bigKeys(before, after).ifPresent(events::add);
        return events;
    }

    /** Told once, before anything moves. */
    private static Optional<Event> bigKeys(NodeMaintenanceStatus before, NodeMaintenanceStatus after) {
        List<String> then = before.getMove() == null ? List.of() : before.getMove().getBigKeys();
        List<String> now = after.getMove() == null ? List.of() : after.getMove().getBigKeys();
        return now.isEmpty() || now.equals(then) ? Optional.empty() : Optional.of(new Event(true, "BigKeys",
                "these keys will block a server while they move: " + String.join("; ", now), String.valueOf(after.getObservedGeneration())));
    }

    private static Event event(boolean warning, Condition c) {
        return new Event(warning, c.getReason(), c.getMessage(), c.getObservedGeneration() + c.getType() + c.getLastTransitionTime());
    }
}
