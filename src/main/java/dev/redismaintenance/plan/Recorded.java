package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A snapshot that was found, with what is remembered beside it.
 *
 * @param thisActivation it was taken by, or is already in use by, the maintenance that is going on, or the request names
 *                       it; a leftover of an earlier one otherwise
 * @param superseded     the snapshot of this activation, where the request names another to restore from; deleted with it
 * @param transfers      where the node's slots were told to go, noted before the first of them went; empty where none had to
 * @param predecessors   ids that the node had before it lost its disk; all else names it by the id that it has now
 * @param kept           it was made ahead and is not this maintenance's to delete
 * @param by             who took it
 */
public record Recorded(String snapshot, Placement placement, List<Loan> loans, boolean thisActivation,
                       Optional<String> superseded, List<Transfer> transfers, List<NodeId> predecessors, boolean kept, By by) {
    /** Who took a snapshot, seen from who uses it. */
    public enum By {
        /** This very maintenance, when it began. */
        ITSELF,
        /** Another one of the same pod, which goes on. */
        ANOTHER,
        /** One that is over, or nobody's maintenance: it was made ahead. */
        FORMER
    }

    public Recorded {
        loans = List.copyOf(loans);
        transfers = List.copyOf(transfers);
        predecessors = List.copyOf(predecessors);
    }

    public Recorded(String snapshot, Placement placement, List<Loan> loans, boolean thisActivation, Optional<String> superseded, List<Transfer> transfers) {
        this(snapshot, placement, loans, thisActivation, superseded, transfers, List.of(), false, By.ITSELF);
    }

    public Recorded(String snapshot, Placement placement, List<Loan> loans, boolean thisActivation, Optional<String> superseded) {
        this(snapshot, placement, loans, thisActivation, superseded, List.of());
    }

    public Recorded(String snapshot, Placement placement, List<Loan> loans, boolean thisActivation) {
        this(snapshot, placement, loans, thisActivation, Optional.empty(), List.of());
    }

    /** With one loan more; a spare that is lent already is lent anew. */
    public Recorded with(Loan loan) {
        List<Loan> all = new ArrayList<>(loans);
        all.removeIf(l -> l.spare().equals(loan.spare()));
        all.add(loan);
        return new Recorded(snapshot, placement, all, thisActivation, superseded, transfers, predecessors, kept, by);
    }

    /** Its own one is deleted; the one that the request names is there still. */
    Recorded withoutSuperseded() {
        return new Recorded(snapshot, placement, loans, thisActivation, Optional.empty(), transfers, predecessors, kept, by);
    }

    /** With other places for the slots to go to. */
    public Recorded with(List<Transfer> told) {
        return new Recorded(snapshot, placement, loans, thisActivation, superseded, told, predecessors, kept, by);
    }

    /** With another node in the place of the recorded one. */
    public Recorded succeededBy(NodeId successor) {
        List<NodeId> before = new ArrayList<>(predecessors);
        before.add(placement.node());
        return new Recorded(snapshot, placement.succeededBy(successor), loans, thisActivation, superseded,
                transfers.stream().map(t -> new Transfer(successor, t.to(), t.slots())).toList(), before, kept, by);
    }

    /** Where it is noted what becomes of this maintenance: in its own snapshot, where it has one. */
    public String notes() {
        return superseded.orElse(snapshot);
    }

    /** All slots that were told to go. */
    public SlotRanges told() {
        return transfers.stream().map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus);
    }

    /**
     * What is this maintenance's own business, also half-way: the slots that were told to go, but for those on their way between two
     * nodes of other shards, and those in a job that brings them from the node elsewhere than they were told. Those somebody moves, and two
     * movers of one slot can leave it without an owner (seen on redis 8.0).
     */
    public SlotRanges ours(ClusterView view) {
        Stream<SlotRanges> open = view.openSlots().stream().filter(o -> ofOthers(o.source(), o.target(), view)).map(o -> SlotRanges.of(o.slot(), o.slot()));
        Stream<SlotRanges> jobs = view.activeJobs().stream().filter(j -> ofOthers(j.source(), j.target(), view) || goesElsewhere(j, view)).map(SlotJob::slots);
        return told().minus(Stream.concat(open, jobs).reduce(SlotRanges.NONE, SlotRanges::plus));
    }

    private boolean goesElsewhere(SlotJob job, ClusterView view) {
        SlotRanges told = transfers.stream().filter(t -> t.to().equals(job.target())).map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus);
        return !ofItsShard(job.target(), view) && !job.slots().minus(told).isEmpty();
    }

    private boolean ofOthers(NodeId source, NodeId target, ClusterView view) {
        return !ofItsShard(source, view) && !ofItsShard(target, view);
    }

    /** The node, whatever id it had, and who may have taken its place. */
    private boolean ofItsShard(NodeId id, ClusterView view) {
        NodeId node = placement.node();
        return id.equals(node) || predecessors.contains(id) || view.member(id).filter(m -> m.replicaOf(node)).isPresent()
                || Optional.ofNullable(placement.positions().get(id)).flatMap(Position::primary).filter(node::equals).isPresent();
    }
}
