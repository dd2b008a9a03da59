package dev.redismaintenance.snapshot;

import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Transfer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The ConfigMap that holds a snapshot: its labels, its immutable data, and beside it in annotations the loans and where slots were told to go. */
public final class SnapshotMap {
    /** On every snapshot; the value tells what made it. */
    public static final String LABEL = "redis-maintenance.dev/snapshot";
    /** Made by a maintenance, which deletes it at its end. */
    public static final String MAINTENANCE = "maintenance";
    /** Made ahead because somebody asked for it. */
    public static final String REQUESTED = "requested";
    public static final String POD_LABEL = "redis-maintenance.dev/pod";
    public static final String NODE_LABEL = "redis-maintenance.dev/node-id";
    public static final String LOANS = "redis-maintenance.dev/loans";
    public static final String TRANSFERS = "redis-maintenance.dev/slots-to";
    /** Ids that the node came back with, each time that it had lost its disk; the last is the one it has now. */
    public static final String SUCCESSORS = "redis-maintenance.dev/successors";
    static final String KEY = "snapshot.yaml";
    private static final int LABEL_MAX = 63;
    private static final int NAME_MAX = 253;

    private SnapshotMap() {
    }

    /** The same for every retry of one activation, so that it is taken once. */
    public static String name(String podName, String activation) {
        String suffix = "-%08x".formatted(activation.hashCode());
        String stem = "maintenance-" + podName;
        return stem.substring(0, Math.min(stem.length(), NAME_MAX - suffix.length())) + suffix;
    }

    public static ConfigMap of(String namespace, String name, String kind, Placement placement) {
        return new ConfigMapBuilder()
                .withNewMetadata().withNamespace(namespace).withName(name)
                .withLabels(Map.of(LABEL, kind, POD_LABEL, podLabel(placement.podName()), NODE_LABEL, placement.node().value()))
                .endMetadata()
                .withImmutable(true)
                .withData(Map.of(KEY, SnapshotText.write(placement)))
                .build();
    }

    /** A label's value is shorter than a pod's name may be. */
    public static String podLabel(String podName) {
        String cut = podName.substring(0, Math.min(podName.length(), LABEL_MAX));
        return cut.replaceAll("[^A-Za-z0-9]+$", "");
    }

    /** Any ConfigMap, as a snapshot; one that is none says why. */
    public static Snapshot read(ConfigMap map) {
        String name = map.getMetadata().getName();
        Map<String, String> labels = Optional.ofNullable(map.getMetadata().getLabels()).orElse(Map.of());
        Optional<String> kind = Optional.ofNullable(labels.get(LABEL));
        String pod = labels.getOrDefault(POD_LABEL, "");
        String node = labels.getOrDefault(NODE_LABEL, "");
        try {
            Placement placement = placement(map);
            List<Loan> loans = LoansText.read(annotation(map, LOANS));
            List<Transfer> transfers = TransfersText.read(placement.node(), annotation(map, TRANSFERS));
            Snapshot taken = new Snapshot(name, kind, pod, node, Optional.of(placement), loans, transfers, List.of(), Optional.empty());
            return Arrays.stream(annotation(map, SUCCESSORS).split(",")).filter(id -> !id.isBlank()).map(id -> successor(id.strip()))
                    .reduce(taken, Snapshot::succeededBy, (a, b) -> b);
        } catch (UnreadableSnapshot e) {
            return new Snapshot(name, kind, pod, node, Optional.empty(), List.of(), List.of(), List.of(), Optional.of(e.getMessage()));
        }
    }

    /** @throws UnreadableSnapshot */
    public static Placement placement(ConfigMap map) {
        return SnapshotText.read(Optional.ofNullable(map.getData()).map(d -> d.get(KEY))
                .orElseThrow(() -> new UnreadableSnapshot("it has no key '" + KEY + "'")));
    }

    private static NodeId successor(String id) {
        try {
            return new NodeId(id);
        } catch (IllegalArgumentException e) {
            throw new UnreadableSnapshot("its note of the id that the node came back with is none: " + e.getMessage());
        }
    }

    /** How the ids are noted beside the snapshot. */
    public static String successors(List<NodeId> ids) {
        return ids.stream().map(NodeId::value).collect(Collectors.joining(","));
    }

    private static String annotation(ConfigMap map, String name) {
        return Optional.ofNullable(map.getMetadata().getAnnotations()).map(a -> a.get(name)).orElse("");
    }
}
