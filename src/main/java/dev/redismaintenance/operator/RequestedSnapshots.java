package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.SnapshotStatus;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.WantedSnapshot;
import dev.redismaintenance.snapshot.Snapshot;
import dev.redismaintenance.snapshot.SnapshotMap;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is there of a snapshot that is to be made ahead, and which older ones are too many?
 *
 * <p>Of those that were made ahead of one pod the newest so many are kept. Whatever any NodeMaintenance of the namespace names stays, and does not
 * count; so does what cannot be read: it may be somebody's own.
 */
final class RequestedSnapshots {
    private final Kubernetes kubernetes;
    private final int kept;

    /** @param kept how many of one pod are kept; 0: all */
    RequestedSnapshots(Kubernetes kubernetes, int kept) {
        this.kubernetes = kubernetes;
        this.kept = kept;
    }

    /** Empty where none is asked for. */
    Optional<WantedSnapshot> look(NodeMaintenance self, List<NodeMaintenance> all) throws KubernetesException {
        String name = self.getSpec().getTakeSnapshot();
        if (name.isEmpty() || Peers.wants(self) || self.getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        String namespace = self.getMetadata().getNamespace();
        Optional<Snapshot> found = kubernetes.snapshot(namespace, name);
        Optional<String> surplus = kept > 0 && found.filter(Snapshot::requested).isPresent()
                ? surplus(self.getSpec().getPodName(), kubernetes.requestedSnapshots(namespace), named(all)) : Optional.empty();
        return Optional.of(new WantedSnapshot(name, found.flatMap(Snapshot::placement), found.flatMap(RequestedSnapshots::taken), surplus));
    }

    private static Optional<String> taken(Snapshot found) {
        String instead = "; it is left as it is: choose another name in takeSnapshot, or delete it";
        if (found.placement().isEmpty()) {
            return Optional.of("the ConfigMap " + found.name() + " is there already and is no snapshot: " + found.problem().orElse("") + instead);
        }
        return found.kind().filter(SnapshotMap.MAINTENANCE::equals).map(k -> "the ConfigMap " + found.name() + " is the snapshot of a maintenance ("
                + found.placement().get().takenBy() + "), which deletes it at its end" + instead);
    }

    private Optional<String> surplus(String podName, List<Snapshot> requested, Set<String> named) {
        List<Snapshot> free = requested.stream().filter(s -> s.placement().filter(p -> p.podName().equals(podName)).isPresent() && !named.contains(s.name()))
                .sorted(Comparator.comparing((Snapshot s) -> s.placement().map(Placement::takenAt).orElse("")).thenComparing(Snapshot::name)).toList();
        return free.size() > kept ? Optional.of(free.get(0).name()) : Optional.empty();
    }

    private static Set<String> named(List<NodeMaintenance> all) {
        Set<String> names = new HashSet<>();
        all.forEach(m -> Stream.of(Optional.of(m.getSpec().getTakeSnapshot()), Optional.of(m.getSpec().getSnapshotName()),
                Optional.ofNullable(m.getStatus()).map(NodeMaintenanceStatus::getSnapshot).map(SnapshotStatus::getName)).flatMap(Optional::stream).forEach(names::add));
        return names;
    }
}
