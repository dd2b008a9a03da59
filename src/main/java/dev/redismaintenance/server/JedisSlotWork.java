package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** {@link SlotWork} over the network: asks both servers which way they know, and takes the best that both do. For any number of threads. */
public final class JedisSlotWork implements SlotWork {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** A server that deletes the keys of a job answers nothing meanwhile. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Servers servers;
    private final Set<Order> underWay = ConcurrentHashMap.newKeySet();

    public JedisSlotWork() {
        this(new JedisServers());
    }

    JedisSlotWork(Servers servers) {
        this.servers = servers;
    }

    @Override
    public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
        if (servers.report(server).way().atomic()) {
            try (Line line = Line.open(server, CONNECT, ANSWER)) {
                return SlotCount.inventory(line, node, slots);
            }
        }
        throw new UnsupportedOperationException("key by key: under construction in another branch");
    }

    @Override
    public void move(Order order, Listener listener) throws ServerException {
        MoveWay way = way(order);
        underWay.add(order);
        try (Line source = Line.open(order.source(), CONNECT, ANSWER); Line target = Line.open(order.target(), CONNECT, ANSWER)) {
            switch (way) {
                case ATOMIC_FROM_SOURCE -> new AtomicMove(source, target, order, listener, job -> sibling(job, order)).run();
                case ATOMIC_FROM_TARGET -> new RedisAtomicMove(source, target, order, listener).run();
                default -> throw new UnsupportedOperationException("key by key: under construction in another branch");
            }
        } finally {
            underWay.remove(order);
        }
    }

    private MoveWay way(Order order) throws ServerException {
        MoveWay source = servers.report(order.source()).way();
        return source == servers.report(order.target()).way() ? source : MoveWay.KEY_BY_KEY;
    }

    private boolean sibling(SlotJob job, Order than) {
        return underWay.stream().anyMatch(order -> order != than && order.transfer().to().equals(job.target())
                && job.slots().minus(order.transfer().slots()).isEmpty());
    }
}
