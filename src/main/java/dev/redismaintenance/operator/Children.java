package dev.redismaintenance.operator;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The NodeMaintenances that one with {@code nodeName} makes for the pods on its Kubernetes Node: each says the same but for the target,
 * and is owned by it.
 */
final class Children {
    /** Whose turn it was: the last one leaves first. */
    static final String TURN = "redis-maintenance.dev/turn";
    /** A digest of what this one was handed on. A person may change it until the owner says something else. */
    static final String HANDED_ON = "redis-maintenance.dev/handed-on";
    private static final int LONGEST_NAME = 253;

    private Children() {
    }

    static boolean hasNodeName(NodeMaintenance m) {
        return m.getSpec().getNodeName() != null && !m.getSpec().getNodeName().isEmpty();
    }

    /** Of the owner and the pod; where that is too long, or somebody else's, with a part that is the owner's alone. */
    private static String name(NodeMaintenance owner, String pod, List<NodeMaintenance> all) {
        String name = owner.getMetadata().getName() + "-" + pod;
        boolean taken = all.stream().anyMatch(m -> m.getMetadata().getName().equals(name) && !ownedBy(m, owner));
        String own = "-%08x".formatted((owner.getMetadata().getUid() + pod).hashCode());
        return !taken && name.length() <= LONGEST_NAME ? name : name.substring(0, Math.min(name.length(), LONGEST_NAME - own.length())) + own;
    }

    /** In the order of their turns. */
    static List<NodeMaintenance> of(NodeMaintenance owner, List<NodeMaintenance> all) {
        return all.stream().filter(m -> ownedBy(m, owner)).sorted(Comparator.comparing(Children::turn).thenComparing(m -> m.getMetadata().getName())).toList();
    }

    /** Of two for one pod the one that is not ending. */
    static NodeMaintenance ofPod(String pod, List<NodeMaintenance> children) {
        return children.stream().filter(c -> c.getSpec().getPodName().equals(pod)).min(Comparator.comparing(c -> c.getMetadata().getDeletionTimestamp() != null)).orElseThrow();
    }

    static Optional<NodeMaintenance> owner(NodeMaintenance child, List<NodeMaintenance> all) {
        return all.stream().filter(m -> hasNodeName(m) && ownedBy(child, m)).findFirst();
    }

    static boolean ownedBy(NodeMaintenance child, NodeMaintenance owner) {
        return !hasNodeName(child) && Optional.ofNullable(child.getMetadata().getOwnerReferences()).orElse(List.of()).stream()
                .filter(o -> Boolean.TRUE.equals(o.getController())).map(OwnerReference::getUid).anyMatch(owner.getMetadata().getUid()::equals);
    }

    static int turn(NodeMaintenance child) {
        String text = annotation(child, TURN);
        // written by us; whatever else stands there comes last
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
    }

    /** @param all NodeMaintenances of the namespace */
    static NodeMaintenance make(NodeMaintenance owner, String pod, List<NodeMaintenance> all) {
        NodeMaintenance child = new NodeMaintenance();
        int turn = of(owner, all).stream().mapToInt(Children::turn).filter(t -> t < Integer.MAX_VALUE).max().orElse(0) + 1;
        child.setMetadata(new ObjectMetaBuilder().withNamespace(owner.getMetadata().getNamespace()).withName(name(owner, pod, all))
                .withAnnotations(Map.of(TURN, String.valueOf(turn), HANDED_ON, digest(owner, owner.getSpec().isDryRun())))
                .withOwnerReferences(new OwnerReferenceBuilder().withApiVersion(owner.getApiVersion()).withKind(owner.getKind())
                        .withName(owner.getMetadata().getName()).withUid(owner.getMetadata().getUid()).withController(true).build()).build());
        child.setSpec(spec(owner, pod));
        return child;
    }

    /** On the way out it says nothing whether that is a dry run: which of these stand still for it is asked of each. */
    static boolean knows(NodeMaintenance child, NodeMaintenance owner) {
        boolean dryRun = owner.getSpec().isDryRun();
        String known = annotation(child, HANDED_ON);
        return known.equals(digest(owner, dryRun)) || !Peers.wants(owner) && known.equals(digest(owner, !dryRun));
    }

    /**
     * Says what the owner says now; which snapshot to restore from was said to this one alone. One that a dry run of leaving has stopped on its way
     * in does not set out again before it is ended.
     */
    static NodeMaintenance told(NodeMaintenance child, NodeMaintenance owner) {
        NodeMaintenance fresh = Serialization.clone(child);
        NodeMaintenanceSpec spec = spec(owner, child.getSpec().getPodName());
        spec.setDryRun(Peers.wants(owner) ? owner.getSpec().isDryRun() : child.getSpec().isDryRun() || Judgement.dryRun(owner));
        if (!spec.isSkipShardsRestore()) {
            spec.setSnapshotName(child.getSpec().getSnapshotName());
        }
        fresh.setSpec(spec);
        Map<String, String> annotations = new HashMap<>(Optional.ofNullable(child.getMetadata().getAnnotations()).orElse(Map.of()));
        annotations.put(HANDED_ON, digest(owner, spec.isDryRun()));
        fresh.getMetadata().setAnnotations(annotations);
        return fresh;
    }

    /** It is ended by deletion, so that it is always On. Gates to pass over are not copied: they are read from the owner, where who may set them did so. */
    private static NodeMaintenanceSpec spec(NodeMaintenance owner, String pod) {
        NodeMaintenanceSpec spec = Serialization.clone(owner.getSpec());
        spec.setNodeName(null);
        spec.setPodName(pod);
        spec.setMode(Mode.On);
        spec.setOverrideGates(List.of());
        return spec;
    }

    private static String digest(NodeMaintenance owner, boolean dryRun) {
        NodeMaintenanceSpec spec = spec(owner, "");
        spec.setDryRun(dryRun);
        return "%08x".formatted(Serialization.asJson(spec).hashCode());
    }

    private static String annotation(NodeMaintenance m, String name) {
        return Optional.ofNullable(m.getMetadata().getAnnotations()).map(a -> a.get(name)).orElse("");
    }
}
