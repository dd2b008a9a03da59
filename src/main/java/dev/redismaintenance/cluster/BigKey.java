package dev.redismaintenance.cluster;

import java.time.Duration;

/**
 * A key so big that moving it with {@code MIGRATE} blocks both servers for longer than the bound. Its name is not kept: it may be
 * confidential, and slot, type and size are enough to find it.
 *
 * @param blocks how long it will block, estimated from its size
 */
public record BigKey(int slot, String type, long bytes, Duration blocks) {
    /** No call of a key-by-key move blocks a server for longer, but for keys that are told beforehand. */
    public static final Duration BOUND = Duration.ofMillis(100);
}
