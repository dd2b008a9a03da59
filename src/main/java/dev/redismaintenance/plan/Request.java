package dev.redismaintenance.plan;

import java.util.Optional;

/**
 * What the NodeMaintenance asks for, as far as the planner is concerned.
 *
 * @param name         the NodeMaintenance, for messages and the mark
 * @param uid          identifies the activation
 * @param demoteNode   empty: the safest way; true: hand the primary role over; false: keep the role, move the slots
 * @param now          RFC 3339 time, for the snapshot
 * @param since        when its pod was closed, as was noted, for a pod that has lost its mark; now where it was not closed yet
 */
public record Request(String name, String uid, String podName, String reason, String now, String since, boolean overwriteSnapshot,
                      Optional<Boolean> demoteNode, boolean evictHaReplica, boolean skipShardsRestore) {

    /** Of a pod that was not closed yet. */
    public Request(String name, String uid, String podName, String reason, String now, boolean overwriteSnapshot,
                   Optional<Boolean> demoteNode, boolean evictHaReplica, boolean skipShardsRestore) {
        this(name, uid, podName, reason, now, now, overwriteSnapshot, demoteNode, evictHaReplica, skipShardsRestore);
    }
}
