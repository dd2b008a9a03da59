package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Can the target take these slots without losing anything, and did it? Atomic migration does not look: a target that drops keys to
 * make room reports {@code success} (measured: 71,070 of 99,981 keys gone), and function libraries stay behind (server's code).
 *
 * <p>Before: no slot is half-way in a key-by-key move on either side (the source then refuses every job, and the target fails them
 * later: measured), the target has every library of the source, and below {@code maxmemory} there is room for 1.25 times the bytes.
 * After each job: no key was evicted meanwhile, and the keys are there, but for those that expired or a tenth that clients may have
 * deleted.
 */
final class TargetGuard {
    private static final double MARGIN = 1.25;
    private static final int MAY_BE_DELETED = 10;
    private static final long FEW = 100;

    private final Line source;
    private final Line target;
    private final long evicted;
    private long expired;

    private TargetGuard(Line source, Line target, long evicted, long expired) {
        this.source = source;
        this.target = target;
        this.evicted = evicted;
        this.expired = expired;
    }

    /** Refuses what cannot end well, before anything has moved. */
    static TargetGuard before(Line source, Line target, SlotRanges slots, Inventory inventory) throws ServerException {
        refuseHalfWay(source);
        refuseHalfWay(target);
        Databases.of(source).requireAlsoAt(target);
        Set<String> lacking = new TreeSet<>(SlotCount.libraries(source));
        lacking.removeAll(SlotCount.libraries(target));
        if (!lacking.isEmpty()) {
            throw new ServerException(Kind.Refused, target.server() + " lacks the function libraries " + String.join(", ", lacking)
                    + " of " + source.server() + ", and slots take no functions along: load them there with FUNCTION LOAD");
        }
        InfoText info = SlotCount.info(target);
        long limit = info.memory().limit();
        long needed = (long) (inventory.bytes(slots) * MARGIN);
        long room = limit - info.memory().used();
        if (limit > 0 && needed > room) {
            String policy = info.field("maxmemory_policy").orElse("");
            throw new ServerException(Kind.OutOfMemory, target.server() + " has room for " + megabytes(Math.max(0, room))
                    + " below its maxmemory, and " + megabytes(inventory.bytes(slots)) + " are to come, which with a margin of a quarter is " + megabytes(needed)
                    + (policy.equals("noeviction") ? "" : "; with maxmemory-policy " + policy + " it would drop keys to make room")
                    + ": raise its maxmemory, or move fewer slots there");
        }
        return new TargetGuard(source, target, number(info, "evicted_keys"), expired(source) + number(info, "expired_keys"));
    }

    /** @param left how many keys the slots held when their job began */
    long after(SlotRanges slots, long left) throws ServerException {
        long arrived = SlotCount.sum(target, slots);
        InfoText info = SlotCount.info(target);
        long dropped = number(info, "evicted_keys") - evicted;
        if (dropped > 0) {
            throw new ServerException(Kind.OutOfMemory, target.server() + " has dropped " + dropped + " keys to make room (maxmemory-policy "
                    + info.field("maxmemory_policy").orElse("unknown") + ") while slots moved there: raise its maxmemory");
        }
        if (arrived < left - left / MAY_BE_DELETED - FEW) {
            long all = expired(source) + number(info, "expired_keys");
            long gone = all - expired;
            expired = all;
            if (arrived < left - left / MAY_BE_DELETED - FEW - gone) {
                throw new ServerException(Kind.Refused, "slots " + slots + " held " + left + " keys on " + source.server() + " when their move to "
                        + target.server() + " began, and " + arrived + " are there now; " + gone + " have expired");
            }
        }
        return arrived;
    }

    private static void refuseHalfWay(Line line) throws ServerException {
        List<String> open = Owners.rows(line).stream().filter(NodeRow::myself).flatMap(row -> row.openSlots().stream()).sorted().toList();
        if (!open.isEmpty()) {
            throw new ServerException(Kind.Refused, line.server() + " has slots half-way in a key-by-key move (" + String.join(" ", open)
                    + "), and no atomic move goes on beside them: finish or close them first");
        }
    }

    private static long expired(Line line) throws ServerException {
        return number(SlotCount.info(line), "expired_keys");
    }

    private static long number(InfoText info, String name) {
        return info.number(name).orElse(0L);
    }

    private static String megabytes(long bytes) {
        return (bytes + (1 << 19) >> 20) + " MB";
    }
}
