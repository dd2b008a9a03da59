package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;

/** {@link SlotWork} over the network: asks both servers which way they know, and takes the best that both do. */
public final class JedisSlotWork implements SlotWork {
    @Override
    public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
        throw new UnsupportedOperationException("under construction");
    }

    @Override
    public void move(Order order, Listener listener) throws ServerException {
        throw new UnsupportedOperationException("under construction");
    }
}
