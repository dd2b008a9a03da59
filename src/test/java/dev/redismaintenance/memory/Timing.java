package dev.redismaintenance.memory;

/**
 * How many ticks of the cluster's clock things take.
 *
 * @param gossip    the longest time until another node has heard of a change; 0: all know at once
 * @param failover  from {@code CLUSTER FAILOVER} to the promotion
 * @param fullSync  an initial copy
 * @param failure   until a node that is down is held for failed; its replica is promoted two ticks later
 * @param migration until a replica moves to a primary that lost all of its own
 */
public record Timing(int gossip, int failover, int fullSync, int failure, int migration) {
    public static final Timing PROMPT = new Timing(0, 1, 1, 4, 10);
    public static final Timing SLOW = new Timing(3, 2, 4, 5, 12);

    /** The primary's write pause, and hence what a failover that does not succeed costs. */
    static final int PAUSE = 10;
    /** After that a failover that has not happened does not happen. */
    static final int MANUAL_TIMEOUT = 5;
    /** How long a restarted primary takes no writes. */
    static final int WRITABLE_DELAY = 4;
    /** How long it takes the others to meet a node again that was reset, on servers that do so. */
    static final int MET_AGAIN = 13;
}
