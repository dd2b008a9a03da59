package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Would the voters vote for a successor of this primary, or did they just do so?
 *
 * <p>Redis voters vote for a successor of one and the same primary only once in twice the node timeout (7.0 and 8.0 measured;
 * Valkey 8.1 and 9.1 dropped the rule). A failover asked for within that time is answered OK, stalls the shard's writes for
 * 5 s and fails: what happens when a maintenance is switched off and on again quickly. Pacing only, nothing is decided from
 * it; a new process, which does not know, pays that stall once.
 */
final class VotePause {
    /** Voters stamp their vote a little after the failover was asked for. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Map<NodeId, Instant> asked = new ConcurrentHashMap<>();

    void asked(NodeId from, Instant now) {
        asked.put(from, now);
    }

    /** How long to wait still; empty when they would vote. */
    Optional<Duration> left(Step.Handover handover, ClusterView view, Instant now) {
        Optional<Instant> last = Optional.ofNullable(asked.get(handover.from()));
        return last.flatMap(then -> pause(view, handover.to()).map(p -> Duration.between(now, then.plus(p))))
                .filter(rest -> !rest.isNegative() && !rest.isZero());
    }

    private static Optional<Duration> pause(ClusterView view, NodeId node) {
        Optional<NodeReport> report = view.member(node).flatMap(Member::report).filter(r -> r.flavour().equals("redis"));
        return report.flatMap(r -> r.setting(Setting.NODE_TIMEOUT)).map(Long::parseLong).map(millis -> Duration.ofMillis(2 * millis).plus(MARGIN));
    }
}
