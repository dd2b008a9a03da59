package dev.redismaintenance.operator;

import static dev.redismaintenance.api.ConditionStatus.False;
import static dev.redismaintenance.api.ConditionStatus.True;
import static dev.redismaintenance.api.ConditionStatus.Unknown;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.NodeRole;
import dev.redismaintenance.api.NodeStatus;
import dev.redismaintenance.api.SnapshotOrigin;
import dev.redismaintenance.api.SnapshotStatus;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Verdict;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Differences;
import dev.redismaintenance.plan.LeftBehind;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Recorded;
import dev.redismaintenance.plan.Rehearsal;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.WantedSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The status that says what was seen in one look and decided from it. A pure function; equal looks give equal statuses, so
 * that nothing is written while nothing happens (hence no byte counts that move with traffic).
 */
final class StatusReport {
    private final NodeMaintenance resource;
    private final Situation s;
    private final Decision decision;
    private final NodeMaintenanceStatus previous;
    private final Optional<Rehearsal> rehearsal;
    private final Optional<WantedSnapshot> wanted;
    private final boolean entering;
    private final boolean stuck;
    private final Duration overdueAfter;
    private final Instant now;
    private final ConditionList conditions;

    private StatusReport(NodeMaintenance resource, Situation situation, Decision decision, Optional<Rehearsal> rehearsal, Optional<WantedSnapshot> wanted,
            boolean stuck, Duration overdueAfter, String now) {
        this.resource = resource;
        this.s = situation;
        this.decision = decision;
        this.previous = Optional.ofNullable(resource.getStatus()).orElseGet(NodeMaintenanceStatus::new);
        this.rehearsal = rehearsal;
        this.wanted = wanted;
        this.entering = Peers.wants(resource);
        this.stuck = stuck;
        this.overdueAfter = overdueAfter;
        this.now = Instant.parse(now);
        this.conditions = new ConditionList(previous.getConditions(), resource.getMetadata().getGeneration(), now);
    }

    /**
     * @param rehearsal    of a dry run
     * @param wanted       a snapshot that is to be made ahead
     * @param stuck        it has waited for longer than waiting should take
     * @param overdueAfter how long a node may be closed before that is said
     */
    static NodeMaintenanceStatus of(NodeMaintenance resource, Situation situation, Decision decision, Optional<Rehearsal> rehearsal,
            Optional<WantedSnapshot> wanted, boolean stuck, Duration overdueAfter, String now) {
        return new StatusReport(resource, situation, decision, rehearsal, wanted, stuck, overdueAfter, now).build();
    }

    private NodeMaintenanceStatus build() {
        NodeMaintenanceStatus status = new NodeMaintenanceStatus();
        status.setObservedGeneration(resource.getMetadata().getGeneration());
        summary();
        quorum();
        snapshotTaken();
        closed();
        shardsMigrated();
        replicasEvicted();
        endpointsRebound();
        restored();
        Optional<String> since = since();
        since.ifPresent(this::overdue);
        status.setConditions(conditions.list());
        status.setGates(gates());
        Optional.ofNullable(resource.getSpec().getPodName()).filter(name -> !name.isEmpty()).ifPresentOrElse(name -> {
            NodeStatus node = node();
            status.setNodes(List.of(node));
            status.setTarget("pod/" + name);
            status.setShards(node.getShards());
            status.setProgressPercent(node.getProgressPercent());
            status.setProgress(node.getProgressPercent() + "%");
        }, () -> status.setTarget("node/" + resource.getSpec().getNodeName()));
        snapshot().or(this::missed).ifPresent(status::setSnapshot);
        if (s.node().isPresent()) {
            new MoveReport(s, previous, entering).fill(status);
        }
        since.ifPresent(status::setSince);
        rehearsal.ifPresent(r -> PlanReport.fill(status, r));
        return status;
    }

    private Optional<String> since() {
        return s.mark().flatMap(Mark::time).or(() -> s.recorded().filter(Recorded::thisActivation).isPresent() || onlyKnownFromBefore()
                ? Optional.ofNullable(previous.getSince()) : Optional.empty());
    }

    /** Neither snapshot nor mark was seen, and this maintenance is not over for all that: what was said of it stands. */
    private boolean onlyKnownFromBefore() {
        return s.recorded().isEmpty() && Set.of(Reason.SnapshotMissing, Reason.MissingPermission).contains(decision.reason());
    }

    private void overdue(String since) {
        Overdue.told("pod " + resource.getSpec().getPodName(), since, why(resource), overdueAfter, now)
                .ifPresent(message -> conditions.add(ConditionType.Overdue, True, Finding.ClosedForLong, message));
    }

    /** Who has it closed, since when and why, as the mark would say it. */
    static String who(NodeMaintenance m, String since) {
        return "by " + m.getMetadata().getName() + " since " + since + (why(m).isEmpty() ? "" : ": " + why(m));
    }

    static String why(NodeMaintenance m) {
        return Optional.ofNullable(m.getSpec().getReason()).orElse("");
    }

    private void summary() {
        boolean done = decision instanceof Decision.Done && decision.reason() != Reason.HeldByOthers;
        boolean stalled = decision instanceof Decision.Refuse || stuck;
        boolean left = done && !entering && !ahead();
        Reason reason = left ? outcome() : decision.reason();
        String message = left ? outcomeMessage(reason) : decision.message();
        conditions.add(ConditionType.Ready, done ? True : False, reason, message);
        if (!done && !(decision instanceof Decision.Planned)) {
            conditions.add(stalled ? ConditionType.Stalled : ConditionType.Reconciling, True, reason, message);
        }
    }

    /** A snapshot made ahead is no part of a maintenance: whether one was restored before is another matter. */
    private boolean ahead() {
        return Set.of(Reason.RecordingSnapshot, Reason.RemovingOldSnapshots, Reason.SnapshotRecorded).contains(decision.reason());
    }

    /** Once the snapshot is gone, the cluster does not show any more whether there was something to restore, nor whether that was done; the status does. */
    private Reason outcome() {
        Optional<Reason> before = conditions.before(ConditionType.Ready).filter(ConditionList::tellsTheEnd).map(Condition::getReason).map(Reason::valueOf);
        boolean nothingToUndo = restoredBefore().isEmpty() && !Peers.notedBegun(resource);
        return before.orElseGet(() -> endedElsewhere() ? Reason.EndedElsewhere : nothingToUndo ? decision.reason()
                : resource.getSpec().isSkipShardsRestore() ? Reason.OpenedWithoutRestore : Reason.Restored);
    }

    private Optional<Condition> restoredBefore() {
        return conditions.before(ConditionType.Restored).filter(c -> c.getStatus() == True);
    }

    /** It had begun, nothing of that is left, and it was not by this maintenance that it was undone. */
    private boolean endedElsewhere() {
        boolean held = conditions.before(ConditionType.Ready).filter(c -> c.getReason().equals(Reason.HeldByOthers.name())).isPresent();
        return restoredBefore().isEmpty() && lostTrack() && (held || !resource.getSpec().isSkipShardsRestore());
    }

    private String outcomeMessage(Reason reason) {
        if (reason == Reason.NotInMaintenance) {
            return decision.message();
        }
        String told = reason == Reason.EndedElsewhere ? reason.sentence() : conditions.before(ConditionType.Restored).map(Condition::getMessage).orElse(reason.sentence());
        return "pod " + resource.getSpec().getPodName() + " is open again; " + told;
    }

    private void quorum() {
        Optional<Verdict> verdict = decision.gates().stream().filter(v -> v.gate() == GateName.QuorumSafe).findFirst();
        if (verdict.isPresent()) {
            boolean passed = verdict.get().isPassed();
            conditions.add(ConditionType.QuorumVerified, passed ? True : False, passed ? Finding.MajorityStays : Finding.MajorityLost, verdict.get().message());
        } else if (entering && conditions.before(ConditionType.QuorumVerified).isPresent()) {
            conditions.keep(conditions.before(ConditionType.QuorumVerified).get());
        } else {
            conditions.add(ConditionType.QuorumVerified, Unknown, Finding.NotAsked, Finding.NotAsked.sentence());
        }
    }

    private void snapshotTaken() {
        Optional<SnapshotStatus> snapshot = snapshot();
        if (snapshot.isPresent()) {
            Finding finding = Finding.valueOf(snapshot.get().getOrigin().name());
            conditions.add(ConditionType.SnapshotTaken, True, finding, "snapshot " + snapshot.get().getName() + " of " + snapshot.get().getTakenAt()
                    + ": " + finding.sentence());
        } else {
            conditions.add(ConditionType.SnapshotTaken, False, Finding.NoSnapshot, Finding.NoSnapshot.sentence());
        }
    }

    private Optional<SnapshotStatus> snapshot() {
        if (decision.reason() == Reason.SnapshotRecorded) {
            return wanted.flatMap(w -> w.found().map(p -> new SnapshotStatus(w.name(), p.takenAt(), SnapshotOrigin.Requested)));
        }
        return s.recorded().filter(Recorded::thisActivation).map(r -> new SnapshotStatus(r.snapshot(), r.placement().takenAt(), origin(r)));
    }

    /** Its name is what remains of a snapshot that is gone: it is what says that there was one. */
    private Optional<SnapshotStatus> missed() {
        return onlyKnownFromBefore() ? Optional.ofNullable(previous.getSnapshot()) : Optional.empty();
    }

    private SnapshotOrigin origin(Recorded r) {
        SnapshotStatus before = previous.getSnapshot();
        if (before != null && before.getName().equals(r.snapshot())) {
            return before.getOrigin();
        }
        if (!entering && r.snapshot().equals(resource.getSpec().getSnapshotName())) {
            return SnapshotOrigin.Named;
        }
        Placement placement = r.placement();
        if (placement.activation().equals(resource.getMetadata().getUid())) {
            return SnapshotOrigin.Taken;
        }
        return s.alsoHeldBy().stream().anyMatch(p -> p.name().equals(placement.takenBy())) ? SnapshotOrigin.Joined : SnapshotOrigin.Reused;
    }

    private void closed() {
        Optional<Mark> mark = s.mark();
        if (mark.isPresent()) {
            Mark m = mark.get();
            Optional<String> moved = m.open() ? Optional.empty() : movedAway();
            conditions.add(ConditionType.Closed, m.open() ? False : True, m.open() ? Finding.BeingOpened : moved.isPresent() ? Finding.MovedAway : Finding.MarkedClosed,
                    "pod " + resource.getSpec().getPodName() + (m.open() ? " is being opened" : " is closed by " + m.owner()
                            + since().map(at -> " since " + at).orElse("") + (m.reason().isEmpty() ? "" : ": " + m.reason())) + moved.orElse(""));
        } else if (s.pod().isEmpty()) {
            conditions.add(ConditionType.Closed, Unknown, Finding.PodAbsent, "there is no pod " + resource.getSpec().getPodName()
                    + ": its machine is away, or it was scaled away or deleted. It is marked when it is back; is it not to come back, set mode: Off with skipShardsRestore: true"
                    + since().map(at -> "; closed " + who(resource, at)).orElse(""));
        } else {
            conditions.add(ConditionType.Closed, False, Finding.Open, Finding.Open.sentence());
        }
    }

    /** Its scheduler may place a pod anew while its machine is serviced. */
    private Optional<String> movedAway() {
        Optional<String> was = s.began();
        Optional<String> is = s.pod().flatMap(PodFacts::kubernetesNode);
        return was.isPresent() && is.isPresent() && !was.equals(is) ? Optional.of("; it runs on Kubernetes Node " + is.get() + " now and its maintenance was begun on "
                + was.get() + ": it stays in maintenance, and what Ready says is said of " + was.get() + "; delete this NodeMaintenance to have it serve where it is")
                : Optional.empty();
    }

    private void shardsMigrated() {
        Optional<Member> node = s.target();
        if (node.isEmpty()) {
            conditions.add(ConditionType.ShardsMigrated, Unknown, Finding.NodeUnknown, Finding.NodeUnknown.sentence());
        } else if (node.get().voter()) {
            conditions.add(ConditionType.ShardsMigrated, False, Finding.OwnsSlots, node.get().name() + " owns the slots " + node.get().slots());
        } else {
            conditions.add(ConditionType.ShardsMigrated, True, Finding.OwnsNoSlot, node.get().name() + " owns no slot");
        }
    }

    private void replicasEvicted() {
        Optional<Member> node = s.target();
        Finding finding;
        ConditionStatus status = False;
        if (node.isEmpty()) {
            finding = Finding.NodeUnknown;
            status = Unknown;
        } else if (node.get().voter()) {
            finding = Finding.IsPrimary;
        } else if (node.get().role() == Role.PRIMARY) {
            finding = Finding.HoldsNoReplica;
            status = True;
        } else if (!resource.getSpec().isEvictHaReplica()) {
            finding = Finding.NotRequested;
        } else {
            finding = s.recorded().filter(r -> !r.loans().isEmpty()).isPresent() ? Finding.BeingMoved : stays() ? Finding.NoSpare : Finding.NotAsked;
        }
        conditions.add(ConditionType.ReplicasEvicted, status, finding, finding.sentence());
    }

    /** The planner has come past the search for a spare, now or before what it waits for at present. */
    private boolean stays() {
        return Set.of(Reason.PreparingReturn, Reason.InMaintenance, Reason.NoLongerSafe).contains(decision.reason())
                || conditions.before(ConditionType.ReplicasEvicted).filter(c -> c.getReason().equals(Finding.NoSpare.name())).isPresent();
    }

    /** What the gate says is what counts: whether the pod then is Ready is its server's affair. */
    private void endpointsRebound() {
        boolean gone = s.pod().isEmpty() && s.recorded().map(r -> r.placement().gated()).orElse(true);
        if (gone) {
            conditions.add(ConditionType.EndpointsRebound, Unknown, Finding.PodAbsent, "there is no pod that could be in service");
        } else if (s.pod().filter(p -> p.inService().declared()).isEmpty()) {
            conditions.add(ConditionType.EndpointsRebound, Unknown, Finding.NotApplicable, Finding.NotApplicable.sentence());
        } else {
            boolean in = s.pod().get().inService() == InServiceGate.IN_SERVICE;
            Finding finding = in ? Finding.InService : Finding.OutOfService;
            conditions.add(ConditionType.EndpointsRebound, in == entering ? False : True, finding, finding.sentence());
        }
    }

    /** True from the moment at which the cluster was read and found as recorded; what remains then is to remove the traces. */
    private void restored() {
        if (entering) {
            return;
        }
        Optional<Condition> before = restoredBefore();
        boolean cleaningUp = Set.of(Reason.CleaningUp, Reason.ReturningToService, Reason.Restored).contains(decision.reason());
        boolean unseen = s.recorded().isEmpty() && decision.reason() == Reason.MissingPermission;
        if (before.isPresent() && (s.recorded().isPresent() && cleaningUp || unseen)) {
            conditions.keep(before.get());
        } else if (endedElsewhere()) {
            conditions.add(ConditionType.Restored, Unknown, Finding.EndedElsewhere, Finding.EndedElsewhere.sentence());
        } else if (resource.getSpec().isSkipShardsRestore() && before.isEmpty() && (cleaningUp || lostTrack())) {
            conditions.add(ConditionType.Restored, True, Finding.LeftInPlace, leftInPlace());
        } else if (cleaningUp) {
            List<String> differences = s.recorded().map(r -> Differences.between(r.placement(), s.view())).orElse(List.of());
            Finding finding = differences.isEmpty() ? Finding.AsRecorded : Finding.WithDifferences;
            conditions.add(ConditionType.Restored, True, finding, finding.sentence()
                    + (differences.isEmpty() ? "" : " " + String.join("; ", differences)));
        } else if (decision instanceof Decision.Done || ahead()) {
            conditions.before(ConditionType.Restored).filter(c -> c.getStatus() != False).ifPresent(conditions::keep);
        } else {
            conditions.add(ConditionType.Restored, False, Finding.NotYet, decision.message());
        }
    }

    /** It had begun, and neither snapshot nor mark is there to say so. */
    private boolean lostTrack() {
        return decision instanceof Decision.Done && decision.reason() == Reason.NotInMaintenance && Peers.notedBegun(resource);
    }

    /** Who asked for it is told, and all that a person may want to put right: after this nothing in the cluster says it any more. */
    private String leftInPlace() {
        String asked = EndingNamespaces.decided(resource) ? "Opened without restoring, since the namespace is being deleted."
                : "Opened without restoring, as spec.skipShardsRestore asks (" + FieldAuthor.of(resource, "skipShardsRestore") + ").";
        if (s.recorded().isEmpty()) {
            return asked + " The snapshot is gone: settings that maintenance changed are left as they are, and so are the shards.";
        }
        List<String> left = LeftBehind.of(s);
        List<String> differences = s.view().members().isEmpty() ? List.of("nothing is known of the shards, no server could be asked")
                : Differences.between(s.recorded().get().placement(), s.view());
        return asked + (left.isEmpty() ? "" : " Not put back: " + String.join("; ", left) + ".")
                + (differences.isEmpty() ? "" : " Left in place: " + String.join("; ", differences) + ".");
    }

    private List<GateStatus> gates() {
        return Arrays.stream(GateName.values()).map(name -> decision.gates().stream().filter(v -> v.gate() == name).findFirst().map(PlanReport::gate)
                .orElseGet(() -> new GateStatus(name.name(), GateAnswer.NotEvaluated, "not needed for the present step"))).toList();
    }

    private NodeStatus node() {
        NodeStatus node = new NodeStatus();
        Optional<Member> member = s.target();
        node.setPodName(resource.getSpec().getPodName());
        s.node().map(NodeId::value).ifPresent(node::setNodeId);
        s.pod().flatMap(PodFacts::kubernetesNode).ifPresent(node::setKubernetesNode);
        node.setRole(member.map(m -> m.role() == Role.PRIMARY ? NodeRole.PRIMARY : NodeRole.REPLICA).orElse(NodeRole.UNKNOWN));
        boolean closed = s.mark().filter(m -> !m.open()).isPresent() || entering && s.pod().isEmpty() && s.begun();
        node.setShards((member.filter(Member::voter).isPresent() ? 1 : 0) + "/" + (closed ? 0 : 1));
        node.setSlots(member.map(m -> m.slots().count()).orElse(0));
        s.recorded().filter(Recorded::thisActivation).map(r -> r.placement().dataBytes()).ifPresent(node::setDataBytes);
        int percent = decision instanceof Decision.Done ? 100 : entering ? Progress.leaving(s) : Progress.returning(s);
        // a snapshot that somebody wrote may speak of any number of bytes
        node.setProgressPercent(Math.max(0, Math.min(100, percent)));
        return node;
    }
}
