package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The conditions of one status, each with the time at which its status last changed. */
final class ConditionList {
    private final List<Condition> previous;
    private final Long generation;
    private final String now;
    private final List<Condition> conditions = new ArrayList<>();

    ConditionList(List<Condition> previous, Long generation, String now) {
        this.previous = previous;
        this.generation = generation;
        this.now = now;
    }

    static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
        return conditions.stream().filter(c -> c.getType().equals(type.name())).findFirst();
    }

    /** What the status says; nothing where there is none yet. */
    static Optional<Condition> find(NodeMaintenance m, ConditionType type) {
        return Optional.ofNullable(m.getStatus()).flatMap(status -> find(status.getConditions(), type));
    }

    /** Does this Ready say how a maintenance has ended? */
    static boolean tellsTheEnd(Condition ready) {
        return Stream.of(Reason.Restored, Reason.OpenedWithoutRestore, Reason.EndedElsewhere).map(Reason::name).anyMatch(ready.getReason()::equals);
    }

    Optional<Condition> before(ConditionType type) {
        return find(previous, type);
    }

    void add(ConditionType type, ConditionStatus status, Enum<?> reason, String message) {
        String since = before(type).filter(c -> c.getStatus() == status).map(Condition::getLastTransitionTime).orElse(now);
        conditions.add(new Condition(type, status, generation, since, reason.name(), message));
    }

    /** As it was: for what cannot be looked at any more. */
    void keep(Condition condition) {
        conditions.add(new Condition(ConditionType.valueOf(condition.getType()), condition.getStatus(), generation,
                condition.getLastTransitionTime(), condition.getReason(), condition.getMessage()));
    }

    List<Condition> list() {
        return List.copyOf(conditions);
    }
}
