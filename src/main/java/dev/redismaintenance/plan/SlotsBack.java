package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.OpenSlot;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The next step of a node whose slots come back to it.
 *
 * <ol>
 * <li>What is still on its way out is stopped, and what is half-way is finished: a slot that is half-way is sooner safe where it was
 *     going, and comes back from there. Atomic jobs are cancelled instead while they copy: their slots
 *     are still the node's.</li>
 * <li>A worker counts what the slots hold where they are now; the node must have room for them ({@code CapacityAvailable}).</li>
 * <li>A node that was made a replica meanwhile takes its primary's role back where that has nothing but the node's slots, else
 *     becomes an empty primary.</li>
 * <li>The node sees the cluster in order: a primary that has just started refuses its clients for two seconds (measured).</li>
 * <li>Every recorded slot that another primary owns comes back, whoever has it now; one that somebody moved on is told with its range. Of a
 *     node that was a replica, and was promoted since and gave them away, those are its primary's.
 *     A primary that will own nothing then is pinned first, and its last slot comes by itself. What holds the givers up is changed
 *     before ({@link SourceSetting}).</li>
 * </ol>
 */
final class SlotsBack {
    private final Situation s;
    private final Placement placement;
    private final Recorded recorded;

    SlotsBack(Situation situation, Recorded recorded) {
        this.s = situation;
        this.recorded = recorded;
        this.placement = recorded.placement();
    }

    /** Did its slots go by moving? Else the shard was handed over. */
    static boolean applies(Recorded recorded) {
        return !recorded.transfers().isEmpty();
    }

    /**
     * Are they to be taken back? One that was recorded as a replica gave them away after it had been promoted; where another node has the
     * whole shard meanwhile, it becomes the replica of that one.
     */
    boolean areToCome() {
        return applies(recorded) && (placement.own().role() == Role.PRIMARY || !shard().isEmpty() && s.ownerOfAll(shard()).isEmpty());
    }

    /** What it had, or the primary that it had. */
    private SlotRanges shard() {
        return placement.shardSlots(placement.node()).minus(s.guests());
    }

    /** Whatever else is asked for: nothing stays on its way out, nothing stays half-way. Before the node is opened. */
    Optional<Decision> settleOutward() {
        Set<NodeId> jobs = s.view().activeJobs().stream().filter(j -> j.source().equals(placement.node()) && j.slots().minus(s.ours()).isEmpty())
                .map(SlotJob::source).collect(Collectors.toCollection(TreeSet::new));
        boolean outward = s.slots().working().filter(w -> w.transfers().stream().anyMatch(t -> t.from().equals(placement.node()) && !isOpen(t))).isPresent();
        // its server cancels all that it has begun, or nothing
        boolean amongOthers = s.view().activeJobs().stream().anyMatch(j -> j.source().equals(placement.node()) && !j.slots().minus(s.ours()).isEmpty());
        if (outward || !jobs.isEmpty() && !amongOthers && !s.slots().moving()) {
            // a worker of ours ends its own: it knows when a job is handing over and must not be cancelled
            return Optional.of(Decisions.act(new Step.StopSlots(outward ? Set.of() : jobs), Reason.TakingSlotsBack,
                    "slots that were on their way out stay or come back: the move is stopped"));
        }
        if (s.slots().moving() || !jobs.isEmpty()) {
            return Optional.of(Decisions.wait(Reason.TakingSlotsBack, "slots are moving" + (jobs.isEmpty() || !amongOthers ? "" : ", and others with them that somebody else has told to:"
                    + " since only all of them could be cancelled they are let arrive, and what is ours comes back from there")));
        }
        return LeftOpen.finishOurs(s, Reason.TakingSlotsBack);
    }

    private boolean isOpen(Transfer t) {
        SlotRanges open = SlotRanges.of(s.view().openSlots().stream().map(OpenSlot::slot).toList());
        return t.slots().minus(open).isEmpty();
    }

    /** What stands in the way of taking the slots back, and what has to be known before it can be said; before the node is opened. */
    Optional<Decision> admit() {
        SlotRanges missing = missing();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        List<Member> notThere = s.view().ownersOf(missing).stream().filter(m -> !m.goodVoter()).toList();
        if (!notThere.isEmpty()) {
            return Optional.of(Decisions.refuse(Reason.CannotRestore, notThere.stream().map(m -> "slots " + m.slots().common(missing) + " are on " + m.name()
                    + ", which is not in order").collect(Collectors.joining("; "))
                    + "; put this right, name another snapshot in snapshotName, or set skipShardsRestore: true"));
        }
        return count(missing).or(() -> blocked(missing));
    }

    /** After opening. Empty: the node has its slots again. */
    Optional<Decision> takeBack() {
        Member node = s.target().orElseThrow();
        if (missing().isEmpty() && node.role() == Role.PRIMARY) {
            return Optional.empty();
        }
        if (node.role() == Role.REPLICA) {
            return Optional.of(primaryAgain(node));
        }
        if (node.report().filter(NodeReport::stateOk).isEmpty()) {
            return Optional.of(Decisions.wait(Reason.WaitingForPod, node.name() + " does not see the cluster in order yet and would answer CLUSTERDOWN"));
        }
        SlotRanges missing = missing();
        Optional<Decision> waiting = failed().or(() -> count(missing)).or(() -> blocked(missing));
        if (waiting.isPresent()) {
            return waiting;
        }
        Optional<Decision> pin = emptied(missing).stream().flatMap(m -> Stream.concat(Stream.of(m), s.view().replicasOf(m.id()).stream()))
                .flatMap(m -> Pin.pin(m, Optional.of(recorded)).stream()).findFirst();
        if (pin.isPresent()) {
            return pin;
        }
        List<Transfer> transfers = butForLastSlots(transfers(missing));
        Optional<Decision> sooner = transfers.stream().flatMap(t -> SourceSetting.change(s, t.from()).stream()).findFirst();
        if (sooner.isPresent()) {
            return sooner;
        }
        List<String> movedOn = movedOn(transfers);
        return Optional.of(new Decision.Act(new Step.MoveSlots(transfers), Reason.TakingSlotsBack, "taking slots back: " + LeftOpen.text(s, transfers)
                + (movedOn.isEmpty() ? "" : "; somebody had moved on: " + String.join(", ", movedOn)),
                Decisions.askForSlots(s, plan(transfers), s.goneWithoutTarget(), Set.of(node.id()))));
    }

    /** Primaries that owned nothing before and will own nothing again: unpinned they would become replicas of the node. */
    private List<Member> emptied(SlotRanges missing) {
        return s.view().ownersOf(missing).stream().filter(m -> m.slots().minus(missing).isEmpty()).toList();
    }

    /** The last slot of a primary goes by itself: Redis makes one whose slots all go in one message a replica of the taker, pinned or not. */
    private List<Transfer> butForLastSlots(List<Transfer> transfers) {
        return transfers.stream().map(t -> {
            SlotRanges owned = s.view().members().get(t.from()).slots();
            boolean last = owned.count() > 1 && owned.minus(t.slots()).isEmpty();
            int keeper = owned.stream().findFirst().orElseThrow();
            return last ? new Transfer(t.from(), t.to(), t.slots().minus(SlotRanges.of(keeper, keeper))) : t;
        }).toList();
    }

    private Decision primaryAgain(Member node) {
        Optional<Member> primary = node.primary().flatMap(s.view()::member);
        boolean onlyOurs = primary.filter(p -> p.voter() && p.slots().minus(shard()).minus(s.guests()).isEmpty()).isPresent();
        if (onlyOurs) {
            Member p = primary.get();
            return Candidates.notReady(s.view(), p, node).map(l -> Decisions.wait(Reason.WaitingForReplica, l))
                    .orElseGet(() -> Decisions.gated(s, s.view().afterHandover(p.id(), node.id()), s.goneWithoutTarget(), Set.of(node.id()),
                            new Step.Handover(p.id(), node.id()), Reason.TakingSlotsBack,
                            "handing the slots " + p.slots() + " back from " + p.name() + " to " + node.name()));
        }
        return Decisions.gated(s, s.view().afterReplicate(node.id(), Optional.empty()), s.goneWithoutTarget(), Set.of(node.id()),
                new Step.LetGo(node.id()), Reason.TakingSlotsBack, node.name() + " becomes a primary again, to take its slots back");
    }

    private SlotRanges missing() {
        return shard().minus(s.target().map(Member::slots).orElse(SlotRanges.NONE));
    }

    private Optional<Decision> count(SlotRanges missing) {
        Map<NodeId, SlotRanges> uncounted = new TreeMap<>();
        s.view().ownersOf(missing).forEach(m -> uncounted.put(m.id(), m.slots().common(missing)));
        uncounted.entrySet().removeIf(e -> Optional.ofNullable(s.slots().counted().get(e.getKey())).filter(i -> i.covers(e.getValue())).isPresent());
        if (uncounted.isEmpty()) {
            return Optional.empty();
        }
        String what = "counting what the slots that come back hold";
        return failed().or(() -> Optional.of(s.slots().working().isPresent() ? Decisions.wait(Reason.CountingSlots, what)
                : Decisions.act(new Step.CountSlots(uncounted), Reason.CountingSlots, what)));
    }

    private Optional<Decision> failed() {
        return s.slots().failure().filter(f -> !f.outOfMemory())
                .map(f -> Decisions.wait(Reason.TakingSlotsBack, "it came to a stop and is tried again: " + f.message()));
    }

    private Optional<Decision> blocked(SlotRanges missing) {
        List<Verdict> verdicts = Decisions.askForSlots(s, plan(transfers(missing)), s.goneWithoutTarget(), Set.of(placement.node()));
        return Decisions.blocked(verdicts, Reason.GateRefused);
    }

    private Destinations.Plan plan(List<Transfer> transfers) {
        return Destinations.Plan.of(transfers, s.slots().counted());
    }

    private List<Transfer> transfers(SlotRanges missing) {
        return s.view().ownersOf(missing).stream().map(m -> new Transfer(m.id(), placement.node(), m.slots().common(missing))).toList();
    }

    /** Slots that are not where they were told to go, nor with a node of that shard. */
    private List<String> movedOn(List<Transfer> transfers) {
        List<String> movedOn = new ArrayList<>();
        for (Transfer t : transfers) {
            SlotRanges expected = recorded.transfers().stream().filter(r -> r.to().equals(t.from()) || s.view().primaryOf(r.to()).filter(p -> p.id().equals(t.from())).isPresent())
                    .map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus);
            SlotRanges strange = t.slots().minus(expected);
            recorded.transfers().stream().filter(r -> r.slots().intersects(strange)).forEach(r -> movedOn.add(
                    r.slots().common(strange) + " from " + s.view().nameOf(r.to()) + " to " + s.view().nameOf(t.from())));
        }
        return movedOn;
    }
}
