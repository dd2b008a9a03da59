package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** In what does the cluster differ from what was recorded? One clause a node. */
public final class Differences {
    private Differences() {
    }

    public static List<String> between(Placement placement, ClusterView view) {
        List<String> differences = new ArrayList<>();
        placement.positions().values().stream().sorted(Comparator.comparing(Position::podName).thenComparing(Position::id)).forEach(was -> {
            Optional<Member> is = view.member(was.id());
            if (is.isEmpty()) {
                differences.add(name(was, view) + " is no longer a member");
            } else if (is.get().role() != was.role() || !is.get().slots().equals(was.slots()) || !is.get().primary().equals(was.primary())) {
                differences.add(name(was, view) + " was " + text(was.role(), was.primary(), was.slots(), view)
                        + " and is " + text(is.get().role(), is.get().primary(), is.get().slots(), view));
            }
        });
        return differences;
    }

    /** Its pod may have been away when the snapshot was taken, or may be away now. */
    private static String name(Position was, ClusterView view) {
        return was.podName().isEmpty() ? view.nameOf(was.id()) : was.podName();
    }

    private static String text(Role role, Optional<NodeId> primary, SlotRanges slots, ClusterView view) {
        return role == Role.PRIMARY ? "primary of [" + slots + "]"
                : "replica of " + primary.map(p -> view.member(p).map(Member::name).orElse(p.brief())).orElse("nobody");
    }
}
