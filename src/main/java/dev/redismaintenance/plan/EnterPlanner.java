package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The next step on the way into maintenance.
 *
 * <ol>
 * <li>The target must be found: its pod, its server, the node id that was recorded.</li>
 * <li>Before anything is changed: every gate, for the cluster as it is and as it will be, and a replica that can take over.</li>
 * <li>Take the snapshot, unless one is there.</li>
 * <li>Close: mark the pod, keep the server from promotion and from changing shards. Re-asserted whenever it is found missing
 *     (a restart loses both).</li>
 * <li>Bring the node back into the cluster, or make it tell its right address, where it came back changed.</li>
 * <li>A primary with slots hands over to its best replica, when all prechecks hold.</li>
 * <li>A replica's duty goes to a spare that is pinned to the shard and in sync before the node lets go; without a spare it stays.</li>
 * <li>The shard's primary keeps more of its stream, for the node's return.</li>
 * <li>Nothing left to do: the gates are asked once more; only when they pass is the node in maintenance.</li>
 * </ol>
 *
 * <p>Properties: a pure function; each step is decided from a fresh view alone, so it may be cut and repeated anywhere; every
 * disruptive step (6, 7) asks all gates again for the view after it; a refusal before step 3 has changed nothing.
 */
public final class EnterPlanner {
    /** What a shard's primary keeps of its stream while the node is away: seconds of heavy traffic, small beside its data. */
    static final long BACKLOG_BYTES = Long.parseLong(Setting.given(Setting.REPL_BACKLOG_SIZE));

    private final Situation s;
    private final Request request;

    private EnterPlanner(Situation situation, Request request) {
        this.s = situation;
        this.request = request;
    }

    public static Decision decide(Situation situation, Request request) {
        EnterPlanner planner = new EnterPlanner(situation, request);
        return Stream.<Supplier<Optional<Decision>>>of(
                        planner::find, planner::admit, planner::snapshot, planner::close, planner::mend,
                        planner::handOver, planner::moveReplicaDuty, planner::prepareReturn)
                .flatMap(step -> step.get().stream()).findFirst().orElseGet(planner::settle);
    }

    private Optional<Decision> find() {
        if (s.recorded().isPresent() && s.node().isPresent() && !s.recorded().get().placement().node().equals(s.node().get())
                && !(request.overwriteSnapshot() && !s.begun())) {
            return Optional.of(s.begun()
                    ? Decisions.refuse(Reason.IdentityLost, "the node in pod " + request.podName() + " is " + s.node().get().brief()
                            + " and the snapshot recorded " + s.recorded().get().placement().node().brief()
                            + ": it lost its disk; join it by hand, then set mode: Off with skipShardsRestore: true")
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
        Optional<Member> heir = target.voter() ? candidates(target).best() : Optional.empty();
        ClusterView after = heir.map(h -> s.view().afterHandover(target.id(), h.id())).orElse(s.view());
        List<Verdict> verdicts = Decisions.ask(s, after, s.goneWithTarget(), s.machineOfTarget());
        if (roleMustStay()) {
            return Optional.of(new Decision.Refuse(Reason.NotSupportedYet, keepsRole(target), verdicts));
        }
        if (target.voter() && heir.isEmpty()) {
            // the redundancy gate would refuse as well; this says what is missing
            List<Verdict> others = verdicts.stream().filter(v -> v.gate() != GateName.RedundancyKept).toList();
            return Decisions.blocked(others, Reason.GateRefused).or(() -> Optional.of(new Decision.Refuse(Reason.NoEligibleReplica,
                    "no replica can take over from " + target.name() + ": " + candidates(target).whyNone()
                            + "; add a replica on another machine, or wait until one is available"
                            + " (moving the slots instead is not supported by this version)", verdicts)));
        }
        return Decisions.blocked(verdicts, Reason.GateRefused);
    }

    private boolean roleMustStay() {
        return s.target().filter(Member::voter).isPresent() && request.demoteNode().filter(d -> !d).isPresent();
    }

    private static String keepsRole(Member target) {
        return "demoteNode: false asks to move the slots of " + target.name()
                + " and keep its role, which this version does not do; leave demoteNode unset to hand the role over to a replica";
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
        if (s.pod().isPresent() && s.mark().filter(m -> !m.open()).isEmpty()) {
            String since = s.mark().map(Mark::since).orElse(request.now());
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

    private Optional<Decision> mend() {
        return s.node().flatMap(id -> Membership.mend(s, id))
                .or(() -> loans().stream().flatMap(l -> Membership.mend(s, l.spare()).stream()).findFirst());
    }

    private Optional<Decision> handOver() {
        Optional<Member> voter = s.target().filter(Member::voter);
        if (voter.isEmpty()) {
            return Optional.empty();
        }
        Member target = voter.get();
        if (roleMustStay()) {
            return Optional.of(Decisions.refuse(Reason.NotSupportedYet, keepsRole(target)));
        }
        Optional<Member> heir = candidates(target).best();
        if (heir.isEmpty()) {
            return Optional.of(Decisions.refuse(Reason.NoEligibleReplica, "no replica can take over from " + target.name() + ": " + candidates(target).whyNone()));
        }
        Member to = heir.get();
        Optional<String> lacks = Candidates.notReady(s.view(), target, to);
        if (lacks.isPresent()) {
            return lacks.map(l -> Decisions.wait(Reason.WaitingForReplica, l));
        }
        return Optional.of(Decisions.gated(s, s.view().afterHandover(target.id(), to.id()), s.goneWithTarget(), Set.of(target.id()),
                new Step.Handover(target.id(), to.id()), Reason.HandingOver,
                "handing the shard of " + target.name() + " (slots " + target.slots() + ") over to " + to.name()));
    }

    private Candidates candidates(Member target) {
        return new Candidates(s.view(), target, s.goneWithTarget(), s.lent());
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
        Spares spares = new Spares(s.view(), source, s.goneWithTarget(), s.lent());
        Optional<Member> lent = loans().stream().flatMap(l -> s.view().member(l.spare()).stream()).filter(spares::serves)
                .findFirst();
        if (lent.isEmpty()) {
            Optional<Member> silent = loans().stream().flatMap(l -> s.view().member(l.spare()).stream())
                    .filter(m -> m.replicaOf(source.id()) && !m.reachable() && !m.failing()).findFirst();
            if (silent.isPresent()) {
                // Redis answers nothing while it loads the copy it has received; a dead one is soon held for failed
                return silent.map(m -> Decisions.wait(Reason.WaitingForReplica, m.name() + " does not answer: " + m.problem().orElse("")));
            }
            return spares.best().map(loan -> Decisions.gated(s, s.view().afterReplicate(loan.spare(), Optional.of(source.id())),
                    s.goneWithTarget(), touched(loan.spare(), target.id()), new Step.RecordLoan(loan), Reason.MovingReplicaDuty,
                    s.view().members().get(loan.spare()).name() + " is to take over the replica duty of " + target.name() + " for " + source.name()));
        }
        Member spare = lent.get();
        Optional<Decision> pinned = Pin.pin(spare, s.recorded());
        if (pinned.isPresent()) {
            return pinned;
        }
        if (!spare.replicaOf(source.id())) {
            return Optional.of(Decisions.gated(s, s.view().afterReplicate(spare.id(), Optional.of(source.id())), s.goneWithTarget(), touched(spare.id(), target.id()),
                    new Step.Replicate(spare.id(), source.id()), Reason.MovingReplicaDuty, spare.name() + " becomes a replica of " + source.name()));
        }
        if (!spare.inSync()) {
            return Optional.of(Decisions.wait(Reason.WaitingForReplica, spare.name() + " is not in sync with " + source.name() + " yet"));
        }
        if (!target.reachable()) {
            return Optional.empty();
        }
        return Optional.of(Decisions.gated(s, s.view().afterReplicate(target.id(), Optional.empty()), s.goneWithTarget(), Set.of(source.id(), target.id()),
                new Step.LetGo(target.id()), Reason.MovingReplicaDuty, target.name() + " lets go of its replica duty, " + spare.name() + " has it"));
    }

    private static Set<NodeId> touched(NodeId... ids) {
        return new TreeSet<>(List.of(ids));
    }

    /** Only for a replica that stays: one that let go starts from nothing anyway. */
    private Optional<Decision> prepareReturn() {
        Optional<Member> primary = s.node().flatMap(s.view()::member).filter(m -> m.role() == Role.REPLICA)
                .flatMap(Member::primary).flatMap(s.view()::member).filter(Member::reachable);
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
        List<Verdict> verdicts = Decisions.ask(s, s.view(), s.goneWithTarget(), touched);
        // whose turn it is matters to who wants to change something; this one does not any more
        List<Verdict> safety = verdicts.stream().filter(v -> v.gate() != GateName.NoOtherOperation).toList();
        return Decisions.blocked(safety, Reason.NoLongerSafe).orElseGet(() -> new Decision.Done(Reason.InMaintenance,
                "pod " + request.podName() + " owns no slot and every shard has an in-sync copy elsewhere; the machine may be serviced", verdicts));
    }
}
