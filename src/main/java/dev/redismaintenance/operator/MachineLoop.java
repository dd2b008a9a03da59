package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.Cordon;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.MachinePlanner;
import dev.redismaintenance.plan.MachineRehearsal;
import dev.redismaintenance.plan.MachineSituation;
import dev.redismaintenance.plan.Part;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.server.ServerException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turn of a maintenance with {@code nodeName}: observe, decide, and what has to be done, as in {@link MaintenanceLoop}, which calls it
 * under the lock of the namespace.
 * <ol>
 * <li>Observe: the Kubernetes Node's cordon and the NodeMaintenances that were made for its pods. Only when it is time to begin with
 * one, or all have begun, or it is a dry run of leaving, the servers are asked, and those whose turn has not come are rehearsed ({@link Ahead}).</li>
 * <li>Decide: {@link MachinePlanner}.</li>
 * <li>Act: on the cordon and the NodeMaintenances only; they do the rest. The exception is counting, which the rehearsal may need.</li>
 * </ol>
 */
final class MachineLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MachineLoop.class);

    private final Kubernetes kubernetes;
    private final Ahead ahead;
    private final StepRunner runner;
    private final StatusWriter writer;
    private final MaintenanceLoop.Watcher watcher;
    private final Pace pace;
    private final boolean overrides;
    private final NamespaceLease lease;
    /** By uid, for which pods that had no NodeMaintenance of their own something was counted. */
    private final Map<String, Set<String>> counted = new ConcurrentHashMap<>();

    /**
     * One look at a Kubernetes Node.
     *
     * @param all   NodeMaintenances of the namespace
     * @param ahead by pod, the look at each whose turn has not come
     */
    record Seen(MachineSituation situation, List<NodeMaintenance> all, List<NodeMaintenance> children, Map<String, Ahead.Look> ahead) {
        Seen with(MachineSituation other) {
            return new Seen(other, all, children, ahead);
        }
    }

    MachineLoop(Kubernetes kubernetes, Observer observer, Census census, StepRunner runner, StatusWriter writer, MaintenanceLoop.Watcher watcher, Pace pace,
            boolean overrides, NamespaceLease lease) {
        this.lease = lease;
        this.kubernetes = kubernetes;
        this.ahead = new Ahead(kubernetes, observer, census);
        this.runner = runner;
        this.writer = writer;
        this.watcher = watcher;
        this.pace = pace;
        this.overrides = overrides;
    }

    MaintenanceLoop.Turn turn(NodeMaintenance resource, List<NodeMaintenance> all, Instant now) throws KubernetesException {
        Seen seen = unseen(resource, all);
        try {
            lease.renew(resource.getMetadata().getNamespace());
            seen = look(resource, all, now);
            Set<String> itsPods = seen.situation().parts().stream().map(p -> resource.getMetadata().getNamespace() + "/" + p.pod()).collect(Collectors.toSet());
            counted.computeIfPresent(resource.getMetadata().getUid(), (uid, pods) -> pods.stream().filter(itsPods::contains).collect(Collectors.toUnmodifiableSet()));
            Optional<Trouble> unsupported = Peers.wants(resource) ? Supported.option(resource.getSpec(), overrides) : Optional.empty();
            return finish(resource, seen, unsupported.map(Judgement::refusal).orElse(decide(resource, seen.situation())), now);
        } catch (KubernetesException e) {
            if (!e.forbidden()) {
                throw e;
            }
            return report(resource, seen, Judgement.refusal(Judgement.forbidden(e)), now);
        }
    }

    private MaintenanceLoop.Turn finish(NodeMaintenance resource, Seen seen, Decision decision, Instant now) throws KubernetesException {
        String namespace = resource.getMetadata().getNamespace();
        if (decision.reason() == Reason.CountingSlots && decision instanceof Decision.Wait && plans(resource)) {
            // what is counted again now and then does not take back the plan that stands
            return new MaintenanceLoop.Turn(pace.waiting(), false);
        }
        if (!(decision instanceof Decision.Act act)) {
            lease.leave(namespace, resource.getMetadata().getName());
            return report(resource, seen, decision, now);
        }
        Optional<NamespaceLease.Holder> other = MaintenanceLoop.changes(act) ? lease.take(namespace, resource.getMetadata().getName()) : Optional.empty();
        if (other.isPresent()) {
            return other.get().operator() ? elsewhere(resource) : report(resource, seen, new Decision.Wait(Reason.WaitingForLease, other.get().message(), act.gates()), now);
        }
        try {
            // done before it is told: where it may not be done, only that is told
            act(act, resource, seen, now);
        } catch (KubernetesException e) {
            if (!e.forbidden() || !(act.step() instanceof Step.UncordonNode)) {
                throw e;
            }
            tellLeft(resource, e);
            Seen without = seen.with(seen.situation().withoutCordon());
            return finish(resource, without, decide(resource, without.situation()), now);
        }
        boolean again = act.step() instanceof Step.CountSlots && plans(resource);
        return again ? new MaintenanceLoop.Turn(pace.next(act, Duration.ZERO, false), false) : report(resource, seen, act, now);
    }

    private MaintenanceLoop.Turn report(NodeMaintenance resource, Seen seen, Decision decision, Instant now) throws KubernetesException {
        NodeMaintenanceStatus status = MachineReport.of(resource, seen, decision, pace.overdue(), MaintenanceLoop.text(now));
        String namespace = resource.getMetadata().getNamespace();
        boolean news = !status.equals(resource.getStatus());
        if (news && lease.otherOperator(namespace).isPresent()) {
            return elsewhere(resource);
        }
        if (news && !lease.holds(namespace) && writer.overtaken(resource)) {
            return new MaintenanceLoop.Turn(pace.afterStep(), false);
        }
        writer.write(resource, status);
        watcher.seen(resource, status);
        watcher.decided(resource, decision);
        boolean released = decision instanceof Decision.Done && !Peers.wants(resource);
        if (released) {
            watcher.gone(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
        }
        return new MaintenanceLoop.Turn(pace.next(decision, waited(seen, now), false), released);
    }

    /** Since the last one of its pods began or was told to come back. */
    private static Duration waited(Seen seen, Instant now) {
        return seen.children().stream().flatMap(c -> Stream.of(c.getMetadata().getCreationTimestamp(), c.getMetadata().getDeletionTimestamp())).filter(Objects::nonNull)
                .map(Instant::parse).max(Comparator.naturalOrder()).map(since -> Duration.between(since, now)).filter(d -> !d.isNegative()).orElse(Duration.ZERO);
    }

    /** Its status has the plan that answers the very spec that it has now. */
    private static boolean plans(NodeMaintenance resource) {
        return Judgement.dryRun(resource) && MaintenanceLoop.planned(resource);
    }

    /** Another process of this operator acts and reports. */
    private MaintenanceLoop.Turn elsewhere(NodeMaintenance resource) {
        watcher.gone(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
        return new MaintenanceLoop.Turn(pace.refused(), false);
    }

    /** For telling why nothing could be seen. */
    private static Seen unseen(NodeMaintenance resource, List<NodeMaintenance> all) {
        List<NodeMaintenance> children = Children.of(resource, all);
        return new Seen(new MachineSituation(resource.getSpec().getNodeName(), "", Optional.empty(), children.stream().map(c -> part(c, resource)).toList(), List.of(),
                Map.of(), Optional.empty(), false, false, false, false, List.of()), all, children, Map.of());
    }

    private Seen look(NodeMaintenance resource, List<NodeMaintenance> all, Instant now) throws KubernetesException {
        String namespace = resource.getMetadata().getNamespace();
        String machine = resource.getSpec().getNodeName();
        List<NodeMaintenance> children = Children.of(resource, all);
        List<Part> parts = children.stream().map(child -> part(child, resource)).toList();
        boolean entering = Peers.wants(resource);
        Optional<Cordon> cordon = cordon(resource, entering);
        boolean mayGoOn = parts.stream().allMatch(p -> p.state() == Part.State.IN);
        Ahead.Coming coming = entering && mayGoOn && cordon.isPresent() ? ahead.in(resource, all, parts, now) : entering ? Ahead.Coming.known(resource, parts)
                : Judgement.dryRun(resource) ? ahead.back(resource, all, parts, now) : Ahead.Coming.NONE;
        boolean closed = closed(resource);
        boolean over = ConditionList.find(resource, ConditionType.Ready).filter(ConditionList::tellsTheEnd).isPresent();
        boolean wasLeaving = ConditionList.find(resource, ConditionType.Restored).isPresent();
        boolean uncordoned = cordon.filter(c -> !c.unschedulable()).isPresent() && ConditionList.find(resource, ConditionType.Closed)
                .map(Condition::getReason).filter(Finding.Uncordoned.name()::equals).isPresent();
        List<String> marked = entering || over || !children.isEmpty() ? List.of() : kubernetes.pods(namespace).stream()
                .filter(p -> p.closed() && p.kubernetesNode().filter(machine::equals).isPresent()).map(PodFacts::name).toList();
        MachineSituation situation = new MachineSituation(machine, namespace + "/" + resource.getMetadata().getName(), cordon,
                Stream.concat(parts.stream(), coming.pods().stream().map(Part::ahead)).toList(), coming.ignored(), coming.troubles(), coming.rehearsal(),
                closed, closed || over, wasLeaving, uncordoned, marked);
        return new Seen(situation, all, children, coming.looks());
    }

    /** Who may not look at the Kubernetes Node cannot open it either; that must not keep the pods from coming back. */
    private Optional<Cordon> cordon(NodeMaintenance resource, boolean entering) throws KubernetesException {
        try {
            return kubernetes.cordon(resource.getSpec().getNodeName());
        } catch (KubernetesException e) {
            if (entering || !e.forbidden()) {
                throw e;
            }
            if (closed(resource)) {
                tellLeft(resource, e);
            }
            return Optional.empty();
        }
    }

    /** In an event, since the resource may be gone when a person asks why the Kubernetes Node is closed. */
    private void tellLeft(NodeMaintenance resource, KubernetesException why) throws KubernetesException {
        String machine = resource.getSpec().getNodeName();
        // what to do first: what the API server says is long, and an event is cut
        String told = "Kubernetes Node " + machine + " is left as it is: where nobody else needs it closed, kubectl uncordon " + machine + " and kubectl annotate node "
                + machine + " " + Kubernetes.CORDONED_FOR + "-; " + why.getMessage();
        LOG.warn("{}", told);
        try {
            kubernetes.event(resource, EventReason.MissingPermission.event(told, ""));
        } catch (KubernetesException e) {
            if (!e.forbidden()) {
                throw e;
            }
            LOG.warn("nor can an event say so: {}", e.getMessage());
        }
    }

    private static boolean closed(NodeMaintenance resource) {
        return Optional.ofNullable(resource.getStatus()).map(NodeMaintenanceStatus::getSince).isPresent();
    }

    private static Decision decide(NodeMaintenance resource, MachineSituation situation) {
        return Peers.wants(resource) ? MachinePlanner.enter(situation, Judgement.dryRun(resource))
                : MachinePlanner.leave(situation, !resource.getSpec().isSkipShardsRestore(), Judgement.dryRun(resource));
    }

    private static Part part(NodeMaintenance child, NodeMaintenance owner) {
        Optional<Condition> ready = ConditionList.find(child, ConditionType.Ready);
        Optional<Reason> reason = ready.map(Condition::getReason).flatMap(MachineLoop::reason);
        boolean ending = child.getMetadata().getDeletionTimestamp() != null;
        boolean stalled = Peers.answered(child) && ConditionList.find(child, ConditionType.Stalled).isPresent();
        boolean in = Peers.answered(child) && ready.filter(c -> c.getStatus() == ConditionStatus.True).isPresent() && reason.filter(Reason.InMaintenance::equals).isPresent();
        Part.State state = ending ? stalled ? Part.State.ENDING_STALLED : Part.State.ENDING
                : !Peers.wants(child) ? Part.State.OFF
                : stalled ? Part.State.STALLED
                : in ? Part.State.IN
                : Peers.answered(child) && reason.filter(Reason.Planned::equals).isPresent() ? Part.State.PLANNED : Part.State.ENTERING;
        boolean toStop = !Peers.wants(owner) && Judgement.dryRun(owner) && !child.getSpec().isDryRun() && (state == Part.State.ENTERING || state == Part.State.STALLED);
        return new Part(child.getSpec().getPodName(), state, Children.knows(child, owner) && !toStop, reason, ready.map(Condition::getMessage).orElse("it has just been made"));
    }

    private static Optional<Reason> reason(String name) {
        return Stream.of(Reason.values()).filter(r -> r.name().equals(name)).findFirst();
    }

    private void act(Decision.Act act, NodeMaintenance resource, Seen seen, Instant now) throws KubernetesException {
        LOG.info("{}: {} ({})", act.reason(), act.message(), act.step());
        MachineSituation s = seen.situation();
        Step step = act.step();
        if (step instanceof Step.CordonNode) {
            kubernetes.changeCordon(s.kubernetesNode(), s.cordon().orElseThrow(), s.cordon().orElseThrow().with(s.self()));
        } else if (step instanceof Step.UncordonNode) {
            kubernetes.changeCordon(s.kubernetesNode(), s.cordon().orElseThrow(), s.cordon().orElseThrow().without(s.self()));
        } else if (step instanceof Step.DisownCordon) {
            kubernetes.changeCordon(s.kubernetesNode(), s.cordon().orElseThrow(), s.cordon().orElseThrow().disownedBy(s.self()));
        } else if (step instanceof Step.BeginPod b) {
            kubernetes.createMaintenance(Children.make(resource, b.pod(), seen.all()));
        } else if (step instanceof Step.TellPod t) {
            kubernetes.changeMaintenance(Children.told(Children.ofPod(t.pod(), seen.children()), resource));
        } else if (step instanceof Step.EndPod e) {
            kubernetes.deleteMaintenance(Children.ofPod(e.pod(), seen.children()));
        } else {
            count(step, resource, seen, now);
        }
    }

    /** What the rehearsal of a pod needs to know; it reads only, and is known to the pod's own maintenance when its turn comes. */
    private void count(Step step, NodeMaintenance resource, Seen seen, Instant now) throws KubernetesException {
        Ahead.Look look = seen.situation().ahead().flatMap(MachineRehearsal::stop).map(one -> seen.ahead().get(one.pod())).orElseThrow();
        try {
            runner.run(step, look.maintenance(), MaintenanceLoop.request(look.maintenance(), now), look.observation(), now);
        } catch (ServerException e) {
            throw new IllegalStateException("counting is a worker's, and asks no server here: " + step, e);
        }
        counted.merge(resource.getMetadata().getUid(), Set.of(MaintenanceLoop.pod(look.maintenance())),
                (before, pod) -> Stream.concat(before.stream(), pod.stream()).collect(Collectors.toUnmodifiableSet()));
    }

    /** Pods for which these have had something counted, and that may have no NodeMaintenance of their own yet. */
    Stream<String> countedFor(List<NodeMaintenance> some) {
        return some.stream().flatMap(m -> counted.getOrDefault(m.getMetadata().getUid(), Set.of()).stream());
    }

    /** The resource is no more. */
    void forget(String uid) {
        counted.remove(uid);
    }
}
