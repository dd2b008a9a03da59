package dev.redismaintenance.cluster;

/** What a cluster node is in its shard. */
public enum Role {
    PRIMARY, REPLICA;

    /** The word as people write it. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
