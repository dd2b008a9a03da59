package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import java.util.function.LongConsumer;

/** Work on slots, of which is told how many bytes have arrived as soon as they have. */
record CountedSlotWork(SlotWork work, LongConsumer moved) implements SlotWork {

    @Override
    public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
        return work.count(server, node, slots, listener);
    }

    @Override
    public void move(Order order, Listener listener) throws ServerException {
        work.move(order, new Listener() {
            @Override
            public boolean stopped() {
                return listener.stopped();
            }

            @Override
            public void moved(SlotRanges slots, long keys, long bytes) {
                moved.accept(bytes);
                listener.moved(slots, keys, bytes);
            }

            @Override
            public void lastUnderWay() {
                listener.lastUnderWay();
            }
        });
    }
}
