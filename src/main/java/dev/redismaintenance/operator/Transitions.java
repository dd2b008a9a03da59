package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
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
    /** Told also where there was no such condition before: there is one only when there is something to say, or it is the record of who did it. */
    private static final Set<EventReason> ALSO_FIRST = Set.of(EventReason.ClosedForLong, EventReason.Uncordoned, EventReason.LeftInPlace);

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
                events.add(new Event(stalled, now.getReason(), now.getMessage(), occasion(now)));
            } else {
                EventReason.of(now).filter(r -> then.isPresent() || ALSO_FIRST.contains(r)).ifPresent(r -> events.add(r.event(now.getMessage(), occasion(now))));
            }
        }
        after.getGates().stream().filter(g -> g.getVerdict() == GateAnswer.Overridden).filter(g -> before.getGates().stream().noneMatch(g::equals))
                .forEach(g -> events.add(EventReason.GateOverridden.event("gate " + g.getName() + " is " + g.getMessage(), g.getName() + g.getMessage())));
        bigKeys(before, after).ifPresent(events::add);
        return events;
    }

    /** Told once, before anything moves. */
    private static Optional<Event> bigKeys(NodeMaintenanceStatus before, NodeMaintenanceStatus after) {
        List<String> then = before.getMove() == null ? List.of() : before.getMove().getBigKeys();
        List<String> now = after.getMove() == null ? List.of() : after.getMove().getBigKeys();
        return now.isEmpty() || now.equals(then) ? Optional.empty() : Optional.of(EventReason.BigKeys.event(
                "these keys will block a server while they move: " + String.join("; ", now), String.valueOf(after.getObservedGeneration())));
    }

    private static String occasion(Condition c) {
        return c.getObservedGeneration() + c.getType() + c.getLastTransitionTime();
    }
}
