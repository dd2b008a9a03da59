package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.RedundancyKept;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Setting;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Does every shard that the step touches keep an in-sync copy that is not counted as gone, and as many good replicas as its
 * {@code min-replicas-to-write} demands (with fewer its writes stop)?
 */
final class RedundancyKept implements Gate {
    @Override
    public Verdict ask(Question question) {
        ClusterView after = question.after();
        Set<NodeId> primaries = new TreeSet<>();
        question.touched().forEach(id -> {
            after.primaryOf(id).filter(Member::voter).ifPresent(p -> primaries.add(p.id()));
            question.now().primaryOf(id).flatMap(p -> after.primaryOf(p.id())).filter(Member::voter).ifPresent(p -> primaries.add(p.id()));
        });
        for (NodeId id : primaries) {
            Verdict verdict = askShard(question, after, after.members().get(id));
            if (!verdict.isPassed()) {
                return verdict;
            }
        }
        return Verdict.passed(RedundancyKept, primaries.isEmpty() ? "no shard is touched"
                : "in-sync copies stay elsewhere: " + primaries.stream().map(id -> copies(question, after, id)).collect(Collectors.joining("; ")));
    }

    private static Verdict askShard(Question question, ClusterView after, Member primary) {
        long copies = after.shardOf(primary.id()).filter(m -> staysGood(question, m)).count();
        if (copies == 0) {
            return Verdict.refused(RedundancyKept, "the shard of " + primary.name() + " (slots " + primary.slots()
                    + ") would have no in-sync copy outside the machines that are counted as gone; add a replica on another machine or wait until one is in sync");
        }
        long good = after.replicasOf(primary.id()).stream().filter(m -> staysGood(question, m)).count();
        int demanded = primary.report().flatMap(r -> r.setting(Setting.MIN_REPLICAS_TO_WRITE)).map(Integer::parseInt).orElse(0);
        if (good < demanded) {
            return Verdict.refused(RedundancyKept, "the writes of the shard of " + primary.name() + " would stop: min-replicas-to-write is "
                    + demanded + " and " + good + " good replica(s) would stay; add a replica or lower the setting");
        }
        return Verdict.passed(RedundancyKept, "");
    }

    private static String copies(Question question, ClusterView after, NodeId primary) {
        return "slots " + after.members().get(primary).slots() + " on " + after.shardOf(primary)
                .filter(m -> staysGood(question, m)).sorted(Comparator.comparing(Member::id)).map(Member::name).collect(Collectors.joining(", "));
    }

    private static boolean staysGood(Question question, Member m) {
        return m.reachable() && !m.failing() && m.inSync() && !question.gone().contains(m.id());
    }
}
