package dev.redismaintenance.server;

import dev.redismaintenance.cluster.BigKey;
import java.time.Duration;
import java.util.Map;

/**
 * For how long does {@code MIGRATE} of one key hold the main threads of both servers? Bytes ({@code MEMORY USAGE}) over a rate by
 * type. Measured on redis 7.0 and 8.0, valkey 8.1 and 9.1 (2 cores, loopback): strings 156-173 MB/s, lists 127-175 and once 300, hashes
 * 65-171 and once 53 (153 MB), sets 101-189, sorted sets 181-213, streams 131-163. The rates here are lower than the lowest seen, so
 * that more is told beforehand than happens.
 */
final class BlockingEstimate {
    private static final long MB = 1 << 20;
    private static final Map<String, Long> BYTES_PER_SECOND = Map.of("string", 100 * MB, "list", 100 * MB, "hash", 50 * MB,
            "set", 60 * MB, "zset", 100 * MB, "stream", 80 * MB);
    /** Of a type that a module brings. */
    private static final long UNKNOWN = 20 * MB;
    /** No key of fewer bytes blocks for longer than the bound, whatever its type. */
    static final long HARMLESS = UNKNOWN * BigKey.BOUND.toMillis() / 1000;

    private BlockingEstimate() {
    }

    /** @param type as {@code TYPE} answers */
    static Duration of(String type, long bytes) {
        return Duration.ofMillis(bytes * 1000 / BYTES_PER_SECOND.getOrDefault(type, UNKNOWN));
    }

    /** Of the slowest type. */
    static Duration atMost(long bytes) {
        return Duration.ofMillis(bytes * 1000 / UNKNOWN);
    }
}
