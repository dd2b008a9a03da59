package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.JedisServers;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.Servers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** A copy of a whole shard on another node: made, given the primary role, and let go again. */
final class Copy {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final Duration ATTEMPT = Duration.ofSeconds(6);
    private static final int ATTEMPTS = 8;

    private final Servers servers = new JedisServers();
    private final Stage stage;

    Copy(Stage stage) {
        this.stage = stage;
    }

    /** Returns when the replica has everything, and both ends say so. */
    void make(Seat replica, Seat primary) throws ServerException, TimeoutException {
        servers.replicate(replica.endpoint(), primary.id());
        try (Jedis copy = stage.cluster().jedis(replica.pod()); Jedis origin = stage.cluster().jedis(primary.pod())) {
            Look.until("copy", BOUND, () -> copy.info("replication").contains("master_link_status:up"));
            Look.until("copy in sync", BOUND, () -> origin.info("replication").contains("state=online"));
        }
    }

    /**
     * Returns when every node, the old primary among them, knows the new one as the owner of the slots. That the old one is a replica
     * now Redis tells the others only by gossip, seconds later; nobody has to wait for it.
     */
    void handOver(Seat replica, Seat primary, SlotRanges slots) throws ServerException, TimeoutException {
        // Redis lets nobody vote for a node that is not yet known as a replica
        everyone(line -> line.startsWith(replica.id().value()) && line.contains("slave " + primary.id().value()));
        failOver(replica);
        everyone(line -> line.startsWith(replica.id().value()) && line.contains("master -") && line.endsWith(" " + slots));
    }

    /** Asks again when the server has given up, as it does after five seconds. */
    private void failOver(Seat replica) throws ServerException, TimeoutException {
        try (Jedis jedis = stage.cluster().jedis(replica.pod())) {
            for (int attempt = 1; ; attempt++) {
                servers.failover(replica.endpoint());
                try {
                    Look.until("primary role", ATTEMPT, () -> jedis.role().get(0).equals("master"));
                    return;
                } catch (TimeoutException e) {
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Every replica of the stage becomes an empty primary again; where that takes a reset it has forgotten the others. */
    void letGo() throws ServerException {
        for (Seat seat : seats()) {
            try (Jedis jedis = stage.cluster().jedis(seat.pod())) {
                if (jedis.role().get(0).equals("slave")) {
                    servers.letGo(seat.endpoint());
                    servers.meet(stage.b().endpoint(), seat.endpoint().host(), seat.endpoint().port(), seat.endpoint().port() + NodeRow.BUS);
                }
            }
        }
    }

    private void everyone(Predicate<String> line) throws TimeoutException {
        for (Seat seat : seats()) {
            try (Jedis jedis = stage.cluster().jedis(seat.pod())) {
                Look.until("every node's view", BOUND, () -> jedis.clusterNodes().lines().anyMatch(line));
            }
        }
    }

    private List<Seat> seats() {
        return Stream.concat(stage.primaries().stream(), stage.spare().stream()).toList();
    }
}
