package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.gate.Room;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.EnterPlanner;
import dev.redismaintenance.plan.LeavePlanner;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Rehearsal;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.SnapshotPlanner;
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
import java.util.Set;
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
 * <li>Decide: {@link EnterPlanner} or {@link LeavePlanner}, pure functions of that look; {@link Flights} holds back what must
 *     wait for a failover under way. A dry run asks the same planner for all steps to the end ({@link Rehearsal}).</li>
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

    /** Phases in which a failover was or is just being asked for. */
    private static final Set<String> ASKING = Set.of(Reason.HandingOver.name(), Reason.RestoringShards.name(), Reason.WaitingForHandover.name());

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
    private final Map<String, Phase> phases = new ConcurrentHashMap<>();
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
     * For pacing and telling only, nothing is decided from it.
     *
     * @param since   when this reason was first met by this process
     * @param failure of the last attempt at the step, when it failed
     */
    private record Phase(Reason reason, Instant since, Optional<Failure> failure) {
    }

    /**
     * @param message   what the server said, or the API server
     * @param refused why a person has to act, where the API server does not let this operator do it
     */
    private record Failure(String message, Optional<Reason> refused) {
    }

    /** @param rehearsal of a dry run */
    private record Considered(Decision decision, Optional<Rehearsal> rehearsal) {
        static Considered of(Decision decision) {
            return new Considered(decision, Optional.empty());
        }
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
        this.observer = new Observer(kubernetes, servers, workers, foreign, questions, settings.snapshotsKept());
        this.runner = new StepRunner(kubernetes, servers, flights, workers);
        this.writer = new StatusWriter(kubernetes);
        this.machines = new MachineLoop(kubernetes, observer, new Census(kubernetes, servers, questions), runner, writer, watcher, pace, settings.overrideGates(), lease);
        this.watcher = watcher;
        this.clock = clock;
        this.pace = pace;
        this.forced = new ForcedOpenings(pace.waitsTooLong());
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
            workers.keep(namespace, all.stream().map(m -> namespace + "/" + m.getSpec().getPodName()).collect(Collectors.toSet()));
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
        phases.remove(uid);
        forced.forget(uid);
        writer.forget(uid);
        endings.forget(uid);
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
            return finish(resource, nothingSeen(), Considered.of(refusal(unsupported.get())), Optional.empty(), now);
        }
        try {
            lease.renew(resource.getMetadata().getNamespace());
            Observation seen = observer.look(resource, all, !settled(resource), now);
            return finish(resource, seen.situation(), decide(resource, seen, now), Optional.of(seen), now);
        } catch (KubernetesException e) {
            if (!e.forbidden()) {
                throw e;
            }
            return finish(resource, nothingSeen(), Considered.of(refusal(forbidden(e))), Optional.empty(), now);
        }
    }

    private Considered decide(NodeMaintenance resource, Observation seen, Instant now) {
        Request request = request(resource, now);
        Situation situation = seen.situation();
        boolean outOfPatience = !dryRun(resource) && forced.outOfPatience(resource, situation, now);
        if (outOfPatience && situation.slots().moving()) {
            workers.stop(resource.getMetadata().getNamespace() + "/" + request.podName());
        }
        Optional<Decision> blocked = seen.blocked().filter(b -> !escapes(request, b, outOfPatience) && !neverBegun(resource, situation)).map(MaintenanceLoop::refusal);
        if (blocked.isEmpty() && dryRun(resource)) {
            if (situation.slots().moving()) {
                // it was made a dry run in the middle of a move
                workers.stop(resource.getMetadata().getNamespace() + "/" + request.podName());
            }
            Rehearsal rehearsal = Rehearsal.of(situation, request, Peers.wants(resource));
            return new Considered(rehearsal.decision(), Optional.of(rehearsal));
        }
        Decision planned = blocked.orElseGet(() -> Peers.wants(resource) ? EnterPlanner.decide(situation, request) : LeavePlanner.decide(situation, request, outOfPatience));
        Decision decided = seen.wanted().map(w -> SnapshotPlanner.decide(planned, situation, request, w, seen.blocked())).orElse(planned);
        inherit(resource, situation, now);
        return Considered.of(flights.pace(resource.getMetadata().getNamespace(), request.name(), asAllowed(decided), situation.view(), now));
    }

    /** Without the setting it is a person who introduces the servers to each other. */
    private Decision asAllowed(Decision planned) {
        return settings.healRestartedClusters() || planned.reason() != Reason.Reuniting ? planned : new Decision.Refuse(Reason.Scattered, planned.message()
                + "; this operator has not been told to do that (redis-maintenance.heal-restarted-clusters=true): do it by hand, for each of them", planned.gates());
    }

    /** What is being deleted is let go in truth, whatever it says. */
    private static boolean dryRun(NodeMaintenance resource) {
        return resource.getSpec().isDryRun() && resource.getMetadata().getDeletionTimestamp() == null;
    }

    /** At the first turn of a new process: what the status says the one before it was about to ask for. */
    private void inherit(NodeMaintenance resource, Situation situation, Instant now) {
        boolean asked = ConditionList.find(resource, ConditionType.Ready).filter(c -> ASKING.contains(c.getReason())).isPresent();
        if (asked && situation.node().isPresent() && !phases.containsKey(resource.getMetadata().getUid())) {
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

    private Turn finish(NodeMaintenance resource, Situation situation, Considered considered, Optional<Observation> seen, Instant now) throws KubernetesException {
        Decision decision = considered.decision();
        String namespace = resource.getMetadata().getNamespace();
        Optional<NamespaceLease.Holder> other = changes(decision) ? lease.take(namespace, resource.getMetadata().getName()) : Optional.empty();
        if (other.isPresent() || dryRun(resource)) {
            // where nothing may be tried, nothing stands still
            forced.forget(resource);
        }
        if (other.isPresent()) {
            return other.get().operator() ? watch(resource, other.get()) : finish(resource, situation,
                    Considered.of(new Decision.Wait(Reason.WaitingForLease, other.get().message(), decision.gates())), seen, now);
        }
        Phase phase = phase(resource, decision, now);
        Duration waited = Duration.between(phase.since(), now);
        // work that is going on takes as long as there is data
        boolean working = situation.slots().working().isPresent();
        boolean held = decision instanceof Decision.Wait && (decision.reason() != Reason.WaitingForTurn || !situation.rollouts().isEmpty() || !situation.takeovers().isEmpty()) && !working || phase.failure().isPresent();
        if (settled(resource) && decision.reason() == Reason.WaitingForViews && waited.compareTo(pace.gossip()) < 0) {
            // the picture is changing, and nothing can be said of it yet: what was found last still stands
            return new Turn(pace.waiting(), false);
        }
        if (dryRun(resource) && planned(resource) && decision.reason() == Reason.CountingSlots) {
            // what is counted again now and then does not take back the plan that stands
            return seen.isPresent() && decision instanceof Decision.Act again ? act(resource, again, seen.get(), phase, now)
                    : new Turn(pace.next(decision, waited, working), false);
        }
        Decision told = phase.failure().map(f -> withFailure(decision, f)).orElse(decision);
        NodeMaintenanceStatus status = StatusReport.of(resource, situation, told, considered.rehearsal(), seen.flatMap(Observation::wanted), held && waited.compareTo(pace.waitsTooLong()) >= 0, pace.overdue(), text(now));
        if (!changes(decision) && !status.equals(resource.getStatus())) {
            Optional<NamespaceLease.Holder> reporter = lease.otherOperator(namespace);
            if (reporter.isPresent()) {
                return watch(resource, reporter.get());
            }
            if (!lease.holds(namespace) && writer.overtaken(resource)) {
                return new Turn(pace.afterStep(), false);
            }
        }
        writer.write(resource, status);
        watcher.seen(resource, status);
        watcher.decided(resource, decision);
        forced.decided(resource, decision, now);
        tellFinished(resource);
        if (decision instanceof Decision.Act act && seen.isPresent()) {
            return act(resource, act, seen.get(), phase, now);
        }
        if (!working && !(decision instanceof Decision.Wait && waited.compareTo(pace.waitsTooLong()) < 0)) {
            lease.leave(namespace, resource.getMetadata().getName());
        }
        boolean released = decision instanceof Decision.Done && !Peers.wants(resource);
        if (released && Outcomes.differ(resource, status) && !Outcomes.noted(resource, status, kubernetes.maintenances(namespace))) {
            return new Turn(pace.waiting(), false);
        }
        if (released) {
            phases.remove(resource.getMetadata().getUid());
            forced.forget(resource);
            watcher.gone(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
            if (decision.reason() != Reason.HeldByOthers) {
                workers.forget(resource.getMetadata().getNamespace() + "/" + resource.getSpec().getPodName());
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
        phases.remove(resource.getMetadata().getUid());
        forced.forget(resource);
        watcher.gone(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
        foreign.forget(resource.getMetadata().getNamespace());
        return new Turn(holder.left().compareTo(pace.refused()) > 0 ? pace.refused() : holder.left().plus(pace.waiting()), false);
    }

    /** A step that fails shows at the next look as not done; why it failed is told until the decision changes. */
    private Turn act(NodeMaintenance resource, Decision.Act act, Observation seen, Phase phase, Instant now) throws KubernetesException {
        if (changes(act) && !lease.holds(resource.getMetadata().getNamespace())) {
            // telling of it took the API server so long that somebody else may be at work by now
            return new Turn(pace.waiting(), false);
        }
        LOG.info("{}: {} ({})", act.reason(), act.message(), act.step());
        try {
            runner.run(act.step(), resource, request(resource, now), seen, now);
            return new Turn(pace.next(act, Duration.ZERO, false), false);
        } catch (ServerException e) {
            return failed(resource, act, phase, new Failure(e.getMessage(), Optional.empty()), now);
        } catch (KubernetesException e) {
            if (!e.forbidden()) {
                throw e;
            }
            return failed(resource, act, phase, new Failure(e.getMessage(), Optional.of(forbidden(e).reason())), now);
        }
    }

    private Turn failed(NodeMaintenance resource, Decision.Act act, Phase phase, Failure failure, Instant now) {
        LOG.warn("{} did not succeed: {}", act.step(), failure.message());
        phases.put(resource.getMetadata().getUid(), new Phase(phase.reason(), phase.since(), Optional.of(failure)));
        Decision wait = new Decision.Wait(act.reason(), act.message(), act.gates());
        return new Turn(pace.next(wait, Duration.between(phase.since(), now), false), false);
    }

    /** It is tried again all the same; a missing permission is told as such until it is granted. */
    private static Decision withFailure(Decision decision, Failure failure) {
        if (!(decision instanceof Decision.Act act)) {
            return decision;
        }
        return failure.refused().isPresent() ? new Decision.Refuse(failure.refused().get(), failure.message(), act.gates())
                : new Decision.Act(act.step(), act.reason(), act.message() + "; the last attempt failed: " + failure.message(), act.gates());
    }

    /** One event for all ranges that have arrived since the last turn. */
    private void tellFinished(NodeMaintenance resource) throws KubernetesException {
        String pod = resource.getMetadata().getNamespace() + "/" + resource.getSpec().getPodName();
        List<SlotWorkers.Finished> finished = workers.takeFinished(pod);
        if (!finished.isEmpty()) {
            String message = finished.stream().map(MaintenanceLoop::text).collect(Collectors.joining("; "));
            LOG.info("{}", message);
            kubernetes.event(resource, EventReason.SlotsMoved.event(message, text(clock.instant())));
        }
    }

    private static String text(SlotWorkers.Finished f) {
        long millis = Math.max(1, f.took().toMillis());
        return "slots " + f.transfer().slots() + " from " + f.transfer().from().brief() + " to " + f.transfer().to().brief() + ": " + f.keys() + " keys, "
                + Room.text(f.bytes()) + " in " + millis + " ms, " + Room.text(f.bytes() * 1000 / millis) + "/s";
    }

    private Phase phase(NodeMaintenance resource, Decision decision, Instant now) {
        return phases.compute(resource.getMetadata().getUid(),
                (uid, p) -> p != null && p.reason() == decision.reason() ? p : new Phase(decision.reason(), now, Optional.empty()));
    }

    static Trouble forbidden(KubernetesException e) {
        return new Trouble(e.namespaceEnds() ? Reason.NamespaceTerminating : Reason.MissingPermission, e.getMessage());
    }

    static Decision refusal(Trouble trouble) {
        return new Decision.Refuse(trouble.reason(), trouble.message(), List.of());
    }

    /** The plan in its status is of this very generation. */
    static boolean planned(NodeMaintenance m) {
        return Peers.answered(m) && !m.getStatus().getPlan().isEmpty();
    }

    private static Situation nothingSeen() {
        return new Situation(new ClusterView(Map.of(), List.of(), List.of()), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Map.of(), List.of());
    }

    /** In maintenance or restored, as the status says of this very generation. */
    private static boolean settled(NodeMaintenance m) {
        return Peers.answered(m) && m.getMetadata().getDeletionTimestamp() == null
                && ConditionList.find(m, ConditionType.Ready).map(Condition::getStatus).filter(ConditionStatus.True::equals).isPresent();
    }

    static Request request(NodeMaintenance m, Instant now) {
        NodeMaintenanceSpec spec = m.getSpec();
        return new Request(m.getMetadata().getName(), m.getMetadata().getUid(), spec.getPodName(), Optional.ofNullable(spec.getReason()).orElse(""),
                text(now), spec.isOverwriteSnapshot(), Optional.ofNullable(spec.getDemoteNode()), spec.isEvictHaReplica(), spec.isSkipShardsRestore());
    }

    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
