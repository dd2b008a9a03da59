package dev.redismaintenance.kubernetes;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * In which zone are these Kubernetes Nodes, and are they cordoned? A Node is ten or twenty kilobytes, a big cluster has hundreds, and each
 * turn of each resource wants to know. So two questions are asked:
 *
 * <ol>
 * <li>Which are cordoned? The API server picks them out, and they are few. One turn at a time asks, and its answer also serves those that had
 * begun to wait before it asked. No answer is older than the question: a Node that was cordoned just before a maintenance was
 * applied is seen as cordoned. A failure is shared likewise.
 * <li>In which zone is each? That is said once in a Node's life: all are read at first, when one is asked for that nobody has asked
 * for yet and that was not there, and every {@link #ZONES_KEPT}.
 * </ol>
 *
 * Where Nodes may not be listed none is known, which is an operator's lot that is confined to a namespace.
 */
final class SharedNodes {
    static final Duration ZONES_KEPT = Duration.ofMinutes(10);

    private final Reader reader;
    private final LongSupplier nanoTime;
    private Optional<Look> last = Optional.empty();
    /** Of each that was there or was asked for. */
    private Map<String, Optional<String>> zones = Map.of();
    private long zonesRead;

    /** @param zone as the Node's label says */
    record Facts(Optional<String> zone, boolean cordoned) {
    }

    /** @param began when it was asked */
    private record Look(long began, Set<String> cordoned, Optional<KubernetesException> failure) {
        /** Of what somebody may not ask nothing is known, which is no failure. */
        boolean failed() {
            return failure.filter(f -> !f.forbidden()).isPresent();
        }
    }

    interface Reader {
        Set<String> cordoned() throws KubernetesException;

        /** Of all there are. */
        Map<String, Optional<String>> zones() throws KubernetesException;
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    SharedNodes(Reader reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
    }

    Map<String, Facts> of(Collection<String> names) throws KubernetesException {
        return of(names, nanoTime.getAsLong());
    }

    /** @param wanted when the turn came with its question */
    synchronized Map<String, Facts> of(Collection<String> names, long wanted) throws KubernetesException {
        Look look = last.filter(l -> l.began() - wanted > 0).orElseGet(this::look);
        last = Optional.of(look);
        if (look.failed()) {
            throw look.failure().get();
        }
        if (look.failure().isPresent()) {
            return Map.of();
        }
        know(names);
        return names.stream().distinct().collect(Collectors.toMap(Function.identity(), n -> new Facts(zones.get(n), look.cordoned().contains(n))));
    }

    private Look look() {
        long began = nanoTime.getAsLong();
        try {
            return new Look(began, reader.cordoned(), Optional.empty());
        } catch (KubernetesException e) {
            return new Look(began, Set.of(), Optional.of(e));
        }
    }

    private void know(Collection<String> names) throws KubernetesException {
        long now = nanoTime.getAsLong();
        if (zones.keySet().containsAll(names) && now - zonesRead < ZONES_KEPT.toNanos()) {
            return;
        }
        Map<String, Optional<String>> all = new HashMap<>(reader.zones());
        // one that is gone, and whose pods are not yet: it would be looked for at each turn
        names.forEach(name -> all.putIfAbsent(name, Optional.empty()));
        zones = Map.copyOf(all);
        zonesRead = now;
    }
}
