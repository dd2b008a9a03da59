package dev.redismaintenance.cluster;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a snapshot holds: how the node and the whole cluster stood before maintenance began.
 *
 * @param node       the node the snapshot is of
 * @param activation uid of the NodeMaintenance that took it: one snapshot an activation
 * @param takenBy    name of that NodeMaintenance
 * @param takenAt    RFC 3339 time
 * @param volumes    names of the pod's persistent volume claims
 * @param positions  of every node of the cluster
 * @param settings   by node, the run-time settings that maintenance may change, as they were
 * @param dataBytes  what the node's keys took
 * @param gated      the pod declared our readiness gate: it had to be put back into service
 */
public record Placement(NodeId node, String podName, String activation, String takenBy, String takenAt, String reason,
                        String server, long currentEpoch, long dataBytes, List<String> volumes,
                        Map<NodeId, Position> positions, Map<NodeId, Map<String, String>> settings, boolean gated) {
    public Placement {
        volumes = List.copyOf(volumes);
        positions = Map.copyOf(positions);
        settings = Map.copyOf(settings);
    }

    public Placement(NodeId node, String podName, String activation, String takenBy, String takenAt, String reason,
                     String server, long currentEpoch, long dataBytes, List<String> volumes,
                     Map<NodeId, Position> positions, Map<NodeId, Map<String, String>> settings) {
        this(node, podName, activation, takenBy, takenAt, reason, server, currentEpoch, dataBytes, volumes, positions, settings, false);
    }

    /**
     * How the cluster stands now; with the settings of every node, since any may come to be lent or to be the shard's primary.
     *
     * @throws java.util.NoSuchElementException when the node is not in the view or did not answer
     */
    public static Placement of(ClusterView view, NodeId node, String podName, String activation, String takenBy, String takenAt, String reason) {
        Member own = view.member(node).orElseThrow();
        NodeReport report = own.report().orElseThrow();
        Map<NodeId, Position> positions = new HashMap<>();
        view.all().forEach(m -> positions.put(m.id(), new Position(m.id(), m.pod().map(PodFacts::name).orElse(""),
                m.machine(), m.address(), m.role(), m.primary(), m.slots(), m.configEpoch())));
        Map<NodeId, Map<String, String>> settings = new HashMap<>();
        view.all().forEach(m -> m.report().ifPresent(r -> settings.put(m.id(), changeable(r))));
        return new Placement(node, podName, activation, takenBy, takenAt, reason, report.flavour() + " " + report.version(), report.currentEpoch(),
                report.memory().dataset(), own.pod().map(PodFacts::volumes).orElse(List.of()), positions, settings,
                own.pod().filter(p -> p.inService().declared()).isPresent());
    }

    /** What maintenance may change of it: not how files are written where there are any, nor log and clock of who gives no slots in jobs of its own. */
    private static Map<String, String> changeable(NodeReport report) {
        Map<String, String> settings = new TreeMap<>();
        Setting.CHANGED.stream().filter(name -> !name.equals(Setting.RDB_COMPRESSION) || !report.writesFiles())
                .filter(name -> !name.equals(Setting.LOG_LEVEL) && !name.equals(Setting.HZ) || report.way() == MoveWay.ATOMIC_FROM_SOURCE)
                .forEach(name -> report.setting(name).ifPresent(value -> settings.put(name, value)));
        return settings;
    }

    /** Where the node itself stood. */
    public Position own() {
        return positions.get(node);
    }

    /** The Kubernetes Node on which its pod was, where that was known. */
    public Optional<String> machine() {
        return Optional.ofNullable(own()).flatMap(Position::kubernetesNode);
    }

    /**
     * As it would have been taken without the other maintenances that are going on: a setting that has the value that
     * maintenance gives it, and that one of their snapshots recorded with another, is theirs and not the node's own.
     */
    public Placement without(Collection<Placement> others) {
        Map<NodeId, Map<String, String>> own = new TreeMap<>();
        settings.forEach((id, values) -> {
            Map<String, String> mine = new TreeMap<>(values);
            mine.replaceAll((name, value) -> Setting.CHANGED.contains(name) && value.equals(Setting.given(name))
                    ? others.stream().flatMap(o -> o.setting(id, name).stream()).filter(v -> !v.equals(value)).findFirst().orElse(value)
                    : value);
            own.put(id, mine);
        });
        return new Placement(node, podName, activation, takenBy, takenAt, reason, server, currentEpoch, dataBytes, volumes, positions, own, gated);
    }

    /** As it would have been taken without the slots that other maintenances have told to go: each is back where it came from. */
    public Placement withGuestsHome(Collection<Transfer> toldByOthers) {
        Map<NodeId, Position> home = new TreeMap<>(positions);
        for (Transfer t : toldByOthers) {
            if (home.containsKey(t.from()) && home.get(t.from()).role() == Role.PRIMARY) {
                home.replaceAll((id, p) -> p.with(id.equals(t.from()) ? p.slots().plus(t.slots()) : p.slots().minus(t.slots())));
            }
        }
        return new Placement(node, podName, activation, takenBy, takenAt, reason, server, currentEpoch, dataBytes, volumes, home, settings, gated);
    }

    /** The same with another node in the place of the one that it is of: the old id is nowhere in it. */
    public Placement succeededBy(NodeId successor) {
        Map<NodeId, Position> renamed = new TreeMap<>();
        positions.values().forEach(p -> {
            Position position = p.succeeded(node, successor);
            renamed.put(position.id(), position);
        });
        Map<NodeId, Map<String, String>> kept = new TreeMap<>();
        settings.forEach((id, values) -> kept.put(id.equals(node) ? successor : id, values));
        return new Placement(successor, podName, activation, takenBy, takenAt, reason, server, currentEpoch, dataBytes, volumes, renamed, kept, gated);
    }

    public Optional<String> setting(NodeId id, String name) {
        return Optional.ofNullable(settings.getOrDefault(id, Map.of()).get(name));
    }

    /** The slots of the shard that the node belonged to. */
    public SlotRanges shardSlots(NodeId id) {
        Position position = positions.get(id);
        if (position == null) {
            return SlotRanges.NONE;
        }
        return position.role() == Role.PRIMARY ? position.slots()
                : position.primary().map(positions::get).map(Position::slots).orElse(SlotRanges.NONE);
    }
}
