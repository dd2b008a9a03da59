package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Transfer;
import java.util.Map;
import java.util.Optional;

/**
 * How much does a step copy, and how long is that likely to take? Bytes are those that were counted, or the source's dataset. The rates
 * are at most those of docs/benchmarks (one machine, two cores; EstimateTest): a network or a busy server may be slower.
 *
 * @param bytes 0 for a step that copies nothing
 */
record Estimate(long bytes, long seconds) {
    static final long MB = 1_000_000;
    /** Bytes a second, as the next ones. */
    static final long KEY_BY_KEY = 25 * MB;
    static final long ATOMIC = 150 * MB;
    static final long FULL_COPY = 65 * MB;

    static Estimate of(Step step, Situation s) {
        if (step instanceof Step.MoveSlots m) {
            return moving(m, s);
        }
        return step instanceof Step.Replicate r ? of(dataset(s.view(), r.primary()), FULL_COPY) : new Estimate(0, 0);
    }

    private static Estimate moving(Step.MoveSlots move, Situation s) {
        long bytes = 0;
        boolean atomic = true;
        for (Transfer t : move.transfers()) {
            bytes += bytes(t, s);
            atomic &= way(s.view(), t.from()).equals(way(s.view(), t.to())) && way(s.view(), t.from()).filter(MoveWay::atomic).isPresent();
        }
        return of(bytes, atomic ? ATOMIC : KEY_BY_KEY);
    }

    private static long bytes(Transfer t, Situation s) {
        Map<NodeId, Inventory> counted = s.slots().counted();
        return counted.containsKey(t.from()) ? counted.get(t.from()).bytes(t.slots()) : 0;
    }

    private static Optional<MoveWay> way(ClusterView view, NodeId id) {
        return view.member(id).flatMap(Member::report).map(NodeReport::way);
    }

    private static long dataset(ClusterView view, NodeId primary) {
        return view.member(primary).flatMap(Member::report).map(NodeReport::memory).map(Memory::dataset).orElse(0L);
    }

    private static Estimate of(long bytes, long perSecond) {
        return new Estimate(bytes, bytes == 0 ? 0 : Math.max(1, bytes / perSecond));
    }
}
