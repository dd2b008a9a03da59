package dev.redismaintenance.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which Kubernetes Nodes are there, in which zone, and are they cordoned? One answer serves all turns of {@link #FOR}, and one turn at a time
 * asks: a Node is ten or twenty kilobytes, a big cluster has hundreds, and each turn of each resource wants to know. A cordon of ours is
 * seen by the next turn ({@link #forget}); what else happens to a Node is seen that much later. Where Nodes may not be listed none is known, which
 * is an operator's lot that is confined to a namespace. An answer that failed is not kept.
 */
final class RecentNodes {
    static final Duration FOR = Duration.ofSeconds(2);

    private final Reader reader;
    private final LongSupplier nanoTime;
    private Map<String, Facts> known = Map.of();
    private Optional<Long> readAt = Optional.empty();

    /** @param zone as the Node's label says */
    record Facts(Optional<String> zone, boolean cordoned) {
        static Facts of(Node node) {
            return new Facts(Optional.ofNullable(node.getMetadata().getLabels()).map(labels -> labels.get(PodReader.ZONE)),
                    node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable()));
        }
    }

    interface Reader {
        List<Node> nodes() throws KubernetesException;
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    RecentNodes(Reader reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
    }

    synchronized Map<String, Facts> byName() throws KubernetesException {
        long now = nanoTime.getAsLong();
        if (readAt.filter(at -> now - at < FOR.toNanos()).isEmpty()) {
            known = read();
            readAt = Optional.of(now);
        }
        return known;
    }

    synchronized void forget() {
        readAt = Optional.empty();
    }

    private Map<String, Facts> read() throws KubernetesException {
        try {
            Map<String, Facts> facts = new HashMap<>();
            reader.nodes().forEach(node -> facts.put(node.getMetadata().getName(), Facts.of(node)));
            return Map.copyOf(facts);
        } catch (KubernetesException e) {
            if (e.forbidden()) {
                return Map.of();
            }
            throw e;
        }
    }
}
