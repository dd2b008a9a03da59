package dev.redismaintenance.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An update of an owner's pods that is under way: they have two revisions, and one of them is just being replaced or is not ready yet. Where
 * all are ready, it is under way when the owner says that it replaces more of them by itself ({@link UpdatePlan}): it pauses between two pods,
 * for {@code minReadySeconds} or less. Else it stands still (strategy OnDelete, a partition).
 *
 * <p>An owner that waits for a pod in maintenance, which is not ready or out of service, replaces none: were it waited for then, each
 * would wait for the other for ever.
 *
 * @param owner     whose pods they are
 * @param revisions the pods of each revision
 * @param away      the pods that are being replaced or are not ready
 * @param toCome    the pods that are ready and will be replaced
 */
public record Rollout(String owner, Map<String, List<String>> revisions, List<String> away, List<String> toCome) {
    public Rollout {
        revisions = new TreeMap<>(revisions);
        away = List.copyOf(away);
        toCome = List.copyOf(toCome);
    }

    public Rollout(String owner, Map<String, List<String>> revisions, List<String> away) {
        this(owner, revisions, away, List.of());
    }

    /**
     * The updates of this cluster's pods, including of those that are not members yet or just now.
     *
     * @param serviced pods in maintenance: that one of them is away is what maintenance is for
     * @param plans    by owner, where it tells
     */
    public static List<Rollout> of(ClusterView view, Collection<PodFacts> pods, Set<String> serviced, Map<String, UpdatePlan> plans) {
        return owned(view, pods).entrySet().stream().map(e -> of(e.getKey(), e.getValue(), serviced, Optional.ofNullable(plans.get(e.getKey())))).flatMap(Optional::stream).toList();
    }

    /** Owners that are to be asked: of two revisions, or of a pod that is just away, since it may be the first that is replaced. */
    public static Set<String> doubtful(ClusterView view, Collection<PodFacts> pods, Set<String> serviced) {
        return owned(view, pods).entrySet().stream().filter(e -> revisions(e.getValue()).size() > 1 || e.getValue().stream().anyMatch(p -> away(p) && !serviced.contains(p.name())))
                .map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private static Map<String, List<PodFacts>> owned(ClusterView view, Collection<PodFacts> pods) {
        Set<String> owners = view.all().stream().flatMap(m -> m.pod().stream()).flatMap(p -> p.revision().stream()).map(Revision::owner)
                .collect(Collectors.toSet());
        return pods.stream().filter(p -> p.revision().filter(r -> owners.contains(r.owner())).isPresent())
                .collect(Collectors.groupingBy(p -> p.revision().orElseThrow().owner(), TreeMap::new, Collectors.toList()));
    }

    private static Optional<Rollout> of(String owner, List<PodFacts> pods, Set<String> serviced, Optional<UpdatePlan> plan) {
        Map<String, List<String>> revisions = revisions(pods);
        // below the partition, and with one revision only unless another is to come, it is an accident
        List<String> away = pods.stream().filter(p -> away(p) && !serviced.contains(p.name())).filter(p -> plan.filter(u -> u.rolling() && !u.concerns(p)).isEmpty())
                .map(PodFacts::name).toList();
        boolean held = pods.stream().anyMatch(p -> serviced.contains(p.name()) && (away(p) || p.inService().declared() && p.inService() != InServiceGate.IN_SERVICE));
        List<PodFacts> outdated = pods.stream().filter(p -> plan.filter(u -> u.outdated(p)).isPresent()).toList();
        List<String> toCome = held ? List.of() : outdated.stream().filter(p -> !away(p)).map(PodFacts::name).toList();
        boolean replacing = !away.isEmpty() && (revisions.size() > 1 || !outdated.isEmpty());
        return replacing || !toCome.isEmpty() ? Optional.of(new Rollout(owner, revisions, away, toCome)) : Optional.empty();
    }

    private static boolean away(PodFacts pod) {
        return pod.terminating() || !pod.ready();
    }

    private static Map<String, List<String>> revisions(List<PodFacts> pods) {
        return pods.stream().collect(Collectors.groupingBy(p -> p.revision().orElseThrow().hash(), TreeMap::new, Collectors.mapping(PodFacts::name, Collectors.toList())));
    }
}
