package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which spare could take over replica duty for this primary?
 *
 * <p>A spare is an available node that is not counted as gone and holds no data: an empty primary, or a replica whose shard
 * keeps another in-sync replica, and as many as its min-replicas-to-write demands, without it. What another maintenance
 * has lent is not lent again: it goes home when that one ends. Empty primaries first, then
 * another machine than the primary's, another zone, then by id.
 */
final class Spares {
    private final ClusterView view;
    private final Member primary;
    private final Set<NodeId> gone;
    private final Set<NodeId> lent;

    Spares(ClusterView view, Member primary, Set<NodeId> gone, Set<NodeId> lent) {
        this.view = view;
        this.primary = primary;
        this.gone = gone;
        this.lent = lent;
    }

    /** The spare, as the loan to be recorded. */
    Optional<Loan> best() {
        return view.all().stream().filter(this::fits)
                .min(Comparator.comparing((Member m) -> m.role() == Role.REPLICA)
                        .thenComparing(m -> m.onMachineOf(primary))
                        .thenComparing(m -> m.pod().flatMap(PodFacts::zone).equals(primary.pod().flatMap(PodFacts::zone)))
                        .thenComparing(Member::id))
                .map(m -> new Loan(m.id(), m.primary()));
    }

    /** May a node that was lent before serve this primary: does it already, or could it still be chosen? */
    boolean serves(Member m) {
        return m.replicaOf(primary.id()) ? m.available() && !gone.contains(m.id()) : fits(m);
    }

    private boolean fits(Member m) {
        if (!m.available() || gone.contains(m.id()) || lent.contains(m.id()) || m.id().equals(primary.id()) || m.replicaOf(primary.id()) || !hasRoom(m)) {
            return false;
        }
        return m.role() == Role.PRIMARY ? empty(m) : m.primary().filter(p -> canGiveAway(p, m)).isPresent();
    }

    private boolean empty(Member m) {
        return m.slots().isEmpty() && m.report().filter(r -> r.keys() == 0).isPresent() && view.replicasOf(m.id()).isEmpty();
    }

    private boolean canGiveAway(NodeId itsPrimary, Member m) {
        int others = 0;
        for (Member r : view.replicasOf(itsPrimary)) {
            others += !r.id().equals(m.id()) && r.inSync() && !r.failing() && !gone.contains(r.id()) ? 1 : 0;
        }
        if (others == 0) {
            return false;
        }
        int demanded = view.member(itsPrimary).flatMap(Member::report)
                .flatMap(r -> r.setting(Setting.MIN_REPLICAS_TO_WRITE)).map(Integer::parseInt).orElse(0);
        return others >= demanded;
    }

    private boolean hasRoom(Member m) {
        long limit = m.report().map(NodeReport::memory).map(Memory::limit).orElse(0L);
        long needed = primary.report().map(NodeReport::memory).map(Memory::used).orElse(0L);
        return limit == 0 || limit >= needed;
    }
}
