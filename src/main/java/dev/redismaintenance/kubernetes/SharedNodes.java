package dev.redismaintenance.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which Kubernetes Nodes are there, in which zone, and are they cordoned? One turn at a time asks, and its answer also serves those that had begun
 * to wait before it asked: a Node is ten or twenty kilobytes, a big cluster has hundreds, and each turn of each resource wants to know. No
 * answer is older than the question: a Node that was cordoned just before a maintenance was applied is seen as cordoned. Where Nodes may not be
 * listed none is known, which is an operator's lot that is confined to a namespace. A failure is shared likewise.
 */
final class SharedNodes {
    private final Reader reader;
    private final LongSupplier nanoTime;
    private Optional<Look> last = Optional.empty();

    /** @param zone as the Node's label says */
    record Facts(Optional<String> zone, boolean cordoned) {
        static Facts of(Node node) {
            return new Facts(Optional.ofNullable(node.getMetadata().getLabels()).map(labels -> labels.get(PodReader.ZONE)),
                    node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable()));
        }
    }

    /** @param began when it was asked */
    private record Look(long began, Map<String, Facts> facts, Optional<KubernetesException> failure) {
    }

    interface Reader {
        List<Node> nodes() throws KubernetesException;
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    SharedNodes(Reader reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
    }

    Map<String, Facts> byName() throws KubernetesException {
        return byName(nanoTime.getAsLong());
    }

    /** @param wanted when the turn came with its question */
    synchronized Map<String, Facts> byName(long wanted) throws KubernetesException {
        Look look = last.filter(l -> l.began() - wanted > 0).orElseGet(this::look);
        last = Optional.of(look);
        if (look.failure().isPresent()) {
            throw look.failure().get();
        }
        return look.facts();
    }

    private Look look() {
        long began = nanoTime.getAsLong();
        try {
            return new Look(began, read(), Optional.empty());
        } catch (KubernetesException e) {
            return new Look(began, Map.of(), e.forbidden() ? Optional.empty() : Optional.of(e));
        }
    }

    private Map<String, Facts> read() throws KubernetesException {
        Map<String, Facts> facts = new HashMap<>();
        reader.nodes().forEach(node -> facts.put(node.getMetadata().getName(), Facts.of(node)));
        return Map.copyOf(facts);
    }
}
