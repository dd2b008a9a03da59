package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.OpenSlot;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of slots that somebody has left half-way, a killed tool or a server that died?
 *
 * <p>They are finished forward, from the owner to where they were going: the owner's copy of a key is the truth, a key that only
 * the other has is the other's, so nothing is lost. The way back would be a moment in which the owner answers "no such
 * key" for what has moved already. Only slots of which nothing has become for a while; those that are moving are left alone
 * ({@code NoOtherOperation} waits for them), and so are those whose ends are not both in order ({@code ClusterHealthy} refuses).
 */
final class LeftOpen {
    private LeftOpen() {
    }

    static Optional<Decision> finish(Situation s) {
        if (s.slots().moving()) {
            return s.slots().working().filter(w -> w.transfers().stream().anyMatch(t -> t.slots().intersects(s.slots().left())))
                    .map(w -> Decisions.wait(Reason.WaitingForTurn, "finishing slots that somebody had left half-way"));
        }
        List<OpenSlot> left = s.view().openSlots().stream().filter(o -> s.slots().left().contains(o.slot()) && !s.ours().contains(o.slot())).toList();
        List<Transfer> transfers = transfers(s, left);
        if (transfers.isEmpty() || s.slots().failure().isPresent()) {
            return Optional.empty();
        }
        List<Verdict> blocking = Decisions.askForSlots(s, Destinations.Plan.of(transfers, Map.of()), s.goneWithTarget(), s.machineOfTarget()).stream()
                .filter(v -> v.gate() != GateName.ClusterHealthy && v.gate() != GateName.RedundancyKept).toList();
        return Decisions.blocked(blocking, Reason.GateRefused).or(() -> Optional.of(Decisions.act(new Step.MoveSlots(transfers), Reason.WaitingForTurn,
                "finishing slots that somebody had left half-way: " + text(s, transfers))));
    }

    /**
     * As {@link #finish}, for slots that this maintenance itself has left half-way: at once, and before anything else is moved. Also
     * where a failover has put another node in the place of either end; until it is finished, that one may not know that keys
     * are elsewhere (redis 7.0 and 8.0, measured).
     */
    static Optional<Decision> finishOurs(Situation s, Reason reason) {
        Optional<Decision> unowned = Unowned.adopt(s, reason);
        if (unowned.isPresent()) {
            return unowned;
        }
        List<OpenSlot> ours = s.view().openSlots().stream().filter(o -> s.ours().contains(o.slot())).toList();
        if (ours.isEmpty() || s.slots().moving()) {
            return Optional.empty();
        }
        if (s.slots().failure().isPresent()) {
            return s.slots().failure().map(f -> Decisions.wait(reason, "slots are half-way, and finishing them is tried again: " + f.message()));
        }
        List<Transfer> transfers = transfers(s, ours);
        SlotRanges finished = transfers.stream().map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus);
        Optional<OpenSlot> stuck = ours.stream().filter(o -> !finished.contains(o.slot())).findFirst();
        if (transfers.isEmpty()) {
            return stuck.map(o -> Decisions.wait(reason, "slot " + o.slot() + " is half-way from " + s.view().nameOf(o.source()) + " to "
                    + s.view().nameOf(o.target()) + ", and not both are in order; it is finished when they are"));
        }
        return Optional.of(Decisions.act(new Step.MoveSlots(transfers), reason, "finishing slots that are half-way: " + text(s, transfers)));
    }

    static String text(Situation s, List<Transfer> transfers) {
        return transfers.stream().map(t -> t.slots() + " from " + s.view().nameOf(t.from()) + " to " + s.view().nameOf(t.to())).collect(Collectors.joining(", "));
    }

    /**
     * From who gives the slot to who takes it, each or the one that has taken its place; a slot without two such ends in order is left
     * out. Never backwards: where the taker owns it already the giver has only to be told (a mover that took it for the giver, at the
     * same time as another one that moved forward, left slots that nobody claimed: seen on redis 8.0).
     */
    static List<Transfer> transfers(Situation s, List<OpenSlot> left) {
        Map<NodeId, Map<NodeId, SlotRanges>> slots = new TreeMap<>();
        for (OpenSlot o : left) {
            Optional<Member> owner = s.view().voters().filter(m -> m.slots().contains(o.slot())).findFirst();
            Optional<Member> taker = s.view().primaryOf(o.target());
            // whoever else owns it has taken over from the giver, and has its keys
            boolean arrived = owner.isPresent() && taker.filter(t -> t.id().equals(owner.get().id())).isPresent();
            Optional<Member> giver = arrived ? s.view().primaryOf(o.source()) : owner;
            boolean inOrder = Stream.of(giver, taker).allMatch(end -> end.filter(m -> m.reachable() && !m.failing()).isPresent());
            if (inOrder && owner.get().goodVoter() && !giver.get().id().equals(taker.get().id())) {
                slots.computeIfAbsent(giver.get().id(), x -> new TreeMap<>()).merge(taker.get().id(), SlotRanges.of(o.slot(), o.slot()), SlotRanges::plus);
            }
        }
        List<Transfer> transfers = new ArrayList<>();
        slots.forEach((from, takers) -> takers.forEach((to, some) -> transfers.add(new Transfer(from, to, some))));
        return transfers;
    }
}
