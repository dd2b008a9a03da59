package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;

/** {@link SlotWork} over the network: asks both servers which way they know, and takes the best that both do. */
public final class JedisSlotWork implements SlotWork {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(5);

    @Override
    public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
        return new KeyCount(CONNECT, READ).count(server, node, slots, listener);
    }

    @Override
    public void move(Order order, Listener listener) throws ServerException {
        new KeyByKeyMove(CONNECT, READ).move(order, listener);
    }
}
