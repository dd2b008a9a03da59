package dev.redismaintenance.cluster;

/** How a server lets slots move to another primary. Found out by asking the server, not by its version. */
public enum MoveWay {
    /** {@code CLUSTER MIGRATESLOTS} on the source (Valkey 9): the servers move whole ranges, keys never lie half here, half there. */
    ATOMIC_FROM_SOURCE("the servers' own atomic migration (CLUSTER MIGRATESLOTS)"),
    /** {@code CLUSTER MIGRATION IMPORT} on the target (Redis 8.4). */
    ATOMIC_FROM_TARGET("the servers' own atomic migration (CLUSTER MIGRATION)"),
    /** {@code SETSLOT} and {@code MIGRATE}: all servers. */
    KEY_BY_KEY("key by key (MIGRATE)");

    private final String words;

    MoveWay(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    public boolean atomic() {
        return this != KEY_BY_KEY;
    }
}
