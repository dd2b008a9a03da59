package dev.redismaintenance.cluster;

import java.util.Optional;

/**
 * The closed mark on a pod: who closed the node, why, since when, and where it was recorded how it was before.
 *
 * @param owner    name of the NodeMaintenance that closed it; empty when somebody has removed a part of the mark
 * @param snapshot name of the snapshot ConfigMap
 * @param since    RFC 3339 time, unless somebody has written something else there
 * @param open     true once the node is being given its shards back: still marked, no longer closed
 */
public record Mark(String owner, String reason, String since, String snapshot, boolean open) {

    /** Nothing of it is missing or garbled. */
    public boolean whole() {
        return !owner.isEmpty() && time().isPresent();
    }

    /** Since when, where it says so. */
    public Optional<String> time() {
        return Optional.of(since).filter(TimeText::isTime);
    }
}
