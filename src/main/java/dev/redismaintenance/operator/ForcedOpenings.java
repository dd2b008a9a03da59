package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has an opening without restoring come to a standstill for long enough? Then it ends without the servers, or a finalizer would hang for as
 * long as one of them does not answer. A step that was not tried before is progress, and so are bytes of slots that arrive; a look at servers
 * that do not answer may take longer than the patience, so a few looks have to be without any. A new process begins to count anew.
 */
final class ForcedOpenings {
    private static final int LOOKS = 3;

    private final Duration patience;
    private final Map<String, Standstill> all = new ConcurrentHashMap<>();

    /** @param seen what was progress once: steps, and how far slots had come */
    private record Standstill(Instant since, int looks, boolean over, Set<Object> seen) {
        Standstill after(Optional<?> step, Instant now) {
            return step.filter(seen::add).isPresent() ? new Standstill(now, 0, over, seen) : this;
        }

        Standstill looked(Duration patience, Instant now) {
            return new Standstill(since, looks + 1, over || looks >= LOOKS && !since.plus(patience).isAfter(now), seen);
        }
    }

    ForcedOpenings(Duration patience) {
        this.patience = patience;
    }

    boolean outOfPatience(NodeMaintenance resource, Situation situation, Instant now) {
        String uid = resource.getMetadata().getUid();
        if (Peers.wants(resource) || !resource.getSpec().isSkipShardsRestore()) {
            all.remove(uid);
            return false;
        }
        Optional<List<Object>> arrived = situation.slots().working().map(w -> List.of(w.transfers(), w.moved()));
        Standstill still = all.getOrDefault(uid, new Standstill(now, 0, false, new HashSet<>())).after(arrived, now).looked(patience, now);
        all.put(uid, still);
        return still.over();
    }

    void decided(NodeMaintenance resource, Decision decision, Instant now) {
        if (decision instanceof Decision.Act act) {
            all.computeIfPresent(resource.getMetadata().getUid(), (uid, s) -> s.after(Optional.of(act.step()), now));
        }
    }

    void forget(NodeMaintenance resource) {
        forget(resource.getMetadata().getUid());
    }

    void forget(String uid) {
        all.remove(uid);
    }
}
