package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.util.List;
import java.util.Optional;

/**
 * Work on slots that takes as long as there is data. Done by a worker thread, never by a turn of the loop; it may be cut
 * anywhere, and what it leaves is seen at the next look.
 */
public interface SlotWork {

    /** Counts keys and bytes of a primary's slots; where slots move key by key it looks at every key. Reads only. */
    Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException;

    /**
     * Moves the slots of one transfer; what has already moved, or is half-way between the two, is gone on with. Returns when all
     * are the target's, or soon after {@link Listener#stopped()}, with no slot left half-way.
     *
     * @throws ServerException when it cannot go on; slots may then be half-way, and the same order goes on with them
     */
    void move(Order order, Listener listener) throws ServerException;

    /**
     * @param witnesses the other primaries, which are told the new owner
     * @param inventory what the slots hold, where it was counted
     */
    record Order(Transfer transfer, Endpoint source, Endpoint target, List<Endpoint> witnesses, Optional<Inventory> inventory) {
        public Order {
            witnesses = List.copyOf(witnesses);
        }
    }

    /** How the work is followed and stopped. Called from the worker's threads. */
    interface Listener {
        /** True once the work is to come to an end. */
        boolean stopped();

        /** These slots belong to the target now. */
        void moved(SlotRanges slots, long keys, long bytes);

        /** The servers are at the last of it and will end it by themselves: whoever waits for this order may begin with the next. */
        default void lastUnderWay() {
            // most have nothing else to do
        }
    }
}
