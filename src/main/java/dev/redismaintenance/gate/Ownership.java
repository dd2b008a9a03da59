package dev.redismaintenance.gate;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who owned which shard at one look, and at which config epoch? Two of them tell which shards have failed over in between. Slots that
 * moved are no failover: who takes them was a primary before.
 *
 * @param epoch the highest epoch that any server has seen
 */
public record Ownership(Map<NodeId, Seat> seats, long epoch) {
    /** Two failovers, there and back, raise a primary's config epoch by as much. */
    private static final int THERE_AND_BACK = 2;

    /** @param primary the node it replicated */
    public record Seat(String name, Role role, Optional<NodeId> primary, SlotRanges slots, long configEpoch) {
    }

    /** @param slots what {@code to} owned when that was seen */
    public record Change(SlotRanges slots, NodeId from, NodeId to, String fromName, String toName) {
    }

    public Ownership {
        seats = Collections.unmodifiableMap(new TreeMap<>(seats));
    }

    public static Ownership of(ClusterView view) {
        Map<NodeId, Seat> seats = new TreeMap<>();
        view.all().stream().filter(m -> !m.isolated()).forEach(m -> seats.put(m.id(), new Seat(m.name(), m.role(), m.primary(), m.slots(), m.configEpoch())));
        return new Ownership(seats, view.all().stream().map(Member::report).flatMap(Optional::stream).mapToLong(NodeReport::currentEpoch).max().orElse(0));
    }

    public boolean sharesNodesWith(Ownership other) {
        return seats.keySet().stream().anyMatch(other.seats::containsKey);
    }

    /** Shards that another node has taken over since, by an election or by hand. */
    public List<Change> since(Ownership earlier) {
        List<Change> changes = new ArrayList<>();
        seats.forEach((id, seat) -> {
            Optional<Seat> before = Optional.ofNullable(earlier.seats.get(id)).filter(b -> seat.role() == Role.PRIMARY && !seat.slots().isEmpty());
            before.filter(b -> b.role() == Role.REPLICA).flatMap(Seat::primary)
                    .ifPresent(from -> changes.add(new Change(seat.slots(), from, id, earlier.name(from), seat.name())));
            before.filter(b -> b.role() == Role.PRIMARY && b.slots().equals(seat.slots()) && seat.configEpoch() - b.configEpoch() >= THERE_AND_BACK)
                    .ifPresent(b -> changes.add(new Change(seat.slots(), id, id, seat.name(), seat.name())));
        });
        return changes;
    }

    /** The epoch that an election begins with has come up since, and no primary has it: the election goes on, or was lost. */
    public boolean electionSince(Ownership earlier) {
        return epoch > earlier.epoch && seats.values().stream().allMatch(s -> s.configEpoch() < epoch);
    }

    private String name(NodeId id) {
        return Optional.ofNullable(seats.get(id)).map(Seat::name).orElseGet(() -> "node " + id.brief());
    }
}
