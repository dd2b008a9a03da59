package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.gate.Ownership;
import dev.redismaintenance.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Would an election for this handover be held, or is the last one too recent?
 *
 * <p>A Redis node stands for election only once in four times the node timeout (7.0 and 8.0 measured; Valkey 8.1 and 9.1
 * dropped the rule), and voters vote for successors of one and the same primary only once in twice the node timeout. A
 * failover asked for within that time is answered OK, stalls the shard's writes for 5 s and fails: what happens when a
 * maintenance is switched off and on again quickly. That a shard has another primary shows at a look as well, whoever asked for it: another process of
 * this operator, somebody else, or the servers themselves. Pacing only, nothing is decided from it; a new process, which does not know, pays that
 * stall once.
 */
final class ElectionPause {
    private static final int CANDIDATE = 4;
    private static final int VOTERS = 2;
    /** The servers take their time a little after the failover was asked for. */
    private static final Duration MARGIN = Duration.ofSeconds(1);
    /** Clients that are busy have learnt the new owner by then; a node that is reset answers CLUSTERDOWN instead of MOVED for a while. */
    private static final Duration REDIRECTS = Duration.ofSeconds(3);

    private final Map<NodeId, Instant> stood = new ConcurrentHashMap<>();
    private final Map<NodeId, Instant> succeeded = new ConcurrentHashMap<>();
    /** By namespace, since a cluster that was copied to another one has the same ids there. */
    private final Map<String, Map<NodeId, Sighting>> sightings = new ConcurrentHashMap<>();

    /** When the servers were of one mind. */
    private record Sighting(Ownership.Seat seat, Instant at) {
    }

    /** To be told of looks, by one turn of the namespace at a time. What was seen before {@link ForeignFailovers#FRESH} does not tell when that election was. */
    void seen(String namespace, ClusterView view, Instant now) {
        if (!view.agreed()) {
            return;
        }
        Map<NodeId, Sighting> known = sightings.computeIfAbsent(namespace, ns -> new HashMap<>());
        known.values().removeIf(sighting -> sighting.at().plus(ForeignFailovers.FRESH).isBefore(now));
        Map<NodeId, Ownership.Seat> before = new HashMap<>();
        known.forEach((id, sighting) -> before.put(id, sighting.seat()));
        Ownership seen = Ownership.of(view);
        for (Ownership.Change change : seen.since(new Ownership(before, 0))) {
            held(change.from(), change.to(), now);
        }
        seen.seats().forEach((id, seat) -> known.put(id, new Sighting(seat, now)));
    }

    /** To be told when the failover is asked for, and again when it is seen to have landed. */
    void held(Step.Handover handover, Instant now) {
        held(handover.from(), handover.to(), now);
    }

    private void held(NodeId from, NodeId to, Instant now) {
        stood.put(to, now);
        succeeded.put(from, now);
    }

    boolean lasts(Step.Handover handover, ClusterView view, Instant now) {
        Optional<Duration> timeout = timeout(view, handover.to());
        return timeout.isPresent() && (within(stood.get(handover.to()), timeout.get().multipliedBy(CANDIDATE), now)
                || within(succeeded.get(handover.from()), timeout.get().multipliedBy(VOTERS), now));
    }

    /** Did this node hand its shard over so recently that clients still come to it to be sent on? */
    boolean stillAsked(NodeId node, Instant now) {
        Instant then = succeeded.get(node);
        return then != null && now.isBefore(then.plus(REDIRECTS));
    }

    private static boolean within(Instant then, Duration pause, Instant now) {
        return then != null && now.isBefore(then.plus(pause).plus(MARGIN));
    }

    /** Only of servers that have the rule. */
    private static Optional<Duration> timeout(ClusterView view, NodeId node) {
        Optional<NodeReport> report = view.member(node).flatMap(Member::report).filter(r -> r.flavour().equals("redis"));
        return report.flatMap(NodeReport::nodeTimeout);
    }
}
