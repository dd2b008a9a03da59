package dev.redismaintenance.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts one {@link ClusterView} together from what the asked pods said.
 *
 * <ol>
 * <li>Servers that know nobody else (reset, or without memory) have no view of the cluster and are set aside as isolated.</li>
 * <li>Nodes that own nothing and that somebody holds for failed are left out of the comparison: their last known role is
 *     hearsay, and views learn of a failure at different moments.</li>
 * <li>Every two views must name the same role, primary and slots for each node; each difference is told, with both views.</li>
 * <li>The map is taken from the view that most share (first by id among equals), so that with a disagreement there is still
 *     something to show; nothing may be decided on it, which {@link ClusterView#agreed()} says.</li>
 * </ol>
 */
public final class ViewBuilder {
    private final List<Probe> probes;
    private final Map<String, NodeId> remembered;
    private final Map<NodeId, Probe> answered = new TreeMap<>();

    /** @param remembered ids by pod name, as a snapshot recorded them: names a pod that does not answer and has a new address */
    private ViewBuilder(List<Probe> probes, Map<String, NodeId> remembered) {
        this.probes = probes;
        this.remembered = remembered;
        probes.forEach(p -> p.report().ifPresent(r -> answered.putIfAbsent(r.id(), p)));
    }

    public static ClusterView build(List<Probe> probes, Map<String, NodeId> remembered) {
        return new ViewBuilder(probes, remembered).build();
    }

    private ClusterView build() {
        List<NodeReport> views = probes.stream().flatMap(p -> p.report().stream()).filter(r -> !r.alone()).toList();
        // servers of one cluster say nearly the same, so most rows are the same objects
        Set<NodeRow> rows = Collections.newSetFromMap(new IdentityHashMap<>());
        views.forEach(v -> rows.addAll(v.rows()));
        Set<NodeId> ids = rows.stream().filter(r -> !r.handshake()).map(NodeRow::id).collect(Collectors.toCollection(TreeSet::new));
        Set<NodeId> failing = rows.stream().filter(NodeRow::failing).map(NodeRow::id).collect(Collectors.toSet());
        Set<NodeId> hearsay = rows.stream().filter(r -> r.failing() || r.addressUnknown()).map(NodeRow::id).collect(Collectors.toSet());
        rows.stream().filter(r -> !r.slots().isEmpty()).map(NodeRow::id).forEach(hearsay::remove);
        Map<NodeRow, Optional<String>> placements = new IdentityHashMap<>();
        rows.forEach(r -> placements.put(r, placement(r, hearsay)));

        // by identity: a report's hash goes over everything that it says
        Map<NodeReport, Map<NodeId, String>> maps = new IdentityHashMap<>();
        views.forEach(v -> maps.put(v, placements(v, placements)));
        Map<Map<NodeId, String>, Long> shares = maps.values().stream().collect(Collectors.groupingBy(m -> m, Collectors.counting()));
        Optional<NodeReport> shared = views.stream().max(Comparator.comparing((NodeReport v) -> shares.get(maps.get(v)))
                .thenComparing(NodeReport::id, Comparator.reverseOrder()));

        Map<NodeId, Member> members = new TreeMap<>();
        shared.ifPresent(view -> ids.forEach(id -> view.row(id)
                .or(() -> views.stream().flatMap(v -> v.row(id).stream()).findFirst())
                .ifPresent(row -> members.put(id, member(row, failing)))));
        probes.forEach(p -> p.report().filter(NodeReport::alone)
                .ifPresent(r -> members.put(r.id(), member(r.own(), failing))));

        return new ClusterView(members, shared.map(v -> disagreements(v, views, maps)).orElse(List.of()), openSlots(views));
    }

    private static Map<NodeId, String> placements(NodeReport view, Map<NodeRow, Optional<String>> all) {
        Map<NodeId, String> map = new HashMap<>();
        view.rows().forEach(row -> all.get(row).ifPresent(placement -> map.put(row.id(), placement)));
        return map;
    }

    private Optional<String> placement(NodeRow row, Set<NodeId> hearsay) {
        if (row.handshake()) {
            return Optional.of("being met");
        }
        return hearsay.contains(row.id()) ? Optional.empty() : Optional.of(row.role() == Role.PRIMARY
                ? "primary of [" + row.slots() + "]"
                : "replica of " + row.primary().map(this::nameOf).orElse("nobody"));
    }

    private List<String> disagreements(NodeReport reference, List<NodeReport> views, Map<NodeReport, Map<NodeId, String>> maps) {
        List<String> differences = new ArrayList<>();
        Map<NodeId, String> expected = maps.get(reference);
        for (NodeReport view : views) {
            Map<NodeId, String> seen = maps.get(view);
            if (seen.equals(expected)) {
                continue;
            }
            Set<NodeId> ids = new TreeSet<>(expected.keySet());
            ids.addAll(seen.keySet());
            for (NodeId id : ids) {
                String mine = expected.getOrDefault(id, "unknown");
                String theirs = seen.getOrDefault(id, "unknown");
                if (!mine.equals(theirs)) {
                    differences.add(nameOf(id) + " is " + mine + " to " + nameOf(reference.id()) + " but " + theirs + " to " + nameOf(view.id()));
                }
            }
        }
        return differences;
    }

    private String nameOf(NodeId id) {
        return probeOf(id).map(p -> p.pod().name()).orElse("node " + id.brief());
    }

    private Optional<Probe> probeOf(NodeId id) {
        return Optional.ofNullable(answered.get(id));
    }

    /** Of primaries only: replicas of Valkey repeat what their primary says, and may keep it for ever (valkey#998). */
    private List<OpenSlot> openSlots(List<NodeReport> views) {
        return views.stream().filter(v -> v.own().role() == Role.PRIMARY)
                .flatMap(v -> v.own().openSlots().stream().map(s -> OpenSlot.parse(v.id(), s))).toList();
    }

    private Member member(NodeRow row, Set<NodeId> failing) {
        Optional<Probe> own = probeOf(row.id());
        Optional<Probe> probe = own
                .or(() -> silent().filter(p -> p.pod().at(row.address().host()))
                        .min(Comparator.comparing(p -> p.pod().reach().listening().port().filter(port -> port == row.address().port()).isEmpty())))
                .or(() -> silent().filter(p -> row.id().equals(remembered.get(p.pod().name()))).findFirst())
                .or(() -> silent().filter(p -> row.podByHostname().filter(p.pod().name()::equals).isPresent()).findFirst());
        Optional<NodeReport> report = own.flatMap(Probe::report);
        return new Member(row.id(), row.address(), row.role(), row.primary(), row.slots(), row.configEpoch(),
                failing.contains(row.id()), inSync(row, report), report.filter(NodeReport::alone).isPresent(),
                probe.map(Probe::pod), report, probe.flatMap(Probe::problem));
    }

    private java.util.stream.Stream<Probe> silent() {
        return probes.stream().filter(p -> p.report().isEmpty());
    }

    private boolean inSync(NodeRow row, Optional<NodeReport> report) {
        if (row.role() == Role.PRIMARY) {
            return report.isPresent();
        }
        Optional<NodeReport> primary = row.primary().flatMap(this::probeOf).flatMap(Probe::report);
        return report.isPresent() && primary.isPresent() && InSync.lacks(report.get(), primary.get()).isEmpty();
    }
}
