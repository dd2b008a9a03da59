package dev.redismaintenance.operator;

import static dev.redismaintenance.api.ConditionStatus.False;
import static dev.redismaintenance.api.ConditionStatus.True;
import static dev.redismaintenance.api.ConditionStatus.Unknown;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.FailureTolerance;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.NodeRole;
import dev.redismaintenance.api.NodeStatus;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.cluster.Cordon;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.MachinePlanner;
import dev.redismaintenance.plan.MachineSituation;
import dev.redismaintenance.plan.Part;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The status of a maintenance with {@code nodeName}: what is said of its pods, put together. A step is done when it is done for all of
 * them. A pure function; equal looks give equal statuses.
 */
final class MachineReport {
    private static final List<ConditionType> STEPS = List.of(ConditionType.QuorumVerified, ConditionType.SnapshotTaken, ConditionType.Closed,
            ConditionType.ShardsMigrated, ConditionType.ReplicasEvicted, ConditionType.EndpointsRebound);

    private final NodeMaintenance resource;
    private final MachineSituation s;
    private final MachineLoop.Seen seen;
    private final Decision decision;
    private final NodeMaintenanceStatus previous;
    private final boolean entering;
    private final String now;
    private final Duration overdueAfter;
    private final ConditionList conditions;
    private final Outcomes outcomes;

    private MachineReport(NodeMaintenance resource, MachineLoop.Seen seen, Decision decision, Duration overdueAfter, String now) {
        this.resource = resource;
        this.seen = seen;
        this.s = seen.situation();
        this.decision = decision;
        this.previous = Optional.ofNullable(resource.getStatus()).orElseGet(NodeMaintenanceStatus::new);
        this.entering = Peers.wants(resource);
        this.now = now;
        this.overdueAfter = overdueAfter;
        this.conditions = new ConditionList(previous.getConditions(), resource.getMetadata().getGeneration(), now);
        this.outcomes = Outcomes.of(conditions.before(ConditionType.Restored), seen.children());
    }

    /** @param overdueAfter how long a Kubernetes Node may be closed before that is said */
    static NodeMaintenanceStatus of(NodeMaintenance resource, MachineLoop.Seen seen, Decision decision, Duration overdueAfter, String now) {
        return new MachineReport(resource, seen, decision, overdueAfter, now).build();
    }

    private NodeMaintenanceStatus build() {
        NodeMaintenanceStatus status = new NodeMaintenanceStatus();
        status.setObservedGeneration(resource.getMetadata().getGeneration());
        status.setTarget("node/" + s.kubernetesNode());
        summary();
        STEPS.forEach(this::step);
        restored();
        overdue().ifPresent(message -> conditions.add(ConditionType.Overdue, True, Finding.ClosedForLong, message));
        status.setConditions(conditions.list());
        List<NodeStatus> nodes = nodes();
        status.setNodes(nodes);
        if (!nodes.isEmpty()) {
            status.setShards(sum(nodes, 0) + "/" + sum(nodes, 1));
        }
        int progress = decision instanceof Decision.Done ? 100 : progress(nodes);
        status.setProgressPercent(progress);
        status.setProgress(progress + "%");
        status.setGates(gates());
        since().ifPresent(status::setSince);
        children().map(c -> c.getStatus().getMove()).filter(Objects::nonNull).findFirst().ifPresent(status::setMove);
        tolerance().ifPresent(status::setFailureTolerance);
        if (Judgement.dryRun(resource)) {
            status.setPlan(plan());
        }
        return status;
    }

    /** Those that have a status. */
    private Stream<NodeMaintenance> children() {
        return seen.children().stream().filter(c -> c.getStatus() != null);
    }

    /** As its first pod says; without any, by its own time. */
    private Optional<String> overdue() {
        return children().flatMap(c -> ConditionList.find(c, ConditionType.Overdue).stream()).map(Condition::getMessage).findFirst()
                .or(() -> seen.children().isEmpty() ? since().flatMap(at -> Overdue.told("Kubernetes Node " + s.kubernetesNode(), at, StatusReport.why(resource), overdueAfter, Instant.parse(now)))
                        : Optional.empty());
    }

    private void summary() {
        boolean done = decision instanceof Decision.Done && decision.reason() != Reason.HeldByOthers;
        Optional<Condition> before = conditions.before(ConditionType.Ready).filter(ConditionList::tellsTheEnd);
        if (done && !entering && before.isPresent()) {
            // how it ended stands
            conditions.keep(before.get());
            return;
        }
        boolean differs = done && !entering && !outcomes.asRecorded();
        conditions.add(ConditionType.Ready, done ? True : False, differs ? outcome() : decision.reason(), decision.message() + (differs ? "; " + outcomes.told() : ""));
        if (!done && !(decision instanceof Decision.Planned)) {
            conditions.add(decision instanceof Decision.Refuse ? ConditionType.Stalled : ConditionType.Reconciling, True, decision.reason(), decision.message());
        }
    }

    private Reason outcome() {
        return outcomes.worst() == Finding.LeftInPlace ? Reason.OpenedWithoutRestore : outcomes.worst() == Finding.EndedElsewhere ? Reason.EndedElsewhere : decision.reason();
    }

    /** As the first says for whom it is not so; as all say where it is. */
    private void step(ConditionType type) {
        List<NodeMaintenance> all = seen.children();
        boolean toCome = s.parts().stream().anyMatch(p -> !p.begun());
        Optional<NodeMaintenance> lacking = all.stream().filter(c -> ConditionList.find(c, type).filter(found -> found.getStatus() == True).isEmpty()).findFirst();
        boolean disowned = decision instanceof Decision.Act act && act.step() instanceof Step.DisownCordon || s.uncordoned();
        boolean marked = !all.isEmpty() && lacking.isEmpty() && !toCome;
        boolean alone = s.parts().isEmpty() && decision instanceof Decision.Done;
        if (type == ConditionType.Closed && entering && s.cordon().isPresent() && (disowned || marked || alone)) {
            closed(s.cordon().get(), marked);
        } else if (lacking.isPresent() && ConditionList.find(lacking.get(), type).isPresent()) {
            Condition c = ConditionList.find(lacking.get(), type).get();
            conditions.add(type, c.getStatus(), finding(c), "pod " + lacking.get().getSpec().getPodName() + ": " + c.getMessage());
        } else if (all.isEmpty() || lacking.isPresent() || toCome) {
            Finding none = type == ConditionType.Closed ? Finding.Open : Finding.NotAsked;
            conditions.add(type, type == ConditionType.Closed ? False : Unknown, none, none.sentence());
        } else {
            Condition c = ConditionList.find(all.get(0), type).orElseThrow();
            conditions.add(type, True, finding(c), (all.size() == 1 ? "" : "so for all " + all.size() + " pods; ") + s.parts().get(0).pod() + ": " + c.getMessage());
        }
    }

    private void closed(Cordon cordon, boolean marked) {
        Finding finding = !cordon.unschedulable() ? Finding.Uncordoned : cordon.holders().isEmpty() ? Finding.CordonedByOthers : Finding.Cordoned;
        String moved = String.join("; ", movedAway());
        conditions.add(ConditionType.Closed, cordon.unschedulable() ? True : False, moved.isEmpty() || !cordon.unschedulable() ? finding : Finding.MovedAway,
                (marked ? "all " + seen.children().size() + " pods are marked; " : "") + "Kubernetes Node " + s.kubernetesNode() + ": " + finding.sentence()
                        + since().map(at -> " Closed " + StatusReport.who(resource, at)).orElse("") + (moved.isEmpty() ? "" : "; " + moved));
    }

    /** A drain may place a pod anew, where its volume lets it. */
    private List<String> movedAway() {
        return children().flatMap(c -> c.getStatus().getNodes().stream().findFirst().stream()
                .filter(n -> n.getKubernetesNode() != null && !n.getKubernetesNode().equals(s.kubernetesNode()))
                .map(n -> "pod " + n.getPodName() + " runs on Kubernetes Node " + n.getKubernetesNode() + " now and stays in maintenance there; to have it serve there, delete its NodeMaintenance "
                        + c.getMetadata().getName())).toList();
    }

    private static Finding finding(Condition c) {
        return Stream.of(Finding.values()).filter(f -> f.name().equals(c.getReason())).findFirst().orElse(Finding.NotAsked);
    }

    /** What the pods say that have ended stands, for nobody else can say it any more. */
    private void restored() {
        boolean done = decision instanceof Decision.Done;
        Optional<Condition> stands = conditions.before(ConditionType.Restored).filter(c -> c.getStatus() != False && done);
        if (Judgement.dryRun(resource) && !done) {
            // a way out that has begun is still known when the dry run ends
            conditions.before(ConditionType.Restored).ifPresent(conditions::keep);
            return;
        }
        if (entering) {
            return;
        }
        if (stands.isPresent()) {
            conditions.keep(stands.get());
        } else if (done && (decision.reason() == Reason.Restored || decision.reason() == Reason.OpenedWithoutRestore)) {
            Finding finding = decision.reason() == Reason.OpenedWithoutRestore ? Finding.LeftInPlace : outcomes.worst();
            conditions.add(ConditionType.Restored, finding == Finding.EndedElsewhere ? Unknown : True, finding, outcomes.asRecorded() ? decision.message() : outcomes.told());
        } else if (!done || !outcomes.asRecorded()) {
            conditions.add(ConditionType.Restored, False, outcomes.asRecorded() ? Finding.NotYet : outcomes.worst(), outcomes.asRecorded() ? decision.message() : outcomes.told());
        }
    }

    private List<NodeStatus> nodes() {
        List<NodeStatus> nodes = new ArrayList<>();
        for (Part part : s.parts()) {
            Optional<NodeMaintenance> child = seen.children().stream().filter(c -> c.getSpec().getPodName().equals(part.pod())).findFirst();
            NodeStatus node = child.map(NodeMaintenance::getStatus).flatMap(status -> status.getNodes().stream().findFirst())
                    .map(Serialization::clone).orElseGet(() -> toCome(part.pod()));
            child.map(c -> c.getMetadata().getName()).ifPresent(node::setMaintenance);
            nodes.add(node);
        }
        return nodes;
    }

    private NodeStatus toCome(String pod) {
        Optional<NodeStatus> before = previous.getNodes().stream().filter(n -> n.getPodName().equals(pod)).findFirst();
        if (!seen.ahead().containsKey(pod) && before.isPresent()) {
            return Serialization.clone(before.get());
        }
        NodeStatus node = new NodeStatus();
        node.setPodName(pod);
        node.setKubernetesNode(s.kubernetesNode());
        Optional<Member> member = Optional.ofNullable(seen.ahead().get(pod)).flatMap(look -> look.observation().situation().target());
        member.map(Member::id).ifPresent(id -> node.setNodeId(id.value()));
        node.setRole(member.map(m -> m.role() == Role.PRIMARY ? NodeRole.PRIMARY : NodeRole.REPLICA).orElse(NodeRole.UNKNOWN));
        node.setSlots(member.map(m -> m.slots().count()).orElse(0));
        node.setShards((member.filter(Member::voter).isPresent() ? 1 : 0) + "/1");
        node.setProgressPercent(0);
        return node;
    }

    private static int sum(List<NodeStatus> nodes, int side) {
        return nodes.stream().map(NodeStatus::getShards).filter(Objects::nonNull).map(text -> text.split("/")).filter(parts -> parts.length == 2)
                .mapToInt(parts -> Integer.parseInt(parts[side])).sum();
    }

    /** Of the bytes where they are known; each node alike where not. */
    private static int progress(List<NodeStatus> nodes) {
        long all = 0;
        long done = 0;
        for (NodeStatus node : nodes) {
            long weight = Math.max(1, Optional.ofNullable(node.getDataBytes()).orElse(1L));
            all += weight;
            done += weight * Optional.ofNullable(node.getProgressPercent()).orElse(0) / 100;
        }
        return all == 0 ? 0 : (int) (done * 100 / all);
    }

    /** Of this very decision; else of the pod that is at work, or came last. */
    private List<GateStatus> gates() {
        if (!decision.gates().isEmpty()) {
            return decision.gates().stream().map(PlanReport::gate).toList();
        }
        List<NodeMaintenance> all = children().toList();
        Set<String> busy = Set.copyOf(s.parts().stream().filter(p -> p.begun() && p.state() != Part.State.IN).map(Part::pod).toList());
        return all.stream().filter(c -> busy.contains(c.getSpec().getPodName())).findFirst()
                .or(() -> all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1))).map(c -> c.getStatus().getGates()).orElse(List.of());
    }

    private Optional<String> since() {
        Optional<String> first = children().map(c -> c.getStatus().getSince()).filter(Objects::nonNull).min(Comparator.naturalOrder());
        boolean over = decision instanceof Decision.Done && !entering;
        boolean in = decision instanceof Decision.Done && entering;
        return over ? Optional.empty() : first.or(() -> Optional.ofNullable(previous.getSince())).or(() -> in ? Optional.of(now) : Optional.empty());
    }

    /** Of the cluster that survives least. */
    private Optional<FailureTolerance> tolerance() {
        return children().map(c -> c.getStatus().getFailureTolerance()).filter(Objects::nonNull)
                .min(Comparator.comparing(t -> Optional.ofNullable(t.getInMaintenance()).orElse(Integer.MAX_VALUE)));
    }

    /** What is left to do for those that a dry run stopped on their way in comes between the cordon and those whose turn has not come. */
    private List<PlanStep> plan() {
        List<PlanStep> cordon = new ArrayList<>();
        List<PlanStep> pods = new ArrayList<>();
        if (entering) {
            children().map(c -> c.getStatus().getPlan()).filter(Objects::nonNull).forEach(pods::addAll);
        }
        for (MachinePlanner.Foreseen one : MachinePlanner.foreseen(s, entering)) {
            boolean whole = one.step() instanceof Step.CordonNode || one.step() instanceof Step.UncordonNode || one.step() instanceof Step.TellPod;
            (whole ? cordon : pods).add(new PlanStep(one.step().kind().name(), null, one.target(), 0L, one.message()));
            one.within().forEach(foreseen -> pods.add(PlanReport.step(foreseen)));
        }
        return Stream.concat(cordon.stream(), pods.stream()).toList();
    }
}
