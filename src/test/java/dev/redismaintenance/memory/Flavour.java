package dev.redismaintenance.memory;

/** The server versions whose behaviour differs where maintenance can see it. */
public enum Flavour {
    REDIS_7("redis", "7.0.15", "1048576"),
    REDIS_8("redis", "8.0.6", "1048576"),
    VALKEY_8("valkey", "8.1.1", "10485760"),
    VALKEY_9("valkey", "9.1.2", "10485760");

    private final String server;
    private final String version;
    private final String backlog;

    Flavour(String server, String version, String backlog) {
        this.server = server;
        this.version = version;
        this.backlog = backlog;
    }

    String server() {
        return server;
    }

    String version() {
        return version;
    }

    String defaultBacklog() {
        return backlog;
    }

    /** The setting {@code save}; not the servers' default for all, so that stories are told of both. */
    String saves() {
        return this == REDIS_7 || this == VALKEY_9 ? "3600 1" : "";
    }

    /** {@code CLUSTER REPLICATE NO ONE}: a replica lets go without being reset. */
    boolean letsGoAsMember() {
        return this == VALKEY_9;
    }

    /** The others meet a node that was reset again by themselves. */
    boolean isMetAgain() {
        return this == VALKEY_8 || this == VALKEY_9;
    }

    /** Voters deny a candidate that they do not see as a replica of the primary it wants to replace. */
    boolean deniesUnknownReplicas() {
        return this == REDIS_7 || this == REDIS_8;
    }
}
