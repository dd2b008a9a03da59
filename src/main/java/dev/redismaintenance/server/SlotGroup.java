package dev.redismaintenance.server;

import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Slots that are opened and closed together. Opening costs each server one flush of nodes.conf, so the more the faster; while a slot is
 * open, commands on several of its keys may be told to try again, so the fewer the better. Hence a group ends at so many bytes or slots
 * with keys, or at many more slots without. Where the target tells every node of each slot ({@link Fan#tellsOfEachSlot}), a few are closed
 * at a time anyway; then also a few are opened at a time, and the news come evenly and not in bursts ({@code make bench} with redis80, one
 * round with three slots to a group: p99 of a client 1.5 ms instead of 1.6 to 1.9 ms).
 *
 * @param keys  as counted before it was opened
 * @param bytes what they take on the source, as far as known
 */
record SlotGroup(SlotRanges slots, long keys, long bytes) {
    static final SlotGroup NONE = new SlotGroup(SlotRanges.NONE, 0, 0);
    static final int WITH_KEYS = 24;
    static final int SLOTS = 256;
    static final long BYTES = 2 << 20;
    static final long BYTES_TOLD_EACH = 350 << 10;

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** Ascending. A slot of more than the bytes is a group of its own. */
    static List<SlotGroup> of(SlotRanges slots, long bytesAtMost, Map<Integer, Long> keys, ToLongFunction<Integer> bytes) {
        List<SlotGroup> groups = new ArrayList<>();
        List<Integer> some = new ArrayList<>();
        int withKeys = 0;
        long keySum = 0;
        long byteSum = 0;
        for (int slot : slots.stream().toArray()) {
            long here = keys.getOrDefault(slot, 0L);
            long size = here == 0 ? 0 : bytes.applyAsLong(slot);
            boolean full = some.size() == SLOTS || here > 0 && (withKeys == WITH_KEYS || withKeys > 0 && byteSum + size > bytesAtMost);
            if (full) {
                groups.add(new SlotGroup(SlotRanges.of(some), keySum, byteSum));
                some = new ArrayList<>();
                withKeys = 0;
                keySum = 0;
                byteSum = 0;
            }
            some.add(slot);
            withKeys += here > 0 ? 1 : 0;
            keySum += here;
            byteSum += size;
        }
        if (!some.isEmpty()) {
            groups.add(new SlotGroup(SlotRanges.of(some), keySum, byteSum));
        }
        return groups;
    }
}
