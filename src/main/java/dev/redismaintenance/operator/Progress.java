package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.plan.Recorded;
import dev.redismaintenance.plan.Situation;
import java.util.List;
import java.util.Optional;

/**
 * How much of what has to leave the node, or to come back to it, has done so: percent of bytes.
 *
 * <p>Two things can have to go: serving the node's data (its recorded bytes, gone when it owns no slot), and its replica duty
 * (the same bytes again, on a spare as far as its copy has got). Coming back is the same seen from the node. An empty node
 * counts as one byte, so that there is something to be done with.
 */
final class Progress {
    private final Situation s;

    private Progress(Situation situation) {
        this.s = situation;
    }

    static int leaving(Situation situation) {
        return new Progress(situation).evacuated();
    }

    static int returning(Situation situation) {
        return new Progress(situation).restored();
    }

    private int evacuated() {
        if (s.recorded().isEmpty()) {
            return 0;
        }
        Placement placement = s.recorded().get().placement();
        long bytes = Math.max(1, placement.dataBytes());
        long total = 0;
        long done = 0;
        if (placement.own().role() == Role.PRIMARY) {
            total += bytes;
            done += s.target().filter(Member::voter).map(t -> gone(placement, t, bytes)).orElse(bytes);
        }
        for (NodeId spare : s.recorded().get().loans().stream().map(l -> l.spare()).toList()) {
            total += bytes;
            done += bytes * copied(s.view().member(spare)) / 100;
        }
        return total == 0 ? 100 : (int) (done * 100 / total);
    }

    /** While slots move: what a worker has seen arrive, else the share of the slots that have gone. */
    private long gone(Placement placement, Member target, long bytes) {
        if (s.recorded().map(Recorded::transfers).orElse(List.of()).isEmpty()) {
            return 0;
        }
        SlotRanges shard = placement.shardSlots(placement.node());
        int all = Math.max(1, shard.count());
        long bySlots = bytes * (all - Math.min(all, target.slots().common(shard).count())) / all;
        long byWorker = s.slots().working().map(w -> Math.min(bytes, w.moved())).orElse(0L);
        return Math.max(bySlots, byWorker);
    }

    private int restored() {
        Optional<Recorded> recorded = s.recorded();
        if (recorded.isEmpty()) {
            return 100;
        }
        Placement placement = recorded.get().placement();
        Optional<Member> node = s.target();
        if (placement.shardSlots(placement.node()).isEmpty()) {
            return 100;
        }
        if (!recorded.get().transfers().isEmpty()) {
            SlotRanges shard = placement.shardSlots(placement.node());
            return 100 * node.map(n -> n.slots().common(shard).count()).orElse(0) / shard.count();
        }
        boolean wasPrimary = placement.own().role() == Role.PRIMARY;
        boolean home = node.filter(n -> wasPrimary ? n.voter() : n.role() == Role.REPLICA && n.inSync()).isPresent();
        int duty = home ? 100 : copied(node);
        // the copy is one half, the role the other
        return wasPrimary ? (home ? 100 : duty / 2) : duty;
    }

    private static int copied(Optional<Member> replica) {
        if (replica.isEmpty() || replica.get().role() != Role.REPLICA) {
            return 0;
        }
        if (replica.get().inSync()) {
            return 100;
        }
        return replica.flatMap(Member::report).map(NodeReport::replication)
                .filter(r -> r.syncTotalBytes() > 0).map(Progress::share).orElse(0);
    }

    private static int share(Replication r) {
        return (int) Math.min(99, r.syncReadBytes() * 100 / r.syncTotalBytes());
    }
}
