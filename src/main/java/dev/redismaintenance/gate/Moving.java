package dev.redismaintenance.gate;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.Map;

/**
 * What the gates have to know of slots on their way.
 *
 * @param incoming by node, the bytes that the change brings to it
 * @param unplaced bytes that have to go and for which no node has room
 * @param ours     slots that this maintenance has told to go, or is to tell: half-way, or in a job, they are its own business
 * @param left     slots that somebody has left half-way: nothing has become of them for a while
 */
public record Moving(Map<NodeId, Long> incoming, long unplaced, SlotRanges ours, SlotRanges left) {
    public static final Moving NOTHING = new Moving(Map.of(), 0, SlotRanges.NONE, SlotRanges.NONE);

    public Moving {
        incoming = Map.copyOf(incoming);
    }

    boolean isOurs(SlotJob job) {
        return job.slots().minus(ours).isEmpty();
    }
}
