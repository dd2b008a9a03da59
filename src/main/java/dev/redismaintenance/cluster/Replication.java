package dev.redismaintenance.cluster;

import java.util.List;
import java.util.Optional;

/**
 * A server's own {@code INFO replication}.
 *
 * @param linkUp        as a replica: whether the stream from its primary flows; true for a primary
 * @param syncing       as a replica: whether it is receiving its initial copy
 * @param offset        bytes of the replication stream this server has produced or applied
 * @param syncReadBytes bytes of the initial copy received, 0 outside a copy
 * @param syncTotalBytes bytes of the initial copy in all, 0 when unknown or outside a copy
 * @param outputBytesPerSecond how fast the server feeds its replicas right now
 * @param from          as a replica: the host that it asks for the stream, where it was told
 * @param failingOver   as a primary: it holds back writes for a replica that is to take over, where the server tells that (Valkey 8.1 and later)
 */
public record Replication(Role role, boolean linkUp, boolean syncing, long offset, long syncReadBytes,
                          long syncTotalBytes, long outputBytesPerSecond, List<ReplicaLink> replicas, Optional<String> from, boolean failingOver) {
    public Replication {
        replicas = List.copyOf(replicas);
    }

    public Replication(Role role, boolean linkUp, boolean syncing, long offset, long syncReadBytes, long syncTotalBytes, long outputBytesPerSecond,
            List<ReplicaLink> replicas, Optional<String> from) {
        this(role, linkUp, syncing, offset, syncReadBytes, syncTotalBytes, outputBytesPerSecond, replicas, from, false);
    }

    public Replication(Role role, boolean linkUp, boolean syncing, long offset, long syncReadBytes, long syncTotalBytes, long outputBytesPerSecond,
            List<ReplicaLink> replicas) {
        this(role, linkUp, syncing, offset, syncReadBytes, syncTotalBytes, outputBytesPerSecond, replicas, Optional.empty());
    }
}
