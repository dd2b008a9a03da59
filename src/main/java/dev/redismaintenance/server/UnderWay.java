package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.server.SlotWork.Order;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which atomic orders does this operator have at work, and what have their jobs taught? For any number of threads. */
final class UnderWay {
    private final Set<Order> orders = ConcurrentHashMap.newKeySet();
    private final Set<Order> ending = ConcurrentHashMap.newKeySet();
    private final Map<Circumstances, JobSize> sizes = new ConcurrentHashMap<>();

    /**
     * What the pause after a job depends on beside its keys. Orders side by side share processors and memory: what their jobs teach, up
     * to three times as much for a key (measured), would make the jobs of an order that is alone too small.
     */
    private record Circumstances(NodeId source, int orders) {
    }

    void begins(Order order) {
        orders.add(order);
    }

    /** Its last job is being copied: from now on the next order is as good as alone. */
    void isEnding(Order order) {
        ending.add(order);
    }

    void ended(Order order) {
        orders.remove(order);
        ending.remove(order);
    }

    /** What the pauses of this source have taught while as many orders were at work as there are now. */
    JobSize size(NodeId source) {
        int now = Math.max(1, orders.size() - ending.size());
        return sizes.computeIfAbsent(new Circumstances(source, now), first -> new JobSize());
    }

    /** Is it a job of another order than this? */
    boolean ofAnother(SlotJob job, Order than) {
        return orders.stream().anyMatch(order -> order != than && order.transfer().to().equals(job.target())
                && job.slots().minus(order.transfer().slots()).isEmpty());
    }
}
