package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.gate.Room;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which primary takes which slots of a node that gives its own away?
 *
 * <ol>
 * <li>A slot that is half-way to a primary goes there.</li>
 * <li>Takers are the available primaries that are not counted as gone, an empty one too, other zones first.</li>
 * <li>A slot that was told to go to one of them before still goes there, while there is room.</li>
 * <li>An empty primary that has room for all takes all: the shard stays together, and the number of voters too.</li>
 * <li>Else each has its {@link Room}, and within it the takers are filled to one common level (bytes of data, and a little for each
 *     slot so that an empty cluster is levelled by slots), so that the emptiest gets most.</li>
 * <li>Slots go in ascending order, so that each taker gets few ranges; a slot that does not fit any more is unplaced.</li>
 * </ol>
 *
 * <p>Properties: every slot is in exactly one transfer or unplaced; no taker gets more bytes than its room; the same input gives
 * the same answer.
 */
final class Destinations {
    /** What a slot weighs beside its data when levels are compared; far less than a key's worth in any but an empty cluster. */
    private static final long SLOT_WEIGHT = 64;

    /**
     * @param incoming by taker, bytes
     * @param unplaced bytes without a taker
     */
    record Plan(List<Transfer> transfers, Map<NodeId, Long> incoming, long unplaced, SlotRanges unplacedSlots) {
        static Plan of(List<Transfer> transfers, Map<NodeId, Inventory> counted) {
            Map<NodeId, Long> incoming = new TreeMap<>();
            transfers.forEach(t -> incoming.merge(t.to(), Optional.ofNullable(counted.get(t.from())).map(i -> i.bytes(t.slots())).orElse(0L), Long::sum));
            return new Plan(List.copyOf(transfers), incoming, 0, SlotRanges.NONE);
        }
    }

    private static final class Taker {
        private final NodeId id;
        private final long has;
        private final long room;
        private final boolean empty;
        private long share;
        private long taken;
        private long bytes;
        private SlotRanges slots = SlotRanges.NONE;

        Taker(NodeId id, boolean empty, long has, long room) {
            this.id = id;
            this.has = has;
            this.room = room;
            this.empty = empty;
        }

        boolean fits(long more) {
            return room == Room.UNLIMITED || bytes + more <= room;
        }

        void take(int slot, long size) {
            slots = slots.plus(SlotRanges.of(slot, slot));
            bytes += size;
            taken += size + SLOT_WEIGHT;
        }
    }

    private Destinations() {
    }

    /** @param told where the slots were told to go before */
    static Plan of(ClusterView view, Member source, SlotRanges slots, Inventory inventory, Set<NodeId> gone, List<Transfer> told) {
        List<Taker> takers = takers(view, source, gone);
        SlotRanges rest = slots;
        for (var open : view.openSlots()) {
            Optional<Taker> half = takers.stream().filter(t -> t.id.equals(open.target())).findFirst();
            if (open.source().equals(source.id()) && rest.contains(open.slot()) && half.isPresent()) {
                half.get().take(open.slot(), inventory.bytes(open.slot()));
                rest = rest.minus(SlotRanges.of(open.slot(), open.slot()));
            }
        }
        for (Transfer t : told) {
            Optional<Taker> taker = takers.stream().filter(k -> k.id.equals(t.to())).findFirst();
            for (int slot : taker.isPresent() ? rest.common(t.slots()).stream().toArray() : new int[0]) {
                if (taker.get().fits(inventory.bytes(slot))) {
                    taker.get().take(slot, inventory.bytes(slot));
                    rest = rest.minus(SlotRanges.of(slot, slot));
                }
            }
        }
        SlotRanges toPlace = rest;
        Optional<Taker> whole = takers.stream().filter(t -> t.empty && t.slots.isEmpty() && t.fits(inventory.bytes(toPlace))).findFirst();
        boolean begun = takers.stream().anyMatch(t -> !t.slots.isEmpty());
        return place(source, slots, inventory, whole.isPresent() && !begun ? List.of(whole.get()) : takers, toPlace);
    }

    private static Plan place(Member source, SlotRanges slots, Inventory inventory, List<Taker> takers, SlotRanges toPlace) {
        level(takers, toPlace.stream().mapToLong(s -> inventory.bytes(s) + SLOT_WEIGHT).sum());
        SlotRanges unplaced = SlotRanges.NONE;
        for (int slot : toPlace.stream().toArray()) {
            long size = inventory.bytes(slot);
            Optional<Taker> taker = takers.stream().filter(t -> t.taken < t.share && t.fits(size)).findFirst()
                    .or(() -> takers.stream().filter(t -> t.fits(size)).min(Comparator.comparing((Taker t) -> t.has + t.taken)));
            if (taker.isPresent()) {
                taker.get().take(slot, size);
            } else {
                unplaced = unplaced.plus(SlotRanges.of(slot, slot));
            }
        }
        List<Transfer> transfers = new ArrayList<>();
        Map<NodeId, Long> incoming = new TreeMap<>();
        takers.stream().filter(t -> !t.slots.isEmpty()).forEach(t -> {
            transfers.add(new Transfer(source.id(), t.id, t.slots));
            incoming.put(t.id, t.bytes);
        });
        return new Plan(List.copyOf(transfers), incoming, takers.isEmpty() ? Math.max(1, inventory.bytes(slots)) : inventory.bytes(unplaced), unplaced);
    }

    private static List<Taker> takers(ClusterView view, Member source, Set<NodeId> gone) {
        return view.all().stream().filter(m -> m.role() == Role.PRIMARY && m.available() && m.report().filter(NodeReport::stateOk).isPresent() && !gone.contains(m.id()) && !m.id().equals(source.id()))
                .sorted(Comparator.comparing((Member m) -> sameZone(m, source)).thenComparing(Member::id))
                .map(m -> new Taker(m.id(), m.slots().isEmpty(), m.report().map(NodeReport::memory).map(mem -> mem.dataset()).orElse(0L) + m.slots().count() * SLOT_WEIGHT,
                        Room.of(view, m))).toList();
    }

    private static boolean sameZone(Member a, Member b) {
        Optional<String> zone = a.pod().flatMap(PodFacts::zone);
        return zone.isPresent() && zone.equals(b.pod().flatMap(PodFacts::zone));
    }

    /** Raises a common level until the shares below it, each within its taker's room, make up the whole. */
    private static void level(List<Taker> takers, long whole) {
        long low = 0;
        long high = takers.stream().mapToLong(t -> t.has).max().orElse(0) + whole;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (below(takers, middle) >= whole) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        for (Taker t : takers) {
            t.share = t.taken + Math.max(0, Math.min(low - t.has, t.room));
        }
    }

    private static long below(List<Taker> takers, long level) {
        return takers.stream().mapToLong(t -> Math.max(0, Math.min(level - t.has, t.room))).sum();
    }
}
