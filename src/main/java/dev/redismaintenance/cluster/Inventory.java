package dev.redismaintenance.cluster;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the slots of one node hold, counted at one moment.
 *
 * @param counted   the slots that were asked for; of any other nothing is known
 * @param slots     by slot; of those counted, one that holds nothing may be absent
 * @param exact     bytes were asked of every key ({@code MEMORY USAGE}); else each slot has its share of the data by number of keys
 * @param bigKeys   keys whose move would block a server for longer than {@link BigKey#BOUND}; found only where every key was asked
 * @param libraries names of the function libraries of the node
 */
public record Inventory(NodeId node, SlotRanges counted, Map<Integer, Content> slots, boolean exact, List<BigKey> bigKeys, Set<String> libraries) {

    /** @param bytes as the server's allocator counts them, overhead included */
    public record Content(long keys, long bytes) {
    }

    public Inventory {
        slots = Collections.unmodifiableMap(new TreeMap<>(slots));
        bigKeys = List.copyOf(bigKeys);
        libraries = Set.copyOf(libraries);
    }

    /** Were all of these counted? */
    public boolean covers(SlotRanges some) {
        return some.minus(counted).isEmpty();
    }

    public long keys(int slot) {
        return slots.containsKey(slot) ? slots.get(slot).keys() : 0;
    }

    public long bytes(int slot) {
        return slots.containsKey(slot) ? slots.get(slot).bytes() : 0;
    }

    public long keys(SlotRanges some) {
        return some.stream().mapToLong(this::keys).sum();
    }

    public long bytes(SlotRanges some) {
        return some.stream().mapToLong(this::bytes).sum();
    }
}
