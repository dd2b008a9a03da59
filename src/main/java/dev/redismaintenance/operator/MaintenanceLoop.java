package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.EnterPlanner;
import dev.redismaintenance.plan.LeavePlanner;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.Step;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.Servers;
import dev.redismaintenance.server.SlotWork;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn of a maintenance: observe, decide, report, act one step.
 *
 * <ol>
 * <li>Take the lock of the namespace: one maintenance step at a time.</li>
 * <li>Read the resource afresh. What called us may have been an old copy.</li>
 * <li>Observe: {@link Observer} takes one look at pods, snapshots and the whole cluster.</li>
 * <li>Decide: {@link Judgement} asks {@link EnterPlanner} or {@link LeavePlanner}, pure functions of that look.</li>
 * <li>Report: {@link StatusReport} computes the status from the look; it is written, with its events, only when it differs.</li>
 * <li>Only while this process holds the {@link NamespaceLease}: where another process of the operator does, this one only watches.</li>
 * <li>Act: {@link StepRunner} carries out one step and returns without waiting for its outcome, which the next turn observes.</li>
 * </ol>
 *
 * <p>Properties: nothing but the snapshot is remembered, so a turn may be cut after any call and a new process continues from
 * what it sees; nothing blocks longer than the time-outs of a few short exchanges; a turn that changes nothing writes nothing.
 */
public final class MaintenanceLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceLoop.class);

    private static final Duration LAST_TURN = Duration.ofSeconds(5);

    private final Kubernetes kubernetes;
    private final Observer observer;
    private final StepRunner runner;
    private final StatusWriter writer;
    private final MachineLoop machines;
    private final ForeignFailovers foreign = new ForeignFailovers();
    private final Flights flights;
    private final SlotWorkers workers;
    private final ForcedOpenings forced;
    private final EndingNamespaces endings;
    private final Watcher watcher;
    private final Clock clock;
    private final Pace pace;
    private final OperatorSettings settings;
    private final NamespaceLease lease;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Phases phases = new Phases();
    private final Judgement judgement;
    private final MovesTold moves;
    /** Which resource was met last under a namespace and name. */
    private final Map<String, String> uids = new ConcurrentHashMap<>();

    /** Is told what the loop does, for metrics. */
    public interface Watcher {
        void decided(NodeMaintenance resource, Decision decision);

        /** At every turn, also where nothing has changed. */
        default void seen(NodeMaintenance resource, NodeMaintenanceStatus status) {
        }

        /** Nothing is left of the resource, or nothing was ever done for it, or another process tells of it. */
        default void gone(String namespace, String name) {
        }

        /** A failover that was asked for has shown, or another one is asked for since it has not. */
        default void failover(boolean promoted) {
        }
    }

    /** What a turn left behind. */
    public record Turn(Duration again, boolean released) {
    }

    /**
     * @param executor runs the questions to the servers of one cluster side by side
     * @param labour   runs work on slots, which takes as long as there is data
     * @param lease    says whether this process may act
     */
    public MaintenanceLoop(Kubernetes kubernetes, Servers servers, SlotWork slotWork, Executor executor, Executor labour, Watcher watcher,
            Clock clock, Pace pace, OperatorSettings settings, NamespaceLease lease) {
        this.settings = settings;
        this.lease = lease;
        this.kubernetes = kubernetes;
        this.endings = new EndingNamespaces(kubernetes);
        this.flights = new Flights(foreign, watcher::failover);
        this.workers = new SlotWorkers(slotWork, LogContext.carriedBy(labour), clock, lease::holds);
        Executor questions = LogContext.carriedBy(executor);
        this.observer = new Observer(kubernetes, servers, workers, foreign, new OthersAtWork(lease::holds), questions, settings.snapshotsKept());
        this.runner = new StepRunner(kubernetes, servers, flights, workers);
        this.writer = new StatusWriter(kubernetes);
        this.machines = new MachineLoop(kubernetes, observer, new Census(kubernetes, servers, questions), runner, writer, watcher, pace, settings.overrideGates(), lease);
        this.watcher = watcher;
        this.clock = clock;
        this.pace = pace;
        this.forced = new ForcedOpenings(pace.waitsTooLong());
        this.judgement = new Judgement(workers, forced, flights, phases, settings);
        this.moves = new MovesTold(kubernetes, workers);
    }

    /**
     * @return when to come again; {@code released} when the resource is being deleted and nothing of it is left to undo
     * @throws KubernetesException when the API server could not be asked; to be tried again
     */
    public Turn turn(String namespace, String name) throws KubernetesException {
        // fair: while a server does not answer a look takes seconds, and the next one must not be the same resource's again
        ReentrantLock lock = locks.computeIfAbsent(namespace, ns -> new ReentrantLock(true));
        lock.lock();
        try {
            List<NodeMaintenance> all = kubernetes.maintenances(namespace);
            Optional<NodeMaintenance> resource = all.stream().filter(m -> m.getMetadata().getName().equals(name)).findFirst();
            lease.keep(namespace, Stream.concat(Stream.of(name), all.stream().map(m -> m.getMetadata().getName())).collect(Collectors.toSet()));
            workers.keep(namespace, Stream.concat(all.stream().filter(m -> !Children.hasNodeName(m)).map(MaintenanceLoop::pod), machines.countedFor(all)).collect(Collectors.toSet()));
            if (resource.isEmpty()) {
                watcher.gone(namespace, name);
                lease.leave(namespace, name);
                gone(namespace, name);
                return new Turn(pace.settled(), true);
            }
            String uid = resource.get().getMetadata().getUid();
            Optional.ofNullable(uids.put(namespace + "/" + name, uid)).filter(before -> !before.equals(uid)).ifPresent(this::forget);
            endings.letGo(resource.get());
            Turn turn = turn(resource.get(), all);
            return endings.learn(resource.get(), turn.released(), clock.instant()) ? new Turn(pace.afterStep(), false) : turn;
        } finally {
            lock.unlock();
        }
    }

    /** The resource is no more, however it went: who had its finalizer taken away comes to no turn. */
    public void gone(String namespace, String name) {
        Optional.ofNullable(uids.remove(namespace + "/" + name)).ifPresent(this::forget);
    }

    private void forget(String uid) {
        phases.forget(uid);
        forced.forget(uid);
        writer.forget(uid);
        endings.forget(uid);
        machines.forget(uid);
    }

    /** Before the process ends: slots that are on their way arrive, no others are sent, and whoever comes next need not wait. */
    public void end(Duration patience) {
        lease.end();
        List<String> busy = workers.end(patience);
        if (!busy.isEmpty()) {
            LOG.warn("slots are still moving for {}; the next process goes on with what is left half-way", busy);
        }
        locks.keySet().stream().filter(ns -> busy.stream().noneMatch(pod -> pod.startsWith(ns + "/"))).forEach(this::release);
    }

    /** Not while a turn is under way there. What is not released runs out. */
    private void release(String namespace) {
        ReentrantLock lock = locks.get(namespace);
        try {
            if (lock.tryLock(LAST_TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    lease.release(namespace);
                } finally {
                    lock.unlock();
                }
            }
        } catch (KubernetesException e) {
            LOG.warn("the Lease {} of namespace {} could not be released and runs out by itself: {}", NamespaceLease.NAME, namespace, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Turn turn(NodeMaintenance resource, List<NodeMaintenance> all) throws KubernetesException {
        Instant now = clock.instant();
        if (Children.hasNodeName(resource)) {
            return machines.turn(resource, all, now);
        }
        Optional<Trouble> unsupported = Peers.wants(resource) ? Supported.option(resource.getSpec(), settings.overrideGates()) : Optional.empty();
        if (unsupported.isPresent()) {
            return finish(resource, Situation.NOTHING_SEEN, Judgement.Considered.of(Judgement.refusal(unsupported.get())), Optional.empty(), now);
        }
        try {
            lease.renew(resource.getMetadata().getNamespace());
            Observation seen = observer.look(resource, all, !settled(resource), now);
            return finish(resource, seen.situation(), judgement.decide(resource, seen, now), Optional.of(seen), now);
        } catch (KubernetesException e) {
            if (!e.forbidden()) {
                throw e;
            }
            return finish(resource, Situation.NOTHING_SEEN, Judgement.Considered.of(Judgement.refusal(Judgement.forbidden(e))), Optional.empty(), now);
        }
    }

    private Turn finish(NodeMaintenance resource, Situation situation, Judgement.Considered considered, Optional<Observation> seen, Instant now) throws KubernetesException {
        Decision decision = considered.decision();
        String namespace = resource.getMetadata().getNamespace();
        Optional<NamespaceLease.Holder> other = changes(decision) ? lease.take(namespace, resource.getMetadata().getName()) : Optional.empty();
        if (other.isPresent() || Judgement.dryRun(resource)) {
            // where nothing may be tried, nothing stands still
            forced.forget(resource);
        }
        if (other.isPresent()) {
            return other.get().operator() ? watch(resource, other.get()) : finish(resource, situation,
                    Judgement.Considered.of(new Decision.Wait(Reason.WaitingForLease, other.get().message(), decision.gates())), seen, now);
        }
        Phases.Phase phase = phases.at(resource, decision, now);
        Duration waited = phase.waited(now);
        // work that is going on takes as long as there is data
        boolean working = situation.slots().working().isPresent();
        boolean held = decision instanceof Decision.Wait && (decision.reason() != Reason.WaitingForTurn || !situation.rollouts().isEmpty() || !situation.takeovers().isEmpty()) && !working || phase.failure().isPresent();
        if (settled(resource) && decision.reason() == Reason.WaitingForViews && waited.compareTo(pace.gossip()) < 0) {
            // the picture is changing, and nothing can be said of it yet: what was found last still stands
            return new Turn(pace.waiting(), false);
        }
        if (Judgement.dryRun(resource) && planned(resource) && decision.reason() == Reason.CountingSlots) {
            // what is counted again now and then does not take back the plan that stands
            return seen.isPresent() && decision instanceof Decision.Act again ? act(resource, again, seen.get(), phase, now)
                    : new Turn(pace.next(decision, waited, working), false);
        }
        NodeMaintenanceStatus status = StatusReport.of(resource, situation, phase.told(decision), considered.rehearsal(), seen.flatMap(Observation::wanted), held && waited.compareTo(pace.waitsTooLong()) >= 0, pace.overdue(), text(now));
        if (!changes(decision) && !status.equals(resource.getStatus())) {
            Optional<NamespaceLease.Holder> reporter = lease.otherOperator(namespace);
            if (reporter.isPresent()) {
                return watch(resource, reporter.get());
            }
            if (!lease.holds(namespace) && writer.overtaken(resource)) {
                return new Turn(pace.afterStep(), false);
            }
        }
        boolean written = writer.write(resource, status);
        watcher.seen(resource, status);
        watcher.decided(resource, decision);
        forced.decided(resource, decision, now);
        moves.tell(resource, clock.instant());
        if (decision instanceof Decision.Act act && seen.isPresent()) {
            return act(resource, act, seen.get(), phase, now);
        }
        if (!working && !(decision instanceof Decision.Wait && waited.compareTo(pace.waitsTooLong()) < 0)) {
            lease.leave(namespace, resource.getMetadata().getName());
        }
        boolean released = decision instanceof Decision.Done && !Peers.wants(resource);
        if (released && written && Outcomes.differ(resource, status) && !Outcomes.noted(resource, status, kubernetes.maintenances(namespace))) {
            return new Turn(pace.waiting(), false);
        }
        if (released) {
            phases.forget(resource.getMetadata().getUid());
            forced.forget(resource);
            watcher.gone(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
            if (decision.reason() != Reason.HeldByOthers) {
                workers.forget(pod(resource));
            }
        }
        // nothing waits for a pod that a leave without restoring has not yet brought back into service; its status does
        boolean outOfService = released && ConditionList.find(status.getConditions(), ConditionType.EndpointsRebound)
                .filter(c -> c.getStatus() == ConditionStatus.False).isPresent();
        return new Turn(outOfService ? pace.refused() : pace.next(decision, waited, working), released);
    }

    /** Counting only reads; all other steps change something. */
    static boolean changes(Decision decision) {
        return decision instanceof Decision.Act act && !(act.step() instanceof Step.CountSlots);
    }

    /** Another process of this operator acts and reports. Should this one have to take over, it is as new as one that starts. */
    private Turn watch(NodeMaintenance resource, NamespaceLease.Holder holder) {
        LOG.debug("{} is at work in this namespace", holder.name());
        phases.forget(resource.getMetadata().getUid());
        forced.forget(resource);
        watcher.gone(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
        foreign.forget(resource.getMetadata().getNamespace());
        return new Turn(holder.left().compareTo(pace.refused()) > 0 ? pace.refused() : holder.left().plus(pace.waiting()), false);
    }

    /** A step that fails shows at the next look as not done; why it failed is told until the decision changes. */
    private Turn act(NodeMaintenance resource, Decision.Act act, Observation seen, Phases.Phase phase, Instant now) throws KubernetesException {
        if (changes(act) && !lease.holds(resource.getMetadata().getNamespace())) {
            // telling of it took the API server so long that somebody else may be at work by now
            return new Turn(pace.waiting(), false);
        }
        LOG.info("{}: {} ({})", act.reason(), act.message(), act.step());
        try {
            runner.run(act.step(), resource, request(resource, now), seen, now);
            return new Turn(pace.next(act, Duration.ZERO, false), false);
        } catch (ServerException e) {
            return failed(resource, act, phase, new Phases.Failure(e.getMessage(), Optional.empty()), now);
        } catch (KubernetesException e) {
            if (!e.forbidden()) {
                throw e;
            }
            return failed(resource, act, phase, new Phases.Failure(e.getMessage(), Optional.of(Judgement.forbidden(e).reason())), now);
        }
    }

    private Turn failed(NodeMaintenance resource, Decision.Act act, Phases.Phase phase, Phases.Failure failure, Instant now) {
        LOG.warn("{} did not succeed: {}", act.step(), failure.message());
        phases.failed(resource, phase, failure);
        Decision wait = new Decision.Wait(act.reason(), act.message(), act.gates());
        return new Turn(pace.next(wait, phase.waited(now), false), false);
    }

    /** The plan in its status is of this very generation. */
    static boolean planned(NodeMaintenance m) {
        return Peers.answered(m) && !m.getStatus().getPlan().isEmpty();
    }

    /** In maintenance or restored, as the status says of this very generation. */
    private static boolean settled(NodeMaintenance m) {
        return Peers.answered(m) && m.getMetadata().getDeletionTimestamp() == null
                && ConditionList.find(m, ConditionType.Ready).map(Condition::getStatus).filter(ConditionStatus.True::equals).isPresent();
    }

    static Request request(NodeMaintenance m, Instant now) {
        NodeMaintenanceSpec spec = m.getSpec();
        return new Request(m.getMetadata().getName(), m.getMetadata().getUid(), spec.getPodName(), Optional.ofNullable(spec.getReason()).orElse(""),
                text(now), closedSince(m).orElse(text(now)), spec.isOverwriteSnapshot(), Optional.ofNullable(spec.getDemoteNode()), spec.isEvictHaReplica(), spec.isSkipShardsRestore());
    }

    /** As its status says of a maintenance that has begun; once it has ended the status says nothing of the kind. */
    private static Optional<String> closedSince(NodeMaintenance m) {
        return Peers.restoresFrom(m).flatMap(snapshot -> Optional.ofNullable(m.getStatus().getSince()));
    }

    /** How work on its slots is called. */
    static String pod(NodeMaintenance m) {
        return m.getMetadata().getNamespace() + "/" + m.getSpec().getPodName();
    }

    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
