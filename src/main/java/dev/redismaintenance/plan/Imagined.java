package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Redescribed;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How would everything stand after one step, had it gone as it should? Pure: the next look that a {@link Rehearsal} takes instead of a
 * real one. What takes time in truth (a copy, a failover, an election's news) is over at once here.
 */
final class Imagined {
    private final Situation s;
    private final Request request;

    private Imagined(Situation situation, Request request) {
        this.s = situation;
        this.request = request;
    }

    static Situation after(Situation situation, Step step, Request request) {
        return new Imagined(situation, request).after(step);
    }

    private Situation after(Step step) {
        // the switch over a sealed type is not in Java 17
        if (step instanceof Step.TakeSnapshot) {
            return recorded(Optional.of(new Recorded(Rehearsal.SNAPSHOT, Placement.of(s.view(), s.node().orElseThrow(), request.podName(), request.uid(),
                    request.name(), request.now(), request.reason()), List.of(), true)));
        } else if (step instanceof Step.WriteMark w) {
            return marked(Optional.of(w.mark()));
        } else if (step instanceof Step.RemoveMark) {
            return marked(Optional.empty());
        } else if (step instanceof Step.DeleteSnapshot d) {
            return recorded(s.recorded().filter(r -> r.superseded().filter(d.name()::equals).isPresent()).map(Recorded::withoutSuperseded));
        } else if (step instanceof Step.RecordLoan l) {
            return recorded(s.recorded().map(r -> r.with(l.loan())));
        } else if (step instanceof Step.RecordTransfers t) {
            return recorded(s.recorded().map(r -> r.with(t.transfers())));
        } else if (step instanceof Step.RecordSuccessor r) {
            return recorded(s.recorded().map(was -> was.succeededBy(r.successor())));
        } else if (step instanceof Step.Forget f) {
            return seen(s.view().without(f.dead()));
        } else if (step instanceof Step.SetSetting c) {
            return seen(s.view().withReport(c.node(), r -> r.with(c.name(), c.value())));
        } else if (step instanceof Step.Handover h) {
            return changed(s.view().afterHandover(h.from(), h.to()), h.from());
        } else if (step instanceof Step.Replicate r) {
            return changed(s.view().afterReplicate(r.node(), Optional.of(r.primary())), r.node());
        } else if (step instanceof Step.LetGo l) {
            return letGo(l.node());
        } else if (step instanceof Step.MoveSlots m) {
            return moved(m.transfers());
        } else if (step instanceof Step.Adopt a) {
            return seen(Redescribed.of(s.view(), s.view().afterMoves(a.transfers())));
        } else if (step instanceof Step.Meet m) {
            return changed(s.view().withReport(m.node(), r -> r.at(m.host())), m.node());
        } else if (step instanceof Step.StopSlots) {
            return with(s.view(), s.pod(), s.recorded(), new SlotsSeen(Optional.empty(), s.slots().counted(), Optional.empty(), s.slots().left()));
        }
        // counting is carried out in truth: it only reads
        return s;
    }

    private Situation moved(List<Transfer> transfers) {
        Map<NodeId, Long> more = new HashMap<>();
        for (Transfer t : transfers) {
            long keys = Optional.ofNullable(s.slots().counted().get(t.from())).map(i -> i.keys(t.slots())).orElse(0L);
            more.merge(t.from(), -keys, Long::sum);
            more.merge(t.to(), keys, Long::sum);
        }
        ClusterView view = s.view().afterMoves(transfers).withReports(more.keySet(), (id, r) -> r.with(Math.max(0, r.keys() + more.get(id))));
        return seen(Redescribed.of(s.view(), view.closed(SlotRanges.union(transfers.stream().map(Transfer::slots)))));
    }

    /** A server that migrates slots by itself can let go as a member (Valkey 9, REPLICATE NO ONE); all others forget the cluster. */
    private Situation letGo(NodeId node) {
        ClusterView empty = s.view().afterReplicate(node, Optional.empty()).withReport(node, r -> r.with(0));
        boolean stays = s.view().member(node).flatMap(Member::report).filter(r -> r.way() == MoveWay.ATOMIC_FROM_SOURCE).isPresent();
        return seen(Redescribed.of(s.view(), stays ? empty.settled(node) : empty.isolated(node)));
    }

    private Situation changed(ClusterView after, NodeId node) {
        return seen(Redescribed.of(s.view(), after.settled(node)));
    }

    private Situation marked(Optional<Mark> mark) {
        ClusterView view = s.node().map(id -> s.view().with(id, p -> p.marked(mark))).orElse(s.view());
        return with(view, s.pod().map(p -> p.marked(mark)), s.recorded(), s.slots());
    }

    private Situation recorded(Optional<Recorded> recorded) {
        return with(s.view(), s.pod(), recorded, s.slots());
    }

    private Situation seen(ClusterView view) {
        return with(view, s.pod(), s.recorded(), s.slots());
    }

    private Situation with(ClusterView view, Optional<PodFacts> pod, Optional<Recorded> recorded, SlotsSeen slots) {
        return new Situation(view, pod, s.node(), s.trouble(), recorded, s.denied(), s.peers(), s.lent(), s.slotsDenied(), slots, s.guests(), s.overrides(), s.rollouts(), s.takeovers());
    }
}
