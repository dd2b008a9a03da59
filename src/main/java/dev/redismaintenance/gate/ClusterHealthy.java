package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.ClusterHealthy;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.OpenSlot;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Is the cluster in order: state ok, all slots owned once, nothing half-way, all nodes of one mind?
 *
 * <p>A replica that is down does not make a cluster unhealthy, its shard's redundancy is {@link RedundancyKept}'s question; a
 * primary with slots that is down, suspected or unknown to this namespace does. Views that differ are waited for once work
 * has begun (gossip after our own step), and refuse before.
 */
final class ClusterHealthy implements Gate {
    @Override
    public Verdict ask(Question question) {
        ClusterView view = question.now();
        if (!view.agreed()) {
            String message = "the nodes' views of the cluster differ: " + some(view.disagreements());
            return question.begun() ? Verdict.waiting(ClusterHealthy, message)
                    : Verdict.refused(ClusterHealthy, message + "; wait until they agree, or repair the cluster");
        }
        SlotRanges uncovered = view.uncovered();
        if (!uncovered.isEmpty()) {
            return Verdict.refused(ClusterHealthy, uncovered.count() + " slots are owned by no node: " + uncovered + "; assign them first");
        }
        List<String> left = view.openSlots().stream().filter(o -> question.moving().left().contains(o.slot()) && !question.moving().ours().contains(o.slot()))
                .map(o -> text(view, o)).toList();
        if (!left.isEmpty()) {
            return Verdict.refused(ClusterHealthy, "slots were left half-way in a migration, and it cannot be finished: " + some(left)
                    + "; bring both nodes back, or close the slots with the server's own cluster tool (--cluster fix)");
        }
        List<Member> strangers = view.voters().filter(m -> m.pod().isEmpty() && !m.failing()).toList();
        if (!strangers.isEmpty()) {
            return Verdict.refused(ClusterHealthy, "the primary " + names(strangers)
                    + " is at an address that no pod of this namespace has, and none that is made by the same controller or named like its announced hostname"
                    + " answers with its id; the whole cluster has to run as pods of the namespace of the NodeMaintenance");
        }
        List<Member> down = view.voters().filter(m -> !m.goodVoter()).toList();
        if (!down.isEmpty()) {
            return Verdict.refused(ClusterHealthy, "primaries that own slots are not in order: "
                    + down.stream().map(m -> m.name() + " (" + why(m) + ")").collect(Collectors.joining(", ")));
        }
        long shards = view.voters().count();
        return Verdict.passed(ClusterHealthy, "all " + SlotRanges.ALL + " slots are owned, by " + shards + " primaries, and all nodes agree");
    }

    static String text(ClusterView view, OpenSlot o) {
        return "slot " + o.slot() + " from " + view.nameOf(o.source()) + " to " + view.nameOf(o.target());
    }

    private static String why(Member m) {
        if (m.failing()) {
            return "held for failed" + m.problem().map(p -> ": " + p).orElse("");
        }
        return m.problem().orElse("reports cluster_state:fail");
    }

    private static String names(List<Member> members) {
        return members.stream().map(Member::name).collect(Collectors.joining(", "));
    }

    static String some(List<String> all) {
        return all.stream().limit(3).collect(Collectors.joining("; ")) + (all.size() > 3 ? "; and " + (all.size() - 3) + " more" : "");
    }
}
