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
    private final Map<Circumstances, JobSize> sizes = new ConcurrentHashMap<>();

    /**
     * What the pause after a job depends on beside its keys. Where sources and targets share processors, those that give slots at the same
     * time hold each other up: what their jobs teach, up to three times as much for a key (measured), would make the jobs of one that is alone
     * too small. Orders of one source do not: it copies for one at a time.
     */
    private record Circumstances(NodeId source, long sources) {
    }

    void begins(Order order) {
        orders.add(order);
    }

    void ended(Order order) {
        orders.remove(order);
    }

    /** What the pauses of this source have taught while as many sources were at work as there are now. */
    JobSize size(NodeId source) {
        long sources = orders.stream().map(order -> order.transfer().from()).distinct().count();
        return sizes.computeIfAbsent(new Circumstances(source, sources), first -> new JobSize());
    }

    /** Is it a job of another order than this? */
    boolean ofAnother(SlotJob job, Order than) {
        return orders.stream().anyMatch(order -> order != than && order.transfer().to().equals(job.target())
                && job.slots().minus(order.transfer().slots()).isEmpty());
    }
}
