package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.PodFacts;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Has another process of this operator been at work in a namespace since the last look, and is through with it by now? Its marks show: it
 * closes a pod before a shard leaves it, and opens the pod before the shard comes back. The Lease would only show it while it is held. To be asked
 * by one turn of the namespace at a time.
 */
final class OthersAtWork {
    private final Predicate<String> acting;
    /** By namespace and a pod's uid. */
    private final Map<String, Map<String, Mark>> marks = new ConcurrentHashMap<>();

    /** @param acting whether this process is at work in a namespace; then the marks are its own */
    OthersAtWork(Predicate<String> acting) {
        this.acting = acting;
    }

    boolean since(String namespace, Collection<PodFacts> pods) {
        Optional<Map<String, Mark>> before = Optional.ofNullable(marks.put(namespace, pods.stream().filter(p -> p.mark().isPresent())
                .collect(Collectors.toMap(PodFacts::uid, p -> p.mark().get()))));
        return !acting.test(namespace) && before.filter(known -> pods.stream().anyMatch(p -> !Optional.ofNullable(known.get(p.uid())).equals(p.mark()))).isPresent();
    }
}
