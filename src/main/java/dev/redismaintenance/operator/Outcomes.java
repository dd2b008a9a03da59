package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import java.util.List;
import java.util.Optional;

/**
 * Which pods of a Kubernetes Node came back otherwise than as recorded? Each NodeMaintenance is gone when it has ended, so its owner
 * notes what it says in its own condition {@code Restored}, from look to look, and it does not go before that.
 *
 * @param worst of all that have ended so far
 * @param told  what they say, each with its pod; nothing where all is as recorded
 */
record Outcomes(Finding worst, String told) {
    private static final List<Finding> WORST_FIRST = List.of(Finding.LeftInPlace, Finding.EndedElsewhere, Finding.WithDifferences, Finding.AsRecorded);

    /** @param before the owner's condition at the look before */
    static Outcomes of(Optional<Condition> before, List<NodeMaintenance> children) {
        Outcomes outcomes = before.flatMap(c -> differs(c).map(worst -> new Outcomes(worst, c.getMessage()))).orElse(new Outcomes(Finding.AsRecorded, ""));
        for (NodeMaintenance child : children) {
            Optional<Condition> restored = ended(child, child.getStatus());
            if (restored.isPresent() && !outcomes.told().contains(words(child, restored.get()))) {
                Finding own = differs(restored.get()).orElseThrow();
                outcomes = new Outcomes(WORST_FIRST.indexOf(own) < WORST_FIRST.indexOf(outcomes.worst()) ? own : outcomes.worst(),
                        outcomes.told() + (outcomes.told().isEmpty() ? "" : "; ") + words(child, restored.get()));
            }
        }
        return outcomes;
    }

    boolean asRecorded() {
        return told.isEmpty();
    }

    /** Does it end, and otherwise than as recorded? */
    static boolean differ(NodeMaintenance m, NodeMaintenanceStatus status) {
        return ended(m, status).isPresent();
    }

    /** May such a one go? Its owner, where it has one that comes back as well, has noted what it says, or has no room left for it. */
    static boolean noted(NodeMaintenance child, NodeMaintenanceStatus status, List<NodeMaintenance> all) {
        String words = words(child, ended(child, status).orElseThrow());
        Optional<NodeMaintenance> leaving = Children.owner(child, all).filter(o -> !Peers.wants(o));
        return leaving.isEmpty() || leaving.flatMap(o -> ConditionList.find(o, ConditionType.Restored)).filter(c -> c.getMessage().contains(words) || Condition.isCut(c.getMessage())).isPresent();
    }

    /** What one says that has ended otherwise than as recorded. */
    private static Optional<Condition> ended(NodeMaintenance child, NodeMaintenanceStatus status) {
        boolean over = child.getMetadata().getDeletionTimestamp() != null && status != null
                && ConditionList.find(status.getConditions(), ConditionType.Ready).filter(c -> c.getStatus() == ConditionStatus.True && ConditionList.tellsTheEnd(c)).isPresent();
        return over ? ConditionList.find(status.getConditions(), ConditionType.Restored).filter(c -> differs(c).isPresent()) : Optional.empty();
    }

    private static Optional<Finding> differs(Condition c) {
        return WORST_FIRST.stream().filter(f -> f != Finding.AsRecorded && f.name().equals(c.getReason())).findFirst();
    }

    private static String words(NodeMaintenance child, Condition restored) {
        return "pod " + child.getSpec().getPodName() + ": " + restored.getMessage();
    }
}
