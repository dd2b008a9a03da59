package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A node that lost its disk came back with another id: may the empty server take its place, and what is left to do for that?
 *
 * <ol>
 * <li>It may when all of this is seen in one look: the pod is the recorded one; its server knows no other node and has neither keys nor
 *     slots; no server answers under the recorded id; every node that answers holds that id for failed or knows no address of it, or does not
 *     know it at all; and nobody takes it for the owner of a slot. Anything else is a matter for a person.</li>
 * <li>Which id takes its place is noted in the snapshot, which from then on names the node by it.</li>
 * <li>The others meet it; replicas that followed the old id follow the new one.</li>
 * <li>The old id is forgotten by everybody who knows it, proved dead once more.</li>
 * </ol>
 *
 * <p>From there on it is restored as any node that is a member and has nothing.
 */
final class Succession {
    private final Situation s;
    private final Recorded recorded;

    Succession(Situation situation, Recorded recorded) {
        this.s = situation;
        this.recorded = recorded;
    }

    /** For a node that is another than the recorded one. */
    Decision claim(String podName) {
        NodeId old = recorded.placement().node();
        NodeId now = s.node().orElseThrow();
        String differs = "the node in pod " + podName + " is " + now.brief() + " and the snapshot recorded " + old.brief();
        Optional<String> unlike = unlike(podName);
        if (unlike.isPresent()) {
            return Decisions.refuse(Reason.IdentityLost, differs + ": it is not the node that left, and does not take its place, since " + unlike.get()
                    + "; put this right, or join it by hand and leave with skipShardsRestore: true");
        }
        if (s.target().flatMap(Member::report).filter(NodeReport::loading).isPresent()) {
            return Decisions.wait(Reason.IdentityLost, differs + ", and still reads its data");
        }
        Optional<String> alive = alive(old);
        return alive.isPresent() ? Decisions.wait(Reason.IdentityLost, differs + ": it lost its disk, and takes the place of the old id when that is proved dead; "
                        + alive.get() + ". Else join it by hand and leave with skipShardsRestore: true")
                : Decisions.act(new Step.RecordSuccessor(now), Reason.TakingItsPlace, differs + ": it lost its disk and takes the place of the old id, which is dead");
    }

    /** Why this is no node that has lost its disk. */
    private Optional<String> unlike(String podName) {
        Member newcomer = s.target().orElseThrow();
        if (!recorded.placement().podName().equals(podName)) {
            return Optional.of("the snapshot is of pod " + recorded.placement().podName());
        }
        if (!newcomer.isolated()) {
            return Optional.of("it is a member of a cluster already");
        }
        if (newcomer.role() != Role.PRIMARY || !newcomer.slots().isEmpty() || newcomer.report().filter(r -> r.keys() == 0).isEmpty()) {
            return Optional.of("it is not empty");
        }
        return others().isEmpty() ? Optional.of("no other node of the cluster answers") : Optional.empty();
    }

    /** Why an id is not proved dead. */
    private Optional<String> alive(NodeId id) {
        if (s.view().member(id).filter(Member::reachable).isPresent()) {
            return Optional.of(s.view().nameOf(id) + " answers under the id " + id.brief());
        }
        return others().stream().flatMap(m -> row(m, id).flatMap(row -> alive(m, row)).stream()).findFirst();
    }

    private static Optional<String> alive(Member witness, NodeRow row) {
        if (!row.slots().isEmpty()) {
            return Optional.of(witness.name() + " takes " + row.id().brief() + " for the owner of " + row.slots());
        }
        return row.failed() || row.addressUnknown() ? Optional.empty() : Optional.of(witness.name() + " does not hold " + row.id().brief() + " for failed yet");
    }

    /** Empty when nothing is left to do. */
    Optional<Decision> goOn() {
        return recorded.predecessors().isEmpty() || s.target().filter(Member::reachable).isEmpty() ? Optional.empty()
                : recorded.predecessors().stream().flatMap(old -> follow(old).or(() -> forget(old)).stream()).findFirst();
    }

    private Optional<Decision> follow(NodeId old) {
        Member node = s.target().orElseThrow();
        Optional<NodeId> primary = s.view().primaryOf(node.id()).map(Member::id);
        return others().stream().filter(m -> m.replicaOf(old) && !m.id().equals(node.id())).findFirst()
                .map(m -> Pin.pin(m, Optional.of(recorded)).orElseGet(() -> Decisions.gated(s, s.view().afterReplicate(m.id(), primary), s.goneWithoutTarget(), Set.of(m.id()),
                        new Step.Replicate(m.id(), primary.orElseThrow()), Reason.TakingItsPlace, m.name() + " follows " + node.name() + " under its new id")));
    }

    private Optional<Decision> forget(NodeId old) {
        Set<NodeId> knowing = others().stream().filter(m -> row(m, old).isPresent()).map(Member::id).collect(Collectors.toSet());
        if (knowing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(alive(old).map(a -> Decisions.wait(Reason.IdentityLost, "the id " + old.brief() + ", whose place another has taken, is not proved dead: " + a
                        + "; have it forgotten by hand (CLUSTER FORGET on every node), or leave with skipShardsRestore: true"))
                .orElseGet(() -> Decisions.act(new Step.Forget(old, knowing), Reason.TakingItsPlace,
                        "the dead id " + old.brief() + " is forgotten by " + knowing.stream().map(s.view()::nameOf).sorted().collect(Collectors.joining(", ")))));
    }

    /** All members that answer; also the one that took the place, once it is a member. */
    private List<Member> others() {
        return s.view().all().stream().filter(m -> m.reachable() && !m.isolated()).toList();
    }

    private static Optional<NodeRow> row(Member m, NodeId id) {
        return m.report().flatMap((NodeReport r) -> r.row(id));
    }
}
