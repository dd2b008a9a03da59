package dev.redismaintenance.bench;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import java.util.List;

/**
 * The cluster that the contenders work on: X leaves, the first half of its slots goes to A and the rest to B, as the servers' own
 * tool divides them. The command line tool picks slots in ascending order, so these are its choice as well, out and back.
 *
 * @param tool  the command line tool of the same version
 * @param spare an empty primary, where the stage has one
 */
record Stage(RedisCluster cluster, java.nio.file.Path tool, Seat x, Seat a, Seat b, List<Seat> spare) {
    static final SlotRanges ALL_OF_X = SlotRanges.of(0, 5460);
    static final SlotRanges TO_A = SlotRanges.of(0, 2730);
    static final SlotRanges TO_B = SlotRanges.of(2731, 5460);

    /** One server of the stage. */
    record Seat(String pod, NodeId id, Endpoint endpoint) {
    }

    static Stage of(RedisCluster cluster, java.nio.file.Path tool) {
        List<Seat> seats = cluster.pods().stream().map(pod -> seat(cluster, pod)).toList();
        return new Stage(cluster, tool, seats.get(0), seats.get(1), seats.get(2), seats.subList(3, seats.size()));
    }

    static Seat seat(RedisCluster cluster, String pod) {
        Endpoint endpoint = new Endpoint(cluster.ip(pod), cluster.address(pod).getPort(), ConnectionSettings.PLAIN);
        return new Seat(pod, new NodeId(cluster.nodeId(pod)), endpoint);
    }

    List<Seat> primaries() {
        return List.of(x, a, b);
    }
}
