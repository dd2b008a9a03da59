package dev.redismaintenance.ground;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** Is a cluster whole: do all nodes agree, is every slot covered, is every replica in sync? */
final class ClusterHealth {

    private static final List<String> BAD_FLAGS = List.of("handshake", "noaddr", "fail", "fail?");

    private final RedisCluster cluster;

    ClusterHealth(RedisCluster cluster) {
        this.cluster = cluster;
    }

    /** What is wrong, if something is. */
    Optional<String> trouble() {
        List<String> pods = cluster.pods();
        List<Placement> placements = new ArrayList<>();
        for (String pod : pods) {
            try (Jedis jedis = cluster.jedis(pod)) {
                List<NodeLine> view = NodeLine.parse(jedis.clusterNodes());
                placements.add(Placement.of(view));
                String info = jedis.clusterInfo();
                String replication = jedis.info("replication");
                Optional<String> wrong = Stream.of(
                        when(!info.contains("cluster_state:ok"), "state is not ok"),
                        when(!info.contains("cluster_slots_ok:16384"), "slots are not covered"),
                        when(view.stream().anyMatch(line -> line.hasAny(BAD_FLAGS.toArray(String[]::new)) || !line.connected()),
                                "a member is not connected"),
                        when(view.stream().anyMatch(NodeLine::openSlots), "open slots"),
                        when(view.size() != pods.size(), view.size() + " members"),
                        when(replication.contains("role:slave") && !replication.contains("master_link_status:up"), "link down"),
                        when(replication.contains("role:master") && online(replication) != replicas(view), "a replica is not online"))
                        .flatMap(Optional::stream).findFirst();
                if (wrong.isPresent()) {
                    return Optional.of(pod + ": " + wrong.get());
                }
            }
        }
        return when(placements.stream().distinct().count() != 1, "the nodes do not agree");
    }

    private static long online(String replication) {
        return replication.lines().filter(line -> line.startsWith("slave") && line.contains("state=online")).count();
    }

    private static long replicas(List<NodeLine> view) {
        String self = view.stream().filter(line -> line.hasAny("myself")).findFirst().map(NodeLine::id).orElse("");
        return view.stream().filter(line -> line.primaryId().equals(self)).count();
    }

    private static Optional<String> when(boolean bad, String what) {
        return bad ? Optional.of(what) : Optional.empty();
    }
}
