package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has an opening without restoring been tried for long enough? Then it ends without the servers, or a finalizer would hang for as long as
 * one of them does not answer. Time in which slots are moving does not count. A new process begins to count anew.
 */
final class ForcedOpenings {
    private final Duration patience;
    private final Map<String, Instant> since = new ConcurrentHashMap<>();

    ForcedOpenings(Duration patience) {
        this.patience = patience;
    }

    boolean outOfPatience(NodeMaintenance resource, Situation situation, Instant now) {
        String uid = resource.getMetadata().getUid();
        if (Peers.wants(resource) || !resource.getSpec().isSkipShardsRestore() || situation.slots().working().isPresent()) {
            since.remove(uid);
            return false;
        }
        return !since.computeIfAbsent(uid, x -> now).plus(patience).isAfter(now);
    }

    void forget(NodeMaintenance resource) {
        since.remove(resource.getMetadata().getUid());
    }
}
