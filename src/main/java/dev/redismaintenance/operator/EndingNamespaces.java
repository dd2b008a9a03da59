package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Is a maintenance let go because its whole namespace is being deleted?
 *
 * <p>Whoever deletes a namespace wants all in it gone, the pods and the snapshots first of all; what is left of the maintenance is the finalizer
 * that keeps the namespace. Restoring is tried as usual for as long as it takes to come back with {@link #EVERY}; what is not restored by
 * then is opened as if {@code skipShardsRestore} had been asked for: that waits for no gate and no snapshot, puts back what the servers
 * that are still there can be told, and always ends ({@link ForcedOpenings}). Asked only of what is being deleted and has not ended
 * by then, so that an ordinary deletion costs nothing.
 */
final class EndingNamespaces {
    static final Duration EVERY = Duration.ofSeconds(5);
    /** On the copy that a turn works with; never written. */
    private static final String DECIDED = "redis-maintenance.dev/namespace-ends";

    private final Kubernetes kubernetes;
    private final Map<String, Instant> asked = new ConcurrentHashMap<>();
    private final Set<String> ending = ConcurrentHashMap.newKeySet();

    EndingNamespaces(Kubernetes kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** Asks for the resource, on the copy of this turn, what a person would ask for. */
    void letGo(NodeMaintenance resource) {
        if (ending.contains(resource.getMetadata().getUid()) && !resource.getSpec().isSkipShardsRestore()) {
            resource.getSpec().setSkipShardsRestore(true);
            Map<String, String> annotations = new HashMap<>(Optional.ofNullable(resource.getMetadata().getAnnotations()).orElse(Map.of()));
            annotations.put(DECIDED, "true");
            resource.getMetadata().setAnnotations(annotations);
        }
    }

    /** It was not a person who asked for skipShardsRestore. */
    static boolean decided(NodeMaintenance resource) {
        return Optional.ofNullable(resource.getMetadata().getAnnotations()).filter(a -> a.containsKey(DECIDED)).isPresent();
    }

    /** The resource of this uid is no more. */
    void forget(String uid) {
        asked.remove(uid);
        ending.remove(uid);
    }

    /** To be called after a turn; whether something new was learnt, so that it is to be looked at again. */
    boolean learn(NodeMaintenance resource, boolean released, Instant now) throws KubernetesException {
        String uid = resource.getMetadata().getUid();
        if (released) {
            forget(uid);
            return false;
        }
        if (resource.getMetadata().getDeletionTimestamp() == null || ending.contains(uid)) {
            return false;
        }
        Instant last = asked.putIfAbsent(uid, now);
        if (last == null || now.isBefore(last.plus(EVERY))) {
            return false;
        }
        asked.put(uid, now);
        return kubernetes.ends(resource.getMetadata().getNamespace()) && ending.add(uid);
    }
}
