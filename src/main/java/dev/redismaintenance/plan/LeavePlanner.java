package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The next step on the way out of maintenance.
 *
 * <ol>
 * <li>Held by another resource on the same pod: nothing is restored before the last one leaves.</li>
 * <li>The snapshot must be there, be of this node, and be restorable; if not: refused, and the node stays closed.
 *     {@code skipShardsRestore} goes on to step 8.</li>
 * <li>A node that lost its disk: the empty server takes its place, where that is provable ({@link Succession}).
 *     Bring the node back into the cluster, or make it tell its right address, where it came back changed.
 *     Where it announces a name, that has to lead to its pod, for clients would be sent there; not for longer than DNS may take.</li>
 * <li>Open: the mark says so, and the server may be promoted again.</li>
 * <li>Slots that moved come back ({@link SlotsBack}); a replica of the node that was promoted meanwhile follows it again.</li>
 * <li>Replica duty: the node becomes a replica of whoever is primary of its shard now, and gets in sync.
 *     Primary role: handed back by a coordinated failover, when all prechecks hold.</li>
 * <li>Lent spares go back to where they were, one at a time; one that is a member and silent is waited for, one that is gone is not.</li>
 * <li>Settings are put back where they still have the value that maintenance gave them.</li>
 * <li>Its own snapshot goes, where another was restored from. The mark goes; the pod is in service again, where it declares the readiness gate; then the
 *     snapshot goes: last, since nothing can be put back without it. One that was made ahead stays.</li>
 * </ol>
 *
 * <p>Properties: as {@link EnterPlanner}. It converges to what was recorded from whatever is there now; what somebody else
 * changed meanwhile is left alone and reported.
 */
public final class LeavePlanner {
    private final Situation s;
    private final Request request;
    private final boolean outOfPatience;

    private LeavePlanner(Situation situation, Request request, boolean outOfPatience) {
        this.s = situation;
        this.request = request;
        this.outOfPatience = outOfPatience && request.skipShardsRestore();
    }

    public static Decision decide(Situation situation, Request request) {
        return decide(situation, request, false);
    }

    /** @param outOfPatience of who skips the restore: nothing is asked of servers any more, only the traces in Kubernetes are removed */
    public static Decision decide(Situation situation, Request request, boolean outOfPatience) {
        LeavePlanner planner = new LeavePlanner(situation, request, outOfPatience);
        return planner.release().orElseGet(planner::putBack);
    }

    private Decision putBack() {
        return Stream.<Supplier<Optional<Decision>>>of(
                        this::reunite, this::stopMoves, this::load, this::mend, this::awaitName, this::open, this::giveBackSlots, this::giveBackRole,
                        this::returnSpares, this::putSettingsBack, this::cleanUp)
                .flatMap(step -> step.get().stream()).findFirst().orElseThrow();
    }

    private Optional<Decision> release() {
        if (!s.alsoHeldBy().isEmpty()) {
            // all is put back and the mark is gone: to whoever asks now its own snapshot would be a stranger's that nobody removes
            boolean own = s.begun() && s.recorded().filter(r -> r.placement().activation().equals(request.uid())).isPresent();
            if (own && s.mark().isEmpty() && putBack() instanceof Decision.Act act && act.step() instanceof Step.DeleteSnapshot) {
                return Optional.of(act);
            }
            return Optional.of(new Decision.Done(Reason.HeldByOthers, "pod " + request.podName() + " stays in maintenance for "
                    + String.join(", ", s.alsoHeldBy().stream().map(p -> p.name()).toList()), List.of()));
        }
        // a leftover of an earlier maintenance is no reason to change anything for one that has not begun
        if (!s.begun() && s.mark().isEmpty()) {
            return Optional.of(new Decision.Done(Reason.NotInMaintenance, "pod " + request.podName() + " is not in maintenance", List.of()));
        }
        return Optional.empty();
    }

    /** Nothing can be given back in a cluster whose servers do not find each other. */
    private Optional<Decision> reunite() {
        return request.skipShardsRestore() ? Optional.empty() : Reunion.next(s);
    }

    /** Also where nothing is to be restored: no slot stays half-way. */
    private Optional<Decision> stopMoves() {
        return outOfPatience ? Optional.empty() : s.recorded().filter(SlotsBack::applies).flatMap(r -> new SlotsBack(s, r).settleOutward());
    }

    private boolean slotsMoved() {
        return new SlotsBack(s, s.recorded().orElseThrow()).areToCome();
    }

    private Optional<Decision> giveBackSlots() {
        return request.skipShardsRestore() || !slotsMoved() ? Optional.empty()
                : new SlotsBack(s, s.recorded().orElseThrow()).takeBack().or(this::followAgain).or(() -> awaitReplicas(s.target().orElseThrow()));
    }

    /**
     * A replica that was promoted when the node went down in the middle of the move has given its slots back, pinned as it was, and is left
     * with nothing to do: it becomes the node's replica again. One that has keys could not (the servers refuse it), and nobody but a person
     * should delete them: it is told as a difference.
     */
    private Optional<Decision> followAgain() {
        Member node = s.target().orElseThrow();
        return s.view().all().stream().filter(m -> m.role() == Role.PRIMARY && m.slots().isEmpty() && m.available() && !s.lent().contains(m.id()))
                .filter(m -> m.report().filter(r -> r.keys() == 0).isPresent())
                .filter(m -> Optional.ofNullable(placement().positions().get(m.id())).flatMap(Position::primary).filter(node.id()::equals).isPresent())
                .findFirst().map(m -> Decisions.gated(s, s.view().afterReplicate(m.id(), Optional.of(node.id())), s.goneWithoutTarget(), Set.of(m.id()),
                        new Step.Replicate(m.id(), node.id()), Reason.RestoringShards, m.name() + " becomes a replica of " + node.name() + " again"));
    }

    /** Those of its settings that have the value maintenance gives them; all that it may change where the server cannot be asked. */
    private String changed() {
        Optional<NodeReport> report = s.node().flatMap(s.view()::member).flatMap(Member::report);
        List<String> names = Setting.CHANGED.stream()
                .filter(name -> report.isEmpty() || report.get().setting(name).filter(Setting.given(name)::equals).isPresent()).toList();
        return names.isEmpty() ? "its settings are" : "its settings " + String.join(", ", names) + " are";
    }

    private Optional<Decision> load() {
        if (s.recorded().isEmpty()) {
            return Optional.of(request.skipShardsRestore()
                    ? Decisions.act(new Step.RemoveMark(), Reason.CleaningUp, "opening pod " + request.podName()
                            + " without its snapshot; " + changed() + " left as they are")
                    : Decisions.refuse(Reason.SnapshotMissing, "pod " + request.podName() + " is closed and the snapshot "
                            + s.mark().map(Mark::snapshot).orElse("") + " is gone; name another in snapshotName, or set skipShardsRestore: true"));
        }
        Placement placement = placement();
        if (s.node().isPresent() && !placement.node().equals(s.node().get()) && !request.skipShardsRestore()) {
            return Optional.of(new Succession(s, s.recorded().get()).claim(request.podName()));
        }
        if (request.skipShardsRestore()) {
            return Optional.empty();
        }
        if (s.pod().isEmpty()) {
            return Optional.of(Decisions.refuse(Reason.PodNotFound, "there is no pod " + request.podName()
                    + " to give the shards back to; create it again with its volume, or set skipShardsRestore: true"));
        }
        if (s.target().filter(Member::reachable).isEmpty()) {
            return Optional.of(s.trouble().filter(t -> t.reason() != Reason.NodeUnreachable && t.reason() != Reason.PodNotRunning)
                    .map(t -> Decisions.refuse(t.reason(), t.message()))
                    .orElseGet(() -> Decisions.wait(Reason.WaitingForPod, "pod " + request.podName() + " does not answer yet"
                            + s.trouble().map(t -> ": " + t.message()).orElse(""))));
        }
        return Optional.empty();
    }

    private Optional<Decision> mend() {
        if (request.skipShardsRestore()) {
            // a node that maintenance has reset is not left outside the cluster, whatever else is left as it is
            return outOfPatience ? Optional.empty() : s.view().member(placement().node()).filter(Member::isolated).flatMap(m -> Membership.mend(s, m.id()))
                    .filter(d -> d instanceof Decision.Act);
        }
        return Membership.mend(s, placement().node())
                .or(() -> new Succession(s, s.recorded().orElseThrow()).goOn())
                .or(() -> loans().stream().flatMap(l -> Membership.mend(s, l.spare()).stream()).findFirst());
    }

    private Optional<Decision> awaitName() {
        return s.pod().filter(p -> !request.skipShardsRestore()).flatMap(p -> p.reach().astray()).map(name -> Decisions.wait(Reason.WaitingForName,
                "the name " + name + ", which pod " + request.podName() + " announces, does not lead to it yet; clients that go by names would not find it"));
    }

    private Optional<Decision> open() {
        if (!request.skipShardsRestore()) {
            List<Verdict> verdicts = health();
            Optional<Decision> blocked = Decisions.blocked(verdicts, Reason.GateRefused);
            if (blocked.isPresent()) {
                return blocked;
            }
            Optional<Decision> slots = slotsMoved() ? new SlotsBack(s, s.recorded().orElseThrow()).admit() : Optional.empty();
            if (slots.isPresent()) {
                return slots;
            }
            List<String> obstacles = slotsMoved() ? List.of() : obstacles();
            if (!obstacles.isEmpty()) {
                return Optional.of(Decisions.refuse(Reason.CannotRestore, String.join("; ", obstacles)
                        + "; put this right, name another snapshot in snapshotName, or set skipShardsRestore: true"));
            }
        }
        Optional<Mark> mark = s.mark();
        if (mark.filter(m -> !m.open()).isPresent()) {
            Mark m = mark.get();
            return Optional.of(Decisions.act(new Step.WriteMark(new Mark(m.owner(), m.reason(), m.since(), m.snapshot(), true)),
                    Reason.Reopening, "opening pod " + request.podName()));
        }
        SettingsBack settings = new SettingsBack(s, s.recorded().orElseThrow());
        return outOfPatience || request.skipShardsRestore() && settings.refused(placement().node()) ? Optional.empty()
                : settings.putBack(placement().node(), Setting.REPLICA_NO_FAILOVER, Reason.Reopening);
    }

    /** Of the gates those that say whether anything may be touched at all; quorum and copies are asked before each step. */
    private List<Verdict> health() {
        return Decisions.ask(s, s.view(), s.goneWithoutTarget(), Set.of()).stream().filter(v -> v.gate() != GateName.QuorumSafe
                && v.gate() != GateName.RedundancyKept).toList();
    }

    private List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        Position was = placement().own();
        Member is = s.target().orElseThrow();
        SlotRanges shard = placement().shardSlots(was.id());
        if (!shard.isEmpty() && s.ownerOfAll(shard).isEmpty()) {
            obstacles.add("the slots " + shard + " of the shard of " + was.podName() + " have moved on: now "
                    + String.join(", ", ownersOf(shard).stream().map(o -> o.slots() + " on " + o.name()).toList()));
        }
        if (is.role() == Role.PRIMARY && !is.slots().isEmpty() && !is.slots().minus(s.guests()).equals(shard.minus(s.guests()))) {
            obstacles.add(is.name() + " now owns other slots: " + is.slots());
        }
        return obstacles;
    }

    /** Who has the shard now; not who has a guest that it had. */
    private List<Member> ownersOf(SlotRanges shard) {
        return s.view().ownersOf(shard.minus(s.guests()));
    }

    private Optional<Decision> giveBackRole() {
        Position was = placement().own();
        SlotRanges shard = placement().shardSlots(was.id());
        if (request.skipShardsRestore() || shard.isEmpty() || slotsMoved()) {
            return Optional.empty();
        }
        Member node = s.target().orElseThrow();
        Member owner = ownersOf(shard).get(0);
        if (owner.id().equals(node.id())) {
            return awaitReplicas(node);
        }
        if (!node.replicaOf(owner.id())) {
            // a restart has lost the pin; it is taken off with the other settings, when nothing is under way any more
            return Pin.pin(node, s.recorded()).or(() -> Optional.of(Decisions.gated(s, s.view().afterReplicate(node.id(), Optional.of(owner.id())), s.goneWithoutTarget(),
                    Set.of(node.id()), new Step.Replicate(node.id(), owner.id()), Reason.RestoringShards,
                    node.name() + " becomes a replica of " + owner.name())));
        }
        if (was.role() == Role.PRIMARY) {
            Optional<String> lacks = Candidates.notReady(s.view(), owner, node);
            return Optional.of(lacks.map(l -> Decisions.wait(Reason.WaitingForReplica, l)).orElseGet(() -> Decisions.gated(s,
                    s.view().afterHandover(owner.id(), node.id()), s.goneWithoutTarget(), Set.of(node.id()),
                    new Step.Handover(owner.id(), node.id()), Reason.RestoringShards,
                    "handing the shard (slots " + owner.slots() + ") back from " + owner.name() + " to " + node.name())));
        }
        // while a spare stands in for it, it has to be as good as the spare; else it may lag as it may have done before
        return node.inSync() || loans().isEmpty() && node.receivesStream() ? Optional.empty()
                : Optional.of(Decisions.wait(Reason.WaitingForReplica, node.name() + " is not in sync with " + owner.name() + " yet"));
    }

    /** The shard is whole again when those of its recorded replicas that are up follow; spares leave it anyway. */
    private Optional<Decision> awaitReplicas(Member primary) {
        return s.view().replicasOf(primary.id()).stream().filter(m -> m.reachable() && !m.receivesStream())
                .filter(m -> placement().positions().containsKey(m.id()) && loans().stream().noneMatch(l -> l.spare().equals(m.id()))).findFirst()
                .map(m -> Decisions.wait(Reason.WaitingForReplica, m.name() + " does not receive the stream of " + primary.name() + " yet"));
    }

    private Optional<Decision> returnSpares() {
        return request.skipShardsRestore() ? Optional.empty() : loans().stream().flatMap(l -> returnSpare(l).stream()).findFirst().or(this::awaitSpare);
    }

    /** After all others, which it must not hold up. One that is no member any more is awaited by nobody: that is told as a difference. */
    private Optional<Decision> awaitSpare() {
        return loans().stream().flatMap(l -> s.view().member(l.spare()).stream()).filter(m -> !m.reachable()).findFirst()
                .map(m -> Decisions.wait(Reason.WaitingForPod, "the lent spare " + Optional.ofNullable(placement().positions().get(m.id())).map(Position::podName)
                        .filter(n -> !n.isEmpty()).orElse(m.name()) + " (" + m.id().value() + ") does not answer and is not back where it was;"
                        + " all else is given back. Bring its pod back with its volume; if it will not come back, or came back empty and with another id, send"
                        + " CLUSTER FORGET " + m.id().value() + " to every node, or set skipShardsRestore: true"));
    }

    private Optional<Decision> returnSpare(Loan loan) {
        Optional<Member> found = s.view().member(loan.spare()).filter(Member::reachable);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Member spare = found.get();
        if (spare.voter()) {
            return passOn(spare);
        }
        if (loan.former().isEmpty()) {
            return spare.role() == Role.PRIMARY ? Optional.empty() : Optional.of(Decisions.gated(s,
                    s.view().afterReplicate(spare.id(), Optional.empty()), s.goneWithoutTarget(), touched(spare), new Step.LetGo(spare.id()),
                    Reason.RestoringShards, spare.name() + " lets go of the replica duty it had taken over"));
        }
        List<Member> owners = home(loan.former().get());
        if (owners.size() != 1 || spare.replicaOf(owners.get(0).id())) {
            return owners.size() == 1 && !spare.receivesStream()
                    ? Optional.of(Decisions.wait(Reason.WaitingForReplica, spare.name() + " does not receive the stream of " + owners.get(0).name() + " yet"))
                    : Optional.empty();
        }
        Member home = owners.get(0);
        return Optional.of(Decisions.gated(s, s.view().afterReplicate(spare.id(), Optional.of(home.id())), s.goneWithoutTarget(), touched(spare),
                new Step.Replicate(spare.id(), home.id()), Reason.RestoringShards, spare.name() + " becomes a replica of " + home.name() + " again"));
    }

    /** Who has the shard that the spare comes from; a primary that owned nothing when the snapshot was taken, being in maintenance itself, is asked for by name. */
    private List<Member> home(NodeId former) {
        SlotRanges shard = placement().shardSlots(former);
        return shard.isEmpty() ? s.view().primaryOf(former).filter(Member::voter).stream().toList() : ownersOf(shard);
    }

    /**
     * A spare that was promoted meanwhile cannot go home with the shard's role: the recorded primary takes it, or where that is
     * not available another replica. Where there is none the spare keeps the role, and the difference is told.
     */
    private Optional<Decision> passOn(Member spare) {
        if (!spare.slots().minus(s.guests()).equals(placement().shardSlots(placement().node()).minus(s.guests()))) {
            return Optional.empty();
        }
        Candidates candidates = new Candidates(s.view(), spare, s.goneWithoutTarget(), s.lent());
        return candidates.best(m -> placement().positions().containsKey(m.id()) && placement().positions().get(m.id()).role() == Role.PRIMARY)
                .map(heir -> Candidates.notReady(s.view(), spare, heir).map(l -> Decisions.wait(Reason.WaitingForReplica, l))
                        .orElseGet(() -> Decisions.gated(s, s.view().afterHandover(spare.id(), heir.id()), s.goneWithoutTarget(), Set.of(spare.id()),
                                new Step.Handover(spare.id(), heir.id()), Reason.RestoringShards, "handing the shard (slots " + spare.slots()
                                        + ") from the lent " + spare.name() + " to " + heir.name())));
    }

    private static Set<NodeId> touched(Member spare) {
        Set<NodeId> touched = new TreeSet<>(Set.of(spare.id()));
        spare.primary().ifPresent(touched::add);
        return touched;
    }

    private Optional<Decision> putSettingsBack() {
        if (outOfPatience) {
            return Optional.empty();
        }
        SettingsBack settings = new SettingsBack(s, s.recorded().orElseThrow());
        List<String> silent = request.skipShardsRestore() ? settings.silentOnes() : List.of();
        return settings.next().or(() -> silent.isEmpty() ? Optional.empty() : Optional.of(Decisions.wait(Reason.WaitingForPod, String.join(", ", silent)
                + " does not answer, and what was set there could not be put back; it is tried for a while, then the node is opened all the same")));
    }

    private Optional<Decision> cleanUp() {
        List<String> differences = Differences.between(placement(), s.view());
        String how = request.skipShardsRestore() ? "leaving the shards where they are"
                : differences.isEmpty() ? "everything is as recorded" : "not as recorded: " + String.join("; ", differences);
        Recorded recorded = s.recorded().orElseThrow();
        // where the maintenance has joined another, only the mark says which snapshot the superseded one is
        if (recorded.superseded().isEmpty() && s.pod().flatMap(PodFacts::mark).isPresent()) {
            return Optional.of(Decisions.act(new Step.RemoveMark(), Reason.CleaningUp, "removing the mark from pod " + request.podName() + "; " + how));
        }
        Optional<Decision> awaited = returnToService().or(this::awaitOthers);
        if (awaited.isPresent()) {
            return awaited;
        }
        if (recorded.kept() && recorded.superseded().isEmpty()) {
            return Optional.of(new Decision.Done(Reason.Restored, how + "; the snapshot " + recorded.snapshot() + " was made ahead and stays", List.of()));
        }
        String snapshot = recorded.superseded().orElse(recorded.snapshot());
        return Optional.of(Decisions.act(new Step.DeleteSnapshot(snapshot), Reason.CleaningUp, "deleting the snapshot " + snapshot + "; " + how));
    }

    /** Another one of the pod that comes back as well can tell that all is restored only while it can look at what was recorded. */
    private Optional<Decision> awaitOthers() {
        return s.peers().stream().filter(p -> !request.skipShardsRestore() && p.restoring() && p.podName().equals(request.podName())).findFirst()
                .map(p -> Decisions.wait(Reason.CleaningUp, "pod " + request.podName() + " is restored; its snapshot stays until NodeMaintenance " + p.name() + " has seen that as well"));
    }

    /** Whoever restores nothing waits for nothing; with its mark no pod is in service. */
    private Optional<Decision> returnToService() {
        return s.pod().filter(p -> !request.skipShardsRestore() && p.mark().isEmpty() && !p.terminating() && p.inService().declared() && p.inService() != InServiceGate.IN_SERVICE)
                .map(p -> Decisions.wait(Reason.ReturningToService, "pod " + p.name() + " has its shards again and is put back into service: its readiness gate"
                        + " is to become True, for which the operator needs to patch pods/status"));
    }

    private List<Loan> loans() {
        return s.recorded().map(Recorded::loans).orElse(List.of());
    }

    private Placement placement() {
        return s.recorded().orElseThrow().placement();
    }
}
