package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this process knows of the slots of a maintenance beyond the cluster's view. Lost with the process, and found again by
 * looking.
 *
 * @param working what a worker is doing right now
 * @param counted by node, what its slots were found to hold
 * @param failure why the last work came to nothing, while it is not to be tried again yet
 * @param left    slots that somebody else has left half-way: nothing has become of them for a while
 */
public record SlotsSeen(Optional<Working> working, Map<NodeId, Inventory> counted, Optional<Failure> failure, SlotRanges left) {
    public static final SlotsSeen NOTHING = new SlotsSeen(Optional.empty(), Map.of(), Optional.empty(), SlotRanges.NONE);

    /**
     * @param transfers what is being moved; empty while slots are counted
     * @param bytes     that have to move in all
     * @param moved     bytes that have arrived
     * @param millis    since it began
     */
    public record Working(List<Transfer> transfers, long bytes, long moved, long millis) {
        public Working {
            transfers = List.copyOf(transfers);
        }

        public boolean counting() {
            return transfers.isEmpty();
        }
    }

    /** @param outOfMemory the target had no room: another plan may help, the same one will not */
    public record Failure(boolean outOfMemory, String message) {
    }

    public SlotsSeen {
        counted = Map.copyOf(counted);
    }

    public boolean counting() {
        return working.filter(Working::counting).isPresent();
    }

    public boolean moving() {
        return working.filter(w -> !w.counting()).isPresent();
    }
}
