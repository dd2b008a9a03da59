package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.InSync;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.ReplicaLink;
import dev.redismaintenance.cluster.Role;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which replica should take over from this primary?
 *
 * <p>Eligible is a replica of it on an available node that is not counted as gone. Among those: in sync first, then another
 * machine, another zone, the least lag, and by id so that the answer is always the same. A spare that another maintenance
 * has lent comes last: it has to go home.
 */
final class Candidates {
    private final ClusterView view;
    private final Member primary;
    private final Set<NodeId> gone;
    private final Set<NodeId> lent;

    Candidates(ClusterView view, Member primary, Set<NodeId> gone, Set<NodeId> lent) {
        this.view = view;
        this.primary = primary;
        this.gone = gone;
        this.lent = lent;
    }

    Optional<Member> best() {
        return best(m -> false);
    }

    /** The best one, where those that are wished for go before the others. */
    Optional<Member> best(Predicate<Member> wished) {
        return view.replicasOf(primary.id()).stream().filter(m -> unfit(m).isEmpty())
                .min(Comparator.comparing((Member m) -> !m.inSync())
                        .thenComparing(m -> !wished.test(m))
                        .thenComparing(m -> lent.contains(m.id()))
                        .thenComparing(m -> m.onMachineOf(primary))
                        .thenComparing(m -> m.pod().flatMap(PodFacts::zone).equals(primary.pod().flatMap(PodFacts::zone)))
                        .thenComparing(m -> -offset(m))
                        .thenComparing(Member::id));
    }

    /** Why none is eligible, one clause a replica. */
    String whyNone() {
        List<Member> replicas = view.replicasOf(primary.id());
        return replicas.isEmpty() ? primary.name() + " has no replica"
                : replicas.stream().map(m -> m.name() + ": " + unfit(m).orElse("eligible")).collect(Collectors.joining("; "));
    }

    private Optional<String> unfit(Member m) {
        if (!m.reachable()) {
            return Optional.of("does not answer" + m.problem().map(p -> " (" + p + ")").orElse(""));
        }
        if (m.pod().filter(PodFacts::closed).isPresent()) {
            return Optional.of("is closed for maintenance");
        }
        if (gone.contains(m.id())) {
            return Optional.of("is counted as gone: it is asked for maintenance, or shares a machine with a node that is or with this one");
        }
        return m.available() ? Optional.empty()
                : Optional.of("is not available: its pod is not ready, is terminating, is suspected by other nodes, or its machine is cordoned");
    }

    private static long offset(Member m) {
        return m.report().map(r -> r.replication().offset()).orElse(0L);
    }

    /**
     * What is still missing before {@code to} may be asked to take over from {@code from}; empty when the failover will be
     * short and will succeed. The server answers OK in any case: with a broken replication link it then stalls the shard's
     * writes for 5 s, and Redis does nothing at all while the voters do not see the candidate as a replica.
     */
    static Optional<String> notReady(ClusterView view, Member from, Member to) {
        if (from.report().isEmpty() || to.report().isEmpty()) {
            return Optional.of((from.report().isEmpty() ? from : to).name() + " does not answer");
        }
        Optional<String> bug = KnownBugs.againstPromotion(to);
        if (bug.isPresent()) {
            return bug;
        }
        if (!to.report().get().stateOk()) {
            return Optional.of(to.name() + " does not see the cluster in order yet and would answer CLUSTERDOWN");
        }
        Optional<String> lag = InSync.lacks(to.report().get(), from.report().get());
        if (lag.isPresent()) {
            return lag.map(l -> to.name() + " is not ready to take over: " + l);
        }
        if (!listed(view, from, to)) {
            return Optional.of(from.name() + " does not list " + to.name() + " as a replica that is online");
        }
        for (Member voter : view.voters().filter(Member::reachable).toList()) {
            NodeReport eyes = voter.report().get();
            boolean sees = eyes.row(to.id()).filter(r -> r.role() == Role.REPLICA && r.primary().filter(from.id()::equals).isPresent()
                    && !r.failing() && r.linkUp()).isPresent();
            if (!sees) {
                return Optional.of(voter.name() + " does not yet see " + to.name() + " as a connected replica of " + from.name());
            }
            if (eyes.row(from.id()).filter(r -> !r.failing() && (r.linkUp() || r.myself())).isEmpty()) {
                return Optional.of(voter.name() + " does not see " + from.name() + " as connected");
            }
        }
        return Optional.empty();
    }

    /** The primary's list names addresses, and may name others than anybody else does: then all have to be online for one to be. */
    private static boolean listed(ClusterView view, Member from, Member replica) {
        Optional<NodeRow> own = replica.report().map(NodeReport::own);
        List<ReplicaLink> online = from.report().stream().flatMap(r -> r.replication().replicas().stream()).filter(ReplicaLink::online).toList();
        return online.size() >= view.replicasOf(from.id()).size() || online.stream()
                .anyMatch(l -> replica.pod().filter(p -> p.at(l.address().host())).isPresent()
                        || own.filter(o -> o.address().host().equals(l.address().host())).isPresent()
                        || replica.address().host().equals(l.address().host()));
    }
}
