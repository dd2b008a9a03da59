package dev.redismaintenance.gate;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Rollout;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the gates are asked about: one change of the cluster.
 *
 * @param now     the cluster as it is
 * @param after   the cluster as it will be after the change
 * @param gone    the nodes to count as gone, co-located ones included
 * @param touched the nodes whose shards the change touches
 * @param denied  by node, the commands that its account may not run
 * @param peers   the other maintenances of this cluster
 * @param begun   whether this maintenance has already changed something
 * @param moving  slots on their way
 * @param rollouts updates of the cluster's pods by their owner that are under way
 * @param takeovers failovers that were not ours, of a moment ago or under way
 */
public record Question(ClusterView now, ClusterView after, Set<NodeId> gone, Set<NodeId> touched,
                       Map<NodeId, List<String>> denied, List<Peer> peers, boolean begun, Moving moving, List<Rollout> rollouts,
                       List<Takeover> takeovers) {
    public Question {
        gone = Set.copyOf(gone);
        touched = Set.copyOf(touched);
        denied = Map.copyOf(denied);
        peers = List.copyOf(peers);
        rollouts = List.copyOf(rollouts);
        takeovers = List.copyOf(takeovers);
    }

    public Question(ClusterView now, ClusterView after, Set<NodeId> gone, Set<NodeId> touched, Map<NodeId, List<String>> denied,
                    List<Peer> peers, boolean begun) {
        this(now, after, gone, touched, denied, peers, begun, Moving.NOTHING, List.of(), List.of());
    }
}
