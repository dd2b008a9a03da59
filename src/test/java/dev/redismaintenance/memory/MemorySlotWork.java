package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Work on the slots of a cluster in memory, as many steps as the real one takes: a server that knows no atomic migration has each
 * group of slots half-way for a while. Each step is a call, after which the operator may be cut off.
 */
public final class MemorySlotWork implements SlotWork {
    /** Groups are far bigger than real ones, or a test that cuts after every call would take for ever. */
    private static final int GROUP = 1500;

    private final InMemoryCluster cluster;
    private final CallCounter counter;
    private final Runnable between;

    /** @param between runs after each group: time passes while slots move */
    public MemorySlotWork(InMemoryCluster cluster, CallCounter counter, Runnable between) {
        this.cluster = cluster;
        this.counter = counter;
        this.between = between;
    }

    @Override
    public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
        return call("count " + slots + " on " + server, () -> cluster.count(server, node, slots));
    }

    @Override
    public void move(Order order, Listener listener) throws ServerException {
        for (SlotRanges group : groups(order.transfer().slots())) {
            if (listener.stopped()) {
                return;
            }
            SlotRanges rest = group.minus(cluster.owned(order.target()));
            if (rest.isEmpty()) {
                continue;
            }
            if (cluster.atomic(order.source())) {
                change("migrate " + rest + " to " + order.target(), () -> cluster.migrate(order.source(), order.target(), rest));
            } else {
                change("open " + rest + " to " + order.target(), () -> cluster.open(order.source(), order.target(), rest));
                change("carry " + rest + " to " + order.target(), () -> cluster.carry(order.source(), order.target(), rest));
                change("hand " + rest + " to " + order.target(), () -> cluster.hand(order.source(), order.target(), rest));
            }
            listener.moved(rest, rest.count(), rest.count() * InMemoryCluster.BYTES_PER_SLOT);
            between.run();
        }
    }

    private static List<SlotRanges> groups(SlotRanges slots) {
        List<SlotRanges> groups = new ArrayList<>();
        List<Integer> all = slots.stream().boxed().toList();
        for (int i = 0; i < all.size(); i += GROUP) {
            groups.add(SlotRanges.of(all.subList(i, Math.min(all.size(), i + GROUP))));
        }
        return groups;
    }

    private interface Change {
        void make() throws ServerException;
    }

    private void change(String what, Change change) throws ServerException {
        call(what, () -> {
            change.make();
            return what;
        });
    }

    private <T> T call(String what, Callable<T> call) throws ServerException {
        counter.about();
        try {
            return call.call();
        } catch (ServerException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            counter.made(what);
        }
    }
}
