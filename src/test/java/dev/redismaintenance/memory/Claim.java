package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node says of itself on the cluster bus. */
record Claim(NodeId id, String ip, Role role, Optional<NodeId> primary, SlotRanges slots, long epoch, boolean noFailover) {

    /** Who owns what when all of these are believed: of two that claim a slot, the one with the higher epoch. */
    static Map<NodeId, SlotRanges> owners(Collection<Claim> claims) {
        List<Claim> primaries = claims.stream().filter(c -> c.role() == Role.PRIMARY && !c.slots().isEmpty())
                .sorted(Comparator.comparingLong(Claim::epoch).reversed().thenComparing(Claim::id)).toList();
        Map<NodeId, SlotRanges> owners = new HashMap<>();
        SlotRanges taken = SlotRanges.NONE;
        for (Claim claim : primaries) {
            SlotRanges slots = claim.slots().intersects(taken) ? claim.slots().minus(taken) : claim.slots();
            if (!slots.isEmpty()) {
                owners.put(claim.id(), slots);
                taken = taken.plus(slots);
            }
        }
        return owners;
    }
}
