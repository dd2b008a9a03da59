package dev.redismaintenance.gate;

import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;
import java.util.Optional;

/**
 * A failover that somebody else asked for, or that the servers hold among themselves: seen a moment ago, or under way.
 *
 * @param slots of the shard, where it is known which
 * @param from  the pod that had them, where it is known
 * @param to    the pod that has them now; empty while that is open
 * @param left  how much longer the cluster is given to come to rest
 */
public record Takeover(SlotRanges slots, Optional<String> from, Optional<String> to, Duration left) {
    public static Takeover done(SlotRanges slots, String from, String to, Duration left) {
        return new Takeover(slots, Optional.of(from), Optional.of(to), left);
    }

    /** A primary holds its clients' writes for a replica that is to take over. */
    public static Takeover underWay(SlotRanges slots, String from) {
        return new Takeover(slots, Optional.of(from), Optional.empty(), Duration.ZERO);
    }

    /** An election was begun, and nobody has won it yet; servers do not tell of which shard. */
    public static Takeover election(Duration left) {
        return new Takeover(SlotRanges.NONE, Optional.empty(), Optional.empty(), left);
    }
}
