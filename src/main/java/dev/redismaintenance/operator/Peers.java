package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.MoveStatus;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.SnapshotOrigin;
import dev.redismaintenance.api.SnapshotStatus;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.gate.Peer;
import dev.redismaintenance.snapshot.Snapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which other NodeMaintenances concern this cluster, and how far is each? */
final class Peers {
    private static final Comparator<NodeMaintenance> OLDEST_FIRST = Comparator
            .comparing((NodeMaintenance m) -> Optional.ofNullable(m.getMetadata().getCreationTimestamp()).orElse(""))
            .thenComparing(m -> m.getMetadata().getUid());

    private Peers() {
    }

    static boolean wants(NodeMaintenance m) {
        return m.getMetadata().getDeletionTimestamp() == null && m.getSpec().getMode() == Mode.On;
    }

    /** As others see it: a dry run is none to reckon with, unless it was made one of a maintenance that had begun. */
    static boolean holds(NodeMaintenance m) {
        return wants(m) && (!m.getSpec().isDryRun() || notedBegun(m));
    }

    /** Its status names a snapshot to restore from, not one that was made ahead. */
    static boolean notedBegun(NodeMaintenance m) {
        return restoresFrom(m).isPresent();
    }

    /** The snapshot from which its status says that it restores. */
    static Optional<SnapshotStatus> restoresFrom(NodeMaintenance m) {
        return Optional.ofNullable(m.getStatus()).map(NodeMaintenanceStatus::getSnapshot).filter(s -> s.getOrigin() != SnapshotOrigin.Requested);
    }

    /** Its status answers the very spec that it has now. */
    static boolean answered(NodeMaintenance m) {
        return m.getStatus() != null && m.getMetadata().getGeneration() != null
                && m.getMetadata().getGeneration().equals(m.getStatus().getObservedGeneration());
    }

    static List<Peer> of(NodeMaintenance self, List<NodeMaintenance> all, List<PodFacts> pods, List<Snapshot> snapshots, ClusterView view) {
        Stream<Peer> named = all.stream().filter(m -> !m.getMetadata().getUid().equals(self.getMetadata().getUid()))
                .filter(m -> !Children.hasNodeName(m)).map(m -> peer(self, m, all, pods, snapshots, view));
        return Stream.concat(named, toCome(self, all, pods, view)).filter(p -> concerns(p, self, pods, view)).toList();
    }

    /** Pods on a Kubernetes Node that is asked for as a whole, whose turn has not come. */
    private static Stream<Peer> toCome(NodeMaintenance self, List<NodeMaintenance> all, List<PodFacts> pods, ClusterView view) {
        return all.stream().filter(m -> Children.hasNodeName(m) && holds(m) && !Children.ownedBy(self, m)).flatMap(m -> {
            Set<String> begun = Children.of(m, all).stream().map(child -> child.getSpec().getPodName()).collect(Collectors.toSet());
            return pods.stream().filter(p -> p.kubernetesNode().filter(m.getSpec().getNodeName()::equals).isPresent() && !begun.contains(p.name()))
                    .filter(p -> !p.name().equals(self.getSpec().getPodName()))
                    .map(p -> new Peer(m.getMetadata().getName(), p.name(), view.ofPod(p.name()).map(Member::id), true, earlier(m, self, all), false, true, Optional.empty()));
        });
    }

    /** One that was made for another is as old as that. Of two that were made for the same, the one that went last comes back first. */
    private static boolean earlier(NodeMaintenance m, NodeMaintenance self, List<NodeMaintenance> all) {
        int order = OLDEST_FIRST.compare(Children.owner(m, all).orElse(m), Children.owner(self, all).orElse(self));
        return order == 0 ? Children.turn(m) > Children.turn(self) : order < 0;
    }

    private static boolean concerns(Peer peer, NodeMaintenance self, List<PodFacts> pods, ClusterView view) {
        return peer.podName().equals(self.getSpec().getPodName()) || peer.node().flatMap(view::member).isPresent();
    }

    private static Peer peer(NodeMaintenance self, NodeMaintenance m, List<NodeMaintenance> all, List<PodFacts> pods, List<Snapshot> snapshots, ClusterView view) {
        String podName = m.getSpec().getPodName();
        Optional<Placement> taken = snapshots.stream().flatMap(s -> s.placement().stream())
                .filter(p -> p.activation().equals(m.getMetadata().getUid())).findFirst();
        Optional<NodeId> node = view.ofPod(podName).map(Member::id).or(() -> taken.map(Placement::node));
        boolean marked = pods.stream().filter(p -> p.name().equals(podName)).anyMatch(p -> p.mark().isPresent());
        // whoever shares our pod is part of the same activation and is not waited for
        boolean samePod = podName.equals(self.getSpec().getPodName());
        boolean leaves = leaves(m);
        boolean skips = m.getSpec().isSkipShardsRestore();
        return new Peer(m.getMetadata().getName(), podName, node, holds(m), earlier(m, self, all),
                !samePod && (marked || taken.isPresent()), samePod || settled(m),
                taken.flatMap(Placement::machine), leaves && notedBegun(m) && !skips, samePod && leaves && skips);
    }

    private static boolean leaves(NodeMaintenance m) {
        return m.getStatus() != null && !wants(m) && !Judgement.dryRun(m)
                && Stream.of(ConditionType.Stalled, ConditionType.Restored).noneMatch(type -> is(m.getStatus(), type));
    }

    private static boolean settled(NodeMaintenance m) {
        NodeMaintenanceStatus status = m.getStatus();
        return answered(m) && (is(status, ConditionType.Ready) && m.getMetadata().getDeletionTimestamp() == null || is(status, ConditionType.Stalled) || rehearsed(m));
    }

    /** Nothing is done for a dry run until a person asks for it in truth; one that was made in the middle of a move lets that stop first. */
    private static boolean rehearsed(NodeMaintenance m) {
        boolean moving = Optional.ofNullable(m.getStatus().getMove()).map(MoveStatus::getTotalBytes).isPresent();
        return Judgement.dryRun(m) && !moving;
    }

    private static boolean is(NodeMaintenanceStatus status, ConditionType type) {
        return status.getConditions().stream().filter(c -> c.getType().equals(type.name()))
                .map(Condition::getStatus).anyMatch(ConditionStatus.True::equals);
    }
}
