package dev.redismaintenance.operator;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.EnterPlanner;
import dev.redismaintenance.plan.LeavePlanner;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Rehearsal;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.SnapshotPlanner;
import dev.redismaintenance.plan.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be done for a resource, given a look?
 *
 * <ol>
 * <li>What hinders anything from being done is refused, unless the resource asks for something that does not need it.</li>
 * <li>A dry run asks the planner for all steps to the end ({@link Rehearsal}).</li>
 * <li>{@link EnterPlanner} or {@link LeavePlanner} decides; a snapshot that is asked for meanwhile is taken first ({@link SnapshotPlanner}).</li>
 * <li>What this operator has not been told to do is refused; what must wait for a failover under way is held back ({@link Flights}).</li>
 * </ol>
 *
 * <p>Where a move goes on that nobody wants any more, it is told to stop.
 */
final class Judgement {
    /** Phases in which a failover was or is just being asked for. */
    private static final Set<String> ASKING = Set.of(Reason.HandingOver.name(), Reason.RestoringShards.name(), Reason.WaitingForHandover.name());

    private final SlotWorkers workers;
    private final ForcedOpenings forced;
    private final Flights flights;
    private final Phases phases;
    private final OperatorSettings settings;

    Judgement(SlotWorkers workers, ForcedOpenings forced, Flights flights, Phases phases, OperatorSettings settings) {
        this.workers = workers;
        this.forced = forced;
        this.flights = flights;
        this.phases = phases;
        this.settings = settings;
    }

    /** @param rehearsal of a dry run */
    record Considered(Decision decision, Optional<Rehearsal> rehearsal) {
        static Considered of(Decision decision) {
            return new Considered(decision, Optional.empty());
        }
    }

    Considered decide(NodeMaintenance resource, Observation seen, Instant now) {
        Request request = MaintenanceLoop.request(resource, now);
        Situation situation = seen.situation();
        boolean outOfPatience = !dryRun(resource) && forced.outOfPatience(resource, situation, now);
        if (outOfPatience && situation.slots().moving()) {
            workers.stop(MaintenanceLoop.pod(resource));
        }
        Optional<Decision> blocked = blocked(resource, seen, request, outOfPatience);
        if (blocked.isEmpty() && dryRun(resource)) {
            if (situation.slots().moving()) {
                // it was made a dry run in the middle of a move
                workers.stop(MaintenanceLoop.pod(resource));
            }
            Rehearsal rehearsal = Rehearsal.of(situation, request, Peers.wants(resource));
            return new Considered(rehearsal.decision(), Optional.of(rehearsal));
        }
        Decision planned = blocked.orElseGet(() -> Peers.wants(resource) ? EnterPlanner.decide(situation, request) : LeavePlanner.decide(situation, request, outOfPatience));
        Decision decided = seen.wanted().map(w -> SnapshotPlanner.decide(planned, situation, request, w, seen.blocked())).orElse(planned);
        inherit(resource, situation, now);
        return Considered.of(flights.pace(resource.getMetadata().getNamespace(), request.name(), asAllowed(decided), situation.view(), now));
    }

    /** What hinders anything from being done. */
    static Optional<Decision> blocked(NodeMaintenance resource, Observation seen, Request request, boolean outOfPatience) {
        return seen.blocked().filter(b -> !escapes(request, b, outOfPatience) && !neverBegun(resource, seen.situation())).map(Judgement::refusal);
    }

    /** Without the setting it is a person who introduces the servers to each other. */
    private Decision asAllowed(Decision planned) {
        return settings.healRestartedClusters() || planned.reason() != Reason.Reuniting ? planned : new Decision.Refuse(Reason.Scattered, planned.message()
                + "; this operator has not been told to do that (redis-maintenance.heal-restarted-clusters=true): do it by hand, for each of them", planned.gates());
    }

    /** What is being deleted is let go in truth, whatever it says. */
    static boolean dryRun(NodeMaintenance resource) {
        return resource.getSpec().isDryRun() && resource.getMetadata().getDeletionTimestamp() == null;
    }

    /** At the first turn of a new process: what the status says the one before it was about to ask for. */
    private void inherit(NodeMaintenance resource, Situation situation, Instant now) {
        boolean asked = ConditionList.find(resource, ConditionType.Ready).filter(c -> ASKING.contains(c.getReason())).isPresent();
        if (asked && situation.node().isPresent() && !phases.knows(resource)) {
            boolean wasLeaving = ConditionList.find(resource, ConditionType.Restored).isPresent();
            flights.inherit(resource.getMetadata().getNamespace(), resource.getMetadata().getName(), situation.node().get(), wasLeaving, now);
        }
    }

    /** A request that is withdrawn before anything was done for it needs no server to be asked. */
    private static boolean neverBegun(NodeMaintenance resource, Situation situation) {
        return !Peers.wants(resource) && situation.recorded().isEmpty() && situation.mark().isEmpty() && !Peers.notedBegun(resource);
    }

    /** Whoever does not want anything restored does not need what restoring would need; the servers are asked for a while to take their settings back. */
    private static boolean escapes(Request request, Trouble blocked, boolean outOfPatience) {
        return request.skipShardsRestore() && (blocked.reason() != Reason.ConnectionSettingsInvalid || outOfPatience);
    }

    static Trouble forbidden(KubernetesException e) {
        return new Trouble(e.namespaceEnds() ? Reason.NamespaceTerminating : Reason.MissingPermission, e.getMessage());
    }

    static Decision refusal(Trouble trouble) {
        return new Decision.Refuse(trouble.reason(), trouble.message(), List.of());
    }
}
