package dev.redismaintenance.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An update of an owner's pods that is under way. Told from the pods alone: they have two revisions, and one of them is just being
 * replaced or is not ready yet. Two revisions whose pods are all ready are an update that stands still (strategy OnDelete, a partition).
 *
 * @param owner     whose pods they are
 * @param revisions the pods of each revision
 * @param away      the pods that are being replaced or are not ready
 */
public record Rollout(String owner, Map<String, List<String>> revisions, List<String> away) {
    public Rollout {
        revisions = new TreeMap<>(revisions);
        away = List.copyOf(away);
    }

    /**
     * The updates of this cluster's pods, including of those that are not members yet or just now.
     *
     * @param serviced pods in maintenance: that one of them is away is what maintenance is for
     */
    public static List<Rollout> of(ClusterView view, Collection<PodFacts> pods, Set<String> serviced) {
        Set<String> owners = view.all().stream().flatMap(m -> m.pod().stream()).flatMap(p -> p.revision().stream()).map(Revision::owner)
                .collect(Collectors.toSet());
        Map<String, List<PodFacts>> owned = pods.stream().filter(p -> p.revision().filter(r -> owners.contains(r.owner())).isPresent())
                .collect(Collectors.groupingBy(p -> p.revision().orElseThrow().owner(), TreeMap::new, Collectors.toList()));
        return owned.entrySet().stream().map(e -> of(e.getKey(), e.getValue(), serviced)).flatMap(Optional::stream).toList();
    }

    private static Optional<Rollout> of(String owner, List<PodFacts> pods, Set<String> serviced) {
        Map<String, List<String>> revisions = pods.stream().collect(Collectors.groupingBy(p -> p.revision().orElseThrow().hash(), TreeMap::new,
                Collectors.mapping(PodFacts::name, Collectors.toList())));
        List<String> away = pods.stream().filter(p -> p.terminating() || !p.ready()).map(PodFacts::name)
                .filter(name -> !serviced.contains(name)).toList();
        return revisions.size() < 2 || away.isEmpty() ? Optional.empty() : Optional.of(new Rollout(owner, revisions, away));
    }
}
