package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Since when does each resource stand where it stands, and why did its last step fail? For pacing and telling only: nothing is decided
 * from it, and a new process begins anew.
 */
final class Phases {
    private final Map<String, Phase> phases = new ConcurrentHashMap<>();

    /**
     * @param since   when this reason was first met by this process
     * @param failure of the last attempt at the step, when it failed
     */
    record Phase(Reason reason, Instant since, Optional<Failure> failure) {
        Duration waited(Instant now) {
            return Duration.between(since, now);
        }

        /** The step is tried again all the same; a missing permission is told as such until it is granted. */
        Decision told(Decision decision) {
            if (failure.isEmpty() || !(decision instanceof Decision.Act act)) {
                return decision;
            }
            Failure f = failure.get();
            return f.refused().isPresent() ? new Decision.Refuse(f.refused().get(), f.message(), act.gates())
                    : new Decision.Act(act.step(), act.reason(), act.message() + "; the last attempt failed: " + f.message(), act.gates());
        }
    }

    /**
     * @param message what the server said, or the API server
     * @param refused why a person has to act, where the API server does not let this operator do it
     */
    record Failure(String message, Optional<Reason> refused) {
    }

    /** The phase that this decision belongs to: the present one, or one that it begins. */
    Phase at(NodeMaintenance resource, Decision decision, Instant now) {
        return phases.compute(resource.getMetadata().getUid(),
                (uid, p) -> p != null && p.reason() == decision.reason() ? p : new Phase(decision.reason(), now, Optional.empty()));
    }

    /** Why the step failed is told until the decision changes. */
    void failed(NodeMaintenance resource, Phase phase, Failure failure) {
        phases.put(resource.getMetadata().getUid(), new Phase(phase.reason(), phase.since(), Optional.of(failure)));
    }

    /** This process has met it before. */
    boolean knows(NodeMaintenance resource) {
        return phases.containsKey(resource.getMetadata().getUid());
    }

    void forget(String uid) {
        phases.remove(uid);
    }
}
