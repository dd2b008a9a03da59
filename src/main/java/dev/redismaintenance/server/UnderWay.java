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
    private final Map<NodeId, Sizes> sizes = new ConcurrentHashMap<>();

    /**
     * Of one source. Where sources and targets share processors, those that give slots at the same time hold each other up: what their jobs
     * teach, up to three times as much for a key (measured), would make the jobs of one that is alone too small. Orders of one source do not:
     * it copies for one at a time. A job teaches what cut it, whoever has begun meanwhile: that has to be right until the job has ended.
     */
    private record Sizes(JobSize alone, JobSize besideOthers) {
        Sizes() {
            this(new JobSize(), new JobSize());
        }
    }

    void begins(Order order) {
        orders.add(order);
    }

    void ended(Order order) {
        orders.remove(order);
    }

    /** What the pauses of this source have taught, with other sources at work or without as it is now. */
    JobSize size(NodeId source) {
        Sizes of = sizesOf(source);
        return orders.stream().allMatch(order -> order.transfer().from().equals(source)) ? of.alone() : of.besideOthers();
    }

    /** A job was too much for somebody, and that has nothing to do with who else is at work. */
    void halve(NodeId source) {
        Sizes of = sizesOf(source);
        of.alone().halve();
        of.besideOthers().halve();
    }

    private Sizes sizesOf(NodeId source) {
        return sizes.computeIfAbsent(source, first -> new Sizes());
    }

    /** Is it a job of another order than this? */
    boolean ofAnother(SlotJob job, Order than) {
        return orders.stream().anyMatch(order -> order != than && order.transfer().to().equals(job.target())
                && job.slots().minus(order.transfer().slots()).isEmpty());
    }
}
