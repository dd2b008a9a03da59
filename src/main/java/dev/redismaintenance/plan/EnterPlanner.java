package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The next step on the way into maintenance.
 *
 * <ol>
 * <li>The target must be found: its pod, its server, the node id that was recorded.</li>
 * <li>Before anything is changed: every gate, for the cluster as it is and as it will be, and a way to give up the slots.</li>
 * <li>Take the snapshot, unless one is there.</li>
 * <li>Close: mark the pod, keep the server from promotion and from changing shards. Re-asserted whenever it is found missing
 *     (a restart loses both; since when is then as was noted before).</li>
 * <li>Bring servers together again that all came back at new addresses ({@link Reunion}).</li>
 * <li>Bring the node back into the cluster, or make it tell its right address, where it came back changed.</li>
 * <li>A primary with slots hands over to its best replica, when all prechecks hold; where there is none, to a spare that is made
 *     one first ({@link StandIn}); where there is none either, or the role is to stay, its slots move ({@link SlotsOut}).</li>
 * <li>A replica's duty goes to a spare that is pinned to the shard and in sync before the node lets go; without a spare it stays.</li>
 * <li>The shard's primary keeps more of its stream, for the node's return.</li>
 * <li>Nothing left to do: the gates are asked once more; only when they pass is the node in maintenance.</li>
 * </ol>
 *
 * <p>Properties: a pure function; each step is decided from a fresh view alone, so it may be cut and repeated anywhere; every
 * disruptive step (7, 8) asks all gates again for the view after it; a refusal before step 3 has changed nothing.
 */
public final class EnterPlanner {
    /** What a shard's primary keeps of its stream while the node is away: seconds of heavy traffic, small beside its data. */
    static final long BACKLOG_BYTES = Long.parseLong(Setting.given(Setting.REPL_BACKLOG_SIZE));

    private final Situation s;
    private final Request request;
    private final Set<NodeId> gone;

    private EnterPlanner(Situation situation, Request request) {
        this.s = situation;
        this.request = request;
        this.gone = Collections.unmodifiableSet(situation.goneWithTarget());
    }

    public static Decision decide(Situation situation, Request request) {
        EnterPlanner planner = new EnterPlanner(situation, request);
        return Stream.<Supplier<Optional<Decision>>>of(
                        planner::find, planner::admit, planner::snapshot, planner::close, planner::reunite, planner::mend,
                        planner::finishHalfWay, planner::giveUpSlots, planner::moveReplicaDuty, planner::prepareReturn)
                .flatMap(step -> step.get().stream()).findFirst().orElseGet(planner::settle);
    }

    private Optional<Decision> find() {
        if (s.recorded().isPresent() && s.node().isPresent() && !s.recorded().get().placement().node().equals(s.node().get())
                && !(request.overwriteSnapshot() && !s.begun())) {
            return Optional.of(s.begun()
                    ? new Succession(s, s.recorded().get()).claim(request.podName())
                    : Decisions.refuse(Reason.SnapshotUnusable, "the snapshot " + s.recorded().get().snapshot() + " of an earlier maintenance is of node "
                            + s.recorded().get().placement().node().brief() + " and pod " + request.podName() + " is now node "
                            + s.node().get().brief() + "; delete it or set overwriteSnapshot: true"));
        }
        if (s.begun()) {
            return Optional.empty();
        }
        Optional<Mark> unrecorded = s.mark().filter(m -> s.recorded().isEmpty() && !m.snapshot().isEmpty() && !request.overwriteSnapshot());
        if (unrecorded.isPresent()) {
            return unrecorded.map(m -> Decisions.refuse(Reason.SnapshotMissing, "pod " + request.podName() + " is closed and its snapshot " + m.snapshot()
                    + " is gone; create it again, set overwriteSnapshot: true to record the present state instead, or mode: Off with skipShardsRestore: true"));
        }
        if (s.trouble().isPresent()) {
            return s.trouble().map(t -> Decisions.refuse(t.reason(), t.message()));
        }
        // a node that knows no other and owns nothing is nobody's member, although it counts itself as one
        return s.target().filter(t -> !t.isolated() || t.voter()).isPresent() ? Optional.empty()
                : Optional.of(Decisions.refuse(Reason.NotAClusterMember, "the server in pod " + request.podName() + " is not a member of a cluster"));
    }

    private Optional<Decision> admit() {
        if (s.begun()) {
            return Optional.empty();
        }
        Member target = s.target().orElseThrow();
        Optional<Decision> left = LeftOpen.finish(s);
        if (left.isPresent()) {
            return left;
        }
        if (!target.voter()) {
            return Decisions.blocked(Decisions.ask(s, s.view(), gone, s.machineOfTarget()), Reason.GateRefused);
        }
        return switch (way(target)) {
            case HANDOVER -> admitHandover(target, candidates(target).best().orElseThrow(), s.view(), s.machineOfTarget());
            case SPARE -> {
                Member spare = standIn(target).candidate().orElseThrow();
                Set<NodeId> touched = new TreeSet<>(s.machineOfTarget());
                touched.add(spare.id());
                yield admitHandover(target, spare, s.view().afterReplicate(spare.id(), Optional.of(target.id())), touched);
            }
            case SLOTS -> new SlotsOut(s, target).admit();
            case NONE -> {
                List<Verdict> verdicts = Decisions.ask(s, s.view(), gone, s.machineOfTarget());
                // the redundancy gate would refuse as well; this says what is missing
                List<Verdict> others = verdicts.stream().filter(v -> v.gate() != GateName.RedundancyKept).toList();
                yield Decisions.blocked(others, Reason.GateRefused)
                        .or(() -> Optional.of(new Decision.Refuse(Reason.NoEligibleReplica, nobody(target), verdicts)));
            }
        };
    }

    private Optional<Decision> admitHandover(Member target, Member heir, ClusterView before, Set<NodeId> touched) {
        return Decisions.blocked(Decisions.ask(s, before.afterHandover(target.id(), heir.id()), gone, touched), Reason.GateRefused);
    }

    /** How a primary gives up its slots. */
    private enum Way { HANDOVER, SPARE, SLOTS, NONE }

    /** The safest that the request allows; once slots have been told to go, the rest follows them. */
    private Way way(Member target) {
        boolean mayGiveUpRole = request.demoteNode().orElse(true);
        if (s.recorded().filter(r -> r.thisActivation() && !r.transfers().isEmpty()).isPresent() || !mayGiveUpRole) {
            return Way.SLOTS;
        }
        if (candidates(target).best().isPresent()) {
            return Way.HANDOVER;
        }
        if (standIn(target).candidate().isPresent()) {
            return Way.SPARE;
        }
        return request.demoteNode().isPresent() ? Way.NONE : Way.SLOTS;
    }

    private StandIn standIn(Member target) {
        return new StandIn(s, target, target.id(), "become a replica of " + target.name() + " and take over its shard");
    }

    private String nobody(Member target) {
        return "nobody can take over from " + target.name() + ", neither a replica (" + candidates(target).whyNone()
                + ") nor a spare; add a replica or an empty node on another machine, wait until one is available,"
                + " or leave demoteNode unset, which lets the slots move instead";
    }

    private Optional<Decision> snapshot() {
        if (s.recorded().isEmpty()) {
            return Optional.of(Decisions.act(new Step.TakeSnapshot(Optional.empty()), Reason.TakingSnapshot, "recording the state before maintenance"));
        }
        Recorded recorded = s.recorded().get();
        return !recorded.thisActivation() && request.overwriteSnapshot()
                ? Optional.of(Decisions.act(new Step.TakeSnapshot(Optional.of(recorded.snapshot())), Reason.TakingSnapshot,
                        "overwriting the snapshot " + recorded.snapshot() + " of an earlier maintenance"))
                : Optional.empty();
    }

    private Optional<Decision> close() {
        if (s.pod().isPresent() && s.mark().filter(m -> !m.open() && m.whole()).isEmpty()) {
            String since = s.mark().flatMap(Mark::time).orElse(request.since());
            return Optional.of(Decisions.act(new Step.WriteMark(new Mark(request.name(), request.reason(), since, s.recorded().orElseThrow().snapshot(), false)),
                    Reason.Closing, "marking pod " + request.podName() + " as closed"));
        }
        Optional<Member> target = s.target().filter(Member::reachable);
        return target.flatMap(t -> differing(t, Setting.ALLOW_REPLICA_MIGRATION, Setting.given(Setting.ALLOW_REPLICA_MIGRATION)))
                .or(() -> target.flatMap(t -> keptFromPromotion().flatMap(wanted -> differing(t, Setting.REPLICA_NO_FAILOVER, wanted))));
    }

    /**
     * Replicas that stay on purpose may be promoted, unless they could not be before either. Another resource on the same
     * pod may ask for more; then it decides, or the two would undo each other.
     */
    private Optional<String> keptFromPromotion() {
        if (request.evictHaReplica()) {
            return Optional.of("yes");
        }
        return s.alsoHeldBy().isEmpty()
                ? s.recorded().flatMap(r -> r.placement().setting(r.placement().node(), Setting.REPLICA_NO_FAILOVER)).or(() -> Optional.of("no"))
                : Optional.empty();
    }

    private Optional<Decision> differing(Member node, String name, String wanted) {
        return node.report().flatMap(r -> r.setting(name)).filter(actual -> !actual.equals(wanted))
                .map(actual -> Decisions.act(new Step.SetSetting(node.id(), name, wanted), Reason.Closing,
                        "setting " + name + " " + wanted + " on " + node.name()));
    }

    private Optional<Decision> reunite() {
        return Reunion.next(s);
    }

    private Optional<Decision> mend() {
        return s.node().flatMap(id -> Membership.mend(s, id))
                .or(() -> s.recorded().flatMap(r -> new Succession(s, r).goOn()))
                .or(() -> loans().stream().flatMap(l -> Membership.mend(s, l.spare()).stream()).findFirst());
    }

    private Optional<Decision> finishHalfWay() {
        boolean failedOver = s.slots().moving() && s.target().filter(Member::voter).isEmpty();
        return LeftOpen.finishOurs(s, Reason.MovingSlots)
                .or(() -> failedOver ? Optional.of(Decisions.wait(Reason.MovingSlots, "slots are moving")) : Optional.empty());
    }

    private Optional<Decision> giveUpSlots() {
        Optional<Member> voter = s.target().filter(Member::voter);
        if (voter.isEmpty()) {
            return Optional.empty();
        }
        Member target = voter.get();
        return switch (way(target)) {
            case HANDOVER -> Optional.of(handOver(target, candidates(target).best().orElseThrow()));
            case SPARE -> standIn(target).next();
            case SLOTS -> new SlotsOut(s, target).move();
            case NONE -> Optional.of(Decisions.refuse(Reason.NoEligibleReplica, nobody(target)));
        };
    }

    private Decision handOver(Member target, Member to) {
        return Candidates.notReady(s.view(), target, to).map(l -> Decisions.wait(Reason.WaitingForReplica, l))
                .orElseGet(() -> Decisions.gated(s, s.view().afterHandover(target.id(), to.id()), gone, Set.of(target.id()),
                        new Step.Handover(target.id(), to.id()), Reason.HandingOver,
                        "handing the shard of " + target.name() + " (slots " + target.slots() + ") over to " + to.name()));
    }

    private Candidates candidates(Member target) {
        return new Candidates(s.view(), target, gone, s.lent());
    }

    private List<Loan> loans() {
        return s.recorded().map(Recorded::loans).orElse(List.of());
    }

    private Optional<Decision> moveReplicaDuty() {
        Optional<Member> replica = s.target().filter(m -> m.role() == Role.REPLICA && request.evictHaReplica());
        // a primary without slots has no data that a copy would be of
        Optional<Member> primary = replica.flatMap(Member::primary).flatMap(s.view()::member).filter(Member::voter);
        if (primary.isEmpty()) {
            return Optional.empty();
        }
        Member target = replica.get();
        Member source = primary.get();
        StandIn standIn = new StandIn(s, source, target.id(), "take over the replica duty of " + target.name() + " for " + source.name());
        Optional<Decision> next = standIn.next();
        if (next.isPresent() || standIn.lent().isEmpty() || !target.reachable()) {
            return next;
        }
        return Optional.of(Decisions.gated(s, s.view().afterReplicate(target.id(), Optional.empty()), gone,
                new TreeSet<>(List.of(source.id(), target.id())), new Step.LetGo(target.id()), Reason.MovingReplicaDuty,
                target.name() + " lets go of its replica duty, " + standIn.lent().get().name() + " has it"));
    }

    /** Only for a replica that stays: one that let go starts from nothing anyway. */
    private Optional<Decision> prepareReturn() {
        Optional<Member> primary = s.node().flatMap(s.view()::member).filter(m -> m.role() == Role.REPLICA)
                .flatMap(Member::primary).flatMap(s.view()::member).filter(Member::reachable)
                // a view that has not heard of all yet may not show that a spare is taking the duty over
                .filter(p -> s.view().agreed());
        return primary.filter(p -> s.recorded().flatMap(r -> r.placement().setting(p.id(), Setting.REPL_BACKLOG_SIZE)).isPresent())
                .filter(p -> p.report().flatMap(r -> r.setting(Setting.REPL_BACKLOG_SIZE)).filter(v -> Long.parseLong(v) < BACKLOG_BYTES).isPresent())
                .filter(p -> p.report().map(NodeReport::memory).filter(EnterPlanner::roomForBacklog).isPresent())
                .map(p -> Decisions.act(new Step.SetSetting(p.id(), Setting.REPL_BACKLOG_SIZE, String.valueOf(BACKLOG_BYTES)), Reason.PreparingReturn,
                        p.name() + " keeps " + BACKLOG_BYTES + " bytes of its stream for the return of " + request.podName()));
    }

    private static boolean roomForBacklog(Memory memory) {
        return memory.limit() == 0 || memory.limit() - memory.used() >= 4 * BACKLOG_BYTES;
    }

    private Decision settle() {
        NodeId node = s.recorded().orElseThrow().placement().node();
        Set<NodeId> touched = new TreeSet<>(s.machineOfTarget());
        touched.add(node);
        s.view().ownersOf(s.recorded().get().placement().shardSlots(node)).forEach(owner -> touched.add(owner.id()));
        List<Verdict> verdicts = Decisions.ask(s, s.view(), gone, touched);
        // whose turn it is matters to who wants to change something; this one does not any more
        List<Verdict> safety = verdicts.stream().filter(v -> v.gate() != GateName.NoOtherOperation).toList();
        String overridden = safety.stream().filter(v -> v.answer() == Verdict.Answer.Overridden).map(v -> v.gate() + " was " + v.message()).collect(Collectors.joining("; "));
        return Decisions.blocked(safety, Reason.NoLongerSafe).orElseGet(() -> new Decision.Done(Reason.InMaintenance, overridden.isEmpty()
                ? "pod " + request.podName() + " owns no slot and every shard has an in-sync copy elsewhere; " + machine() + " may be serviced"
                : "pod " + request.podName() + " owns no slot; that its machine may be serviced is the word of who had gates passed over: " + overridden, verdicts));
    }

    private String machine() {
        Optional<String> now = s.pod().flatMap(PodFacts::kubernetesNode);
        return s.began().filter(began -> now.isPresent() && !now.get().equals(began))
                .map(began -> "it runs on Kubernetes Node " + now.get() + " now, and " + began + ", on which it was,").orElse("the machine");
    }
}
