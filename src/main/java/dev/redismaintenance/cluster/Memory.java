package dev.redismaintenance.cluster;

/**
 * A server's memory, in bytes.
 *
 * @param dataset what the keys take
 * @param used    all that the allocator gave out
 * @param limit   {@code maxmemory}; 0 is no limit
 */
public record Memory(long dataset, long used, long limit) {
}
