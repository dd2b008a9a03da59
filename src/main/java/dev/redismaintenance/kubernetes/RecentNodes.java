package dev.redismaintenance.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Which Kubernetes Nodes are there, in which zone, and are they cordoned? One answer serves all turns of {@link #FOR}, and one turn at a time
 * asks: a Node is ten or twenty kilobytes, a big cluster has hundreds, and each turn of each resource wants to know. A cordon of ours is
 * seen by the next turn ({@link #forget}); what else happens to a Node is seen that much later. Where Nodes may not be listed none is known, which
 * is an operator's lot that is confined to a namespace. A failure is shared by the turns that waited for it, and by no later one.
 */
final class RecentNodes {
    static final Duration FOR = Duration.ofSeconds(2);

    private final Reader reader;
    private final LongSupplier nanoTime;
    private final AtomicLong changes = new AtomicLong();
    private Map<String, Facts> known = Map.of();
    private Optional<Look> last = Optional.empty();

    /**
     * @param at      when it was answered
     * @param changes how many of ours had been made when it was asked
     * @param failure shared by those who waited for it
     */
    private record Look(long at, long changes, Optional<KubernetesException> failure) {
    }

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

    Map<String, Facts> byName() throws KubernetesException {
        long asked = nanoTime.getAsLong();
        synchronized (this) {
            long made = changes.get();
            Optional<Look> valid = last.filter(look -> look.changes() == made && asked - look.at() < (look.failure().isPresent() ? 0 : FOR.toNanos()));
            if (valid.isEmpty()) {
                last = Optional.of(look(made));
            }
            Optional<KubernetesException> failure = last.orElseThrow().failure();
            if (failure.isPresent()) {
                throw failure.get();
            }
            return known;
        }
    }

    void forget() {
        changes.incrementAndGet();
    }

    private Look look(long made) {
        try {
            known = read();
            return new Look(nanoTime.getAsLong(), made, Optional.empty());
        } catch (KubernetesException e) {
            return new Look(nanoTime.getAsLong(), made, Optional.of(e));
        }
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
