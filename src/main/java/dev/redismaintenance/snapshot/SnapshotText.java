package dev.redismaintenance.snapshot;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.TimeText;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A snapshot as YAML that a person reads, diffs and, if need be, writes by hand; and back. */
public final class SnapshotText {
    /** Grows when a reader of an older version could misunderstand the text. */
    static final int FORMAT = 1;

    private SnapshotText() {
    }

    public static String write(Placement placement) {
        Position own = placement.own();
        Map<String, Object> doc = new LinkedHashMap<>();
        doc.put("format", FORMAT);
        doc.put("pod", placement.podName());
        doc.put("nodeId", placement.node().value());
        doc.put("role", own.role().word());
        doc.put("slots", own.slots().toString());
        own.primary().ifPresent(p -> doc.put("replicaOf", podOf(placement, p)));
        doc.put("replicas", placement.positions().values().stream().filter(p -> p.primary().filter(own.id()::equals).isPresent())
                .map(Position::podName).sorted().toList());
        doc.put("address", own.address().toString());
        doc.put("volumes", placement.volumes());
        doc.put("inServiceGate", placement.gated());
        doc.put("dataBytes", placement.dataBytes());
        doc.put("server", placement.server());
        doc.put("takenBy", placement.takenBy());
        doc.put("takenAt", placement.takenAt());
        doc.put("reason", placement.reason());
        doc.put("activation", placement.activation());
        doc.put("currentEpoch", placement.currentEpoch());
        Map<String, Object> settings = new LinkedHashMap<>();
        placement.settings().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(e -> settings.put(e.getKey().value(), new java.util.TreeMap<>(e.getValue())));
        doc.put("settings", settings);
        doc.put("cluster", placement.positions().values().stream()
                .sorted(Comparator.comparing(Position::podName).thenComparing(Position::id)).map(SnapshotText::position).toList());
        return Serialization.asYaml(doc);
    }

    private static Map<String, Object> position(Position p) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("pod", p.podName());
        entry.put("nodeId", p.id().value());
        p.kubernetesNode().ifPresent(machine -> entry.put("kubernetesNode", machine));
        entry.put("host", p.address().host());
        entry.put("port", p.address().port());
        entry.put("role", p.role().word());
        p.primary().ifPresent(primary -> entry.put("primary", primary.value()));
        entry.put("slots", p.slots().toString());
        entry.put("configEpoch", p.configEpoch());
        return entry;
    }

    private static String podOf(Placement placement, NodeId id) {
        Position p = placement.positions().get(id);
        return p == null ? id.value() : p.podName();
    }

    /** @throws UnreadableSnapshot with what is wrong, for a person */
    public static Placement read(String text) {
        try {
            Fields doc = new Fields("", yaml(text));
            if (doc.number("format") != FORMAT) {
                throw new UnreadableSnapshot("its format is " + doc.number("format") + ", this version reads " + FORMAT);
            }
            Map<NodeId, Position> positions = new LinkedHashMap<>();
            List<Object> cluster = doc.list("cluster");
            for (int i = 0; i < cluster.size(); i++) {
                Position p = position(new Fields("cluster[" + i + "].", cluster.get(i)));
                positions.put(p.id(), p);
            }
            Map<NodeId, Map<String, String>> settings = new LinkedHashMap<>();
            doc.map("settings").forEach((id, values) -> {
                Map<String, String> texts = new LinkedHashMap<>();
                new Fields("settings." + id + ".", values).values().forEach((name, value) -> texts.put(name, String.valueOf(value)));
                settings.put(new NodeId(id), texts);
            });
            NodeId node = new NodeId(doc.text("nodeId"));
            if (!positions.containsKey(node)) {
                throw new UnreadableSnapshot("the node " + node + " is not in its list 'cluster'");
            }
            return new Placement(node, doc.text("pod"), doc.text("activation"), doc.text("takenBy"), doc.time("takenAt"), doc.text("reason"),
                    doc.text("server"), doc.number("currentEpoch"), doc.number("dataBytes"),
                    doc.list("volumes").stream().map(String::valueOf).toList(), positions, settings,
                    doc.optional("inServiceGate").filter("true"::equals).isPresent());
        } catch (IllegalArgumentException e) {
            throw new UnreadableSnapshot(e.getMessage());
        }
    }

    private static Object yaml(String text) {
        try {
            return Serialization.unmarshal(text, Object.class);
        } catch (io.fabric8.kubernetes.client.KubernetesClientException e) {
            throw new UnreadableSnapshot("it is not YAML: " + e.getMessage());
        }
    }

    private static Position position(Fields entry) {
        return new Position(new NodeId(entry.text("nodeId")), entry.text("pod"), entry.optional("kubernetesNode"),
                new Address(entry.text("host"), (int) entry.number("port")), Role.valueOf(entry.text("role").toUpperCase(Locale.ROOT)),
                entry.optional("primary").map(NodeId::new), SlotRanges.parse(entry.text("slots")), entry.number("configEpoch"));
    }

    /** Typed access to one mapping of the YAML, with errors that name the place. */
    private record Fields(String path, Map<String, Object> values) {
        @SuppressWarnings("unchecked")
        Fields(String path, Object values) {
            this(path, values instanceof Map ? (Map<String, Object>) values : fail("'" + path + "' is not a mapping"));
        }

        Optional<String> optional(String name) {
            return Optional.ofNullable(values.get(name)).map(String::valueOf);
        }

        String text(String name) {
            return optional(name).orElseThrow(() -> new IllegalArgumentException("the field '" + path + name + "' is missing"));
        }

        /** The status quotes it, and the API server refuses a status in which it is none. */
        String time(String name) {
            String text = text(name);
            return TimeText.isTime(text) ? text : fail("the field '" + path + name + "' is not a time such as " + TimeText.EXAMPLE + ": " + text);
        }

        long number(String name) {
            try {
                return Long.parseLong(text(name));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("the field '" + path + name + "' is not a number: " + text(name));
            }
        }

        List<Object> list(String name) {
            return values.get(name) instanceof List<?> list ? new ArrayList<>(list) : fail("the field '" + path + name + "' is not a list");
        }

        Map<String, Object> map(String name) {
            return new Fields(path + name, values.get(name)).values();
        }

        private static <T> T fail(String message) {
            throw new IllegalArgumentException(message);
        }
    }
}
