package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;

/**
 * How many slots does the next atomic job carry?
 *
 * <p>At the end of each job the source pauses all writes, hands the slots over, and deletes their keys on its main thread before it answers
 * anybody again (server's code, 9.1.2). What a client waits then has two parts. One is the same for any size: the hand-over itself, some ms
 * where neither end sleeps through it ({@link AtomicMove}), and, where the source's clock passes while it deletes, the fork for the job
 * that waits, before it answers (the planner makes that rare, where it may change {@code hz}). The other grows with the keys. Fewer keys
 * make it shorter; but each further job costs another fork, and nothing is copied while keys are deleted and until the clock, every 100 ms,
 * has passed or a further job connects. Several jobs are therefore slower than one job for all; {@code make bench} measures both, as
 * {@code ours} and {@code atomic-together}. So:
 *
 * <ol>
 * <li>The first jobs carry {@link #FIRST} keys. What a key costs is not known before: it depends on the machine, on where in the server's
 * memory the data lie, and on how many past jobs the server remembers, for with another job waiting it walks through them all for every key
 * that it deletes (server's code).
 * <li>Each pause that was seen gives the cost of a key; the next jobs carry as many keys as cost {@link #AIM}, at most half as many again
 * as have been seen to go, for a single pause may have been a short one by luck: no fork fell into it. The cost follows what is seen with a
 * delay, for a long one may be the machine's fault, and faster upwards: what counts is the longest pause of a move. Orders side by side
 * make pauses longer; they learn by themselves ({@link UnderWay}).
 * <li>None is cut smaller than {@link #LEAST} keys: below, a pause is made of what each job costs, and more jobs make more of them;
 * on a machine with too much work jobs would shrink without end, and the pauses would stay.
 * <li>No job carries more than {@link #BYTES}: the time a copied process lives, the memory that it costs, and what is lost with a job
 * that fails.
 * <li>What is left is cut into equal jobs, so that none is small, and into no more than it takes for each to carry a tenth more at most: what each
 * further job costs weighs more than a slightly longer pause.
 * </ol>
 *
 * A slot is never cut: one that holds more is a job of its own.
 */
final class JobSize {
    static final long FIRST = 60_000;
    static final long LEAST = 25_000;
    static final int GROWTH = 2;
    static final Duration AIM = Duration.ofMillis(85);
    static final long BYTES = 256L << 20;
    /** What a pause takes whatever the job carries. */
    private static final Duration FIXED = Duration.ofMillis(8);
    private static final double WEIGHT_OF_MORE = 0.7;
    private static final double WEIGHT_OF_LESS = 0.35;
    /** Each job may carry a tenth more, where that makes fewer. */
    private static final int TOLERATED = 10;
    private static final int BEYOND_SEEN = 2;

    private double nanosPerKey = (double) AIM.minus(FIXED).toNanos() / FIRST;
    private long keys = FIRST;
    private long mostSeen = FIRST;
    private long bytes = BYTES;

    /** @param pause how long the hand-over of so many keys held the server up */
    synchronized void measured(long carried, Duration pause) {
        if (carried < LEAST / GROWTH) {
            // tells of the fixed cost only
            return;
        }
        double seen = (double) Math.max(0, pause.minus(FIXED).toNanos()) / carried;
        // dearer than this, jobs are not made smaller; and it would take long to be forgotten
        seen = Math.min(seen, (double) AIM.minus(FIXED).toNanos() / LEAST);
        nanosPerKey += (seen > nanosPerKey ? WEIGHT_OF_MORE : WEIGHT_OF_LESS) * (seen - nanosPerKey);
        mostSeen = Math.max(mostSeen, carried);
        long most = Math.min(keys * GROWTH, mostSeen + mostSeen / BEYOND_SEEN);
        keys = Math.max(LEAST, Math.min(most, (long) (AIM.minus(FIXED).toNanos() / nanosPerKey)));
    }

    /** A job of the present size was too much for somebody. */
    synchronized void halve() {
        keys = Math.max(1, keys / 2);
        bytes = Math.max(1, bytes / 2);
    }

    /** A job of the present size was not too much: what was halved grows again, or a bad moment would make small jobs for ever. */
    synchronized void carried() {
        keys = Math.max(keys, Math.min(LEAST, keys * GROWTH));
        bytes = Math.min(BYTES, bytes * GROWTH);
    }

    synchronized long keys() {
        return keys;
    }

    /** The first of the slots, as many as go into the next job; not none unless there is none. */
    synchronized SlotRanges next(SlotRanges left, Inventory inventory) {
        long allKeys = inventory.keys(left);
        long allBytes = inventory.bytes(left);
        long jobs = Math.max(1, Math.max(ceil(allKeys, keys + keys / TOLERATED), ceil(allBytes, bytes)));
        long keysOfOne = ceil(allKeys, jobs);
        long bytesOfOne = ceil(allBytes, jobs);
        List<Integer> chosen = new ArrayList<>();
        long k = 0;
        long b = 0;
        for (PrimitiveIterator.OfInt slots = left.stream().iterator(); slots.hasNext(); ) {
            int slot = slots.nextInt();
            k += inventory.keys(slot);
            b += inventory.bytes(slot);
            // half a slot over is as good as half a slot under
            boolean over = k - inventory.keys(slot) / 2 > keysOfOne || b - inventory.bytes(slot) / 2 > bytesOfOne && b > bytes / 2;
            if (over && !chosen.isEmpty()) {
                break;
            }
            chosen.add(slot);
        }
        return SlotRanges.of(chosen);
    }

    private static long ceil(long all, long part) {
        return (all + part - 1) / part;
    }
}
