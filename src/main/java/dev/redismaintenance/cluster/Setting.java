package dev.redismaintenance.cluster;

import java.util.List;
import java.util.stream.Stream;

/** The names of the run-time settings that maintenance reads; those in {@link #CHANGED} are the only ones it ever changes. */
public final class Setting {
    /** {@code yes}: this replica is never promoted by the others' vote. */
    public static final String REPLICA_NO_FAILOVER = "cluster-replica-no-failover";
    /** {@code no}: the server neither leaves its shard for an orphaned primary nor follows the taker of its last slot. */
    public static final String ALLOW_REPLICA_MIGRATION = "cluster-allow-replica-migration";
    /** Bytes of the stream a primary keeps, so that a returning replica needs only what it missed. */
    public static final String REPL_BACKLOG_SIZE = "repl-backlog-size";
    /** Bytes of its stream that an atomic job may have unsent when it begins to hand over; Valkey 9. */
    public static final String HANDOVER_BYTES = "slot-migration-max-failover-repl-bytes";
    /** {@code yes}: strings are compressed, in files and in what MIGRATE sends. */
    public static final String RDB_COMPRESSION = "rdbcompression";
    /** Turns a second of the server's clock, on which it notices that a process that copied for it has ended; 10 unless somebody chose otherwise. */
    public static final String HZ = "hz";
    /** What the server writes into its log; {@code notice} unless somebody chose otherwise. */
    public static final String LOG_LEVEL = "loglevel";
    public static final String MIN_REPLICAS_TO_WRITE = "min-replicas-to-write";
    public static final String NODE_TIMEOUT = "cluster-node-timeout";
    public static final String ANNOUNCE_IP = "cluster-announce-ip";
    /** What clients are shown instead of the IP; Valkey. */
    public static final List<String> ANNOUNCE_CLIENT_IPS = List.of("cluster-announce-client-ipv4", "cluster-announce-client-ipv6");
    /** When the data are saved in a file; empty for never. */
    public static final String SAVE = "save";
    /** {@code yes}: what is written goes to a file too. */
    public static final String APPEND_ONLY = "appendonly";
    /** What a server does with writes when its memory is full; any but {@code noeviction} and it drops keys for them. */
    public static final String MAXMEMORY_POLICY = "maxmemory-policy";
    /** Threads that read and write for the main thread; see {@link MoveWay}. */
    public static final String IO_THREADS = "io-threads";
    /** {@code yes}: one slot without owner stops the whole cluster. */
    public static final String REQUIRE_FULL_COVERAGE = "cluster-require-full-coverage";

    /** {@code yes}: statistics by slot are kept; see {@code plan.KnownBugs}. */
    public static final String SLOT_STATS = "cluster-slot-stats-enabled";

    /** Those that maintenance may change, hence records and puts back. */
    public static final List<String> CHANGED = List.of(REPLICA_NO_FAILOVER, ALLOW_REPLICA_MIGRATION, REPL_BACKLOG_SIZE, HANDOVER_BYTES,
            RDB_COMPRESSION, LOG_LEVEL, HZ);
    /** All that an observation asks for. */
    public static final List<String> READ = Stream.of(CHANGED,
            List.of(MIN_REPLICAS_TO_WRITE, NODE_TIMEOUT, ANNOUNCE_IP, SAVE, APPEND_ONLY, MAXMEMORY_POLICY, IO_THREADS, REQUIRE_FULL_COVERAGE, SLOT_STATS),
            ANNOUNCE_CLIENT_IPS).flatMap(List::stream).toList();

    private Setting() {
    }

    /** The value that maintenance gives a setting, where it changes it. */
    public static String given(String name) {
        return switch (name) {
            case ALLOW_REPLICA_MIGRATION, RDB_COMPRESSION -> "no";
            case REPLICA_NO_FAILOVER -> "yes";
            // seconds of heavy traffic, small beside the data
            case REPL_BACKLOG_SIZE -> String.valueOf(64L << 20);
            // sent in some ms; a number that nobody else writes, so that it is known again
            case HANDOVER_BYTES -> "1000000";
            case LOG_LEVEL -> "warning";
            // as often as people choose who want it often; a number that nobody else writes
            case HZ -> "99";
            default -> throw new IllegalArgumentException("maintenance does not change " + name);
        };
    }
}
