package dev.redismaintenance.cluster;

import java.util.Optional;

/**
 * Is this replica in sync with its primary, and if not, why?
 *
 * <p>A coordinated failover stalls the shard's writes until the replica has caught up, so the lag that is allowed is the
 * lag that keeps the stall short: {@value #LAG_BYTES} bytes, or a tenth of a second of the primary's present traffic where
 * that is more (the two servers are not asked in the same instant).
 */
public final class InSync {
    /** Measured on loopback: caught up in less than 20 ms. */
    public static final long LAG_BYTES = 1 << 20;

    private InSync() {
    }

    /** Empty when in sync, else what is missing. */
    public static Optional<String> lacks(NodeReport replica, NodeReport primary) {
        Replication mine = replica.replication();
        if (replica.loading()) {
            return Optional.of("it is loading its data");
        }
        if (mine.role() != Role.REPLICA) {
            return Optional.of("it does not replicate yet");
        }
        if (mine.syncing()) {
            return Optional.of("it is receiving its initial copy");
        }
        if (!mine.linkUp()) {
            return Optional.of("its replication link is down");
        }
        if (mine.offset() <= 0 && primary.keys() > 0) {
            return Optional.of("it has received nothing yet");
        }
        long lag = primary.replication().offset() - mine.offset();
        long allowed = Math.max(LAG_BYTES, primary.replication().outputBytesPerSecond() / 10);
        return lag > allowed ? Optional.of("it lags by " + lag + " bytes, " + allowed + " are allowed") : Optional.empty();
    }
}
