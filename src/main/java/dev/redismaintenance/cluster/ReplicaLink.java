package dev.redismaintenance.cluster;

/**
 * A replica as its primary lists it in {@code INFO replication}.
 *
 * @param online whether the stream flows (the initial copy is over)
 * @param offset bytes of the replication stream that the replica has acknowledged
 * @param lagSeconds seconds since its last acknowledgement
 */
public record ReplicaLink(Address address, boolean online, long offset, long lagSeconds) {
}
