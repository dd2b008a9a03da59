package dev.redismaintenance.ground;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which node holds which role and slots? Two that are equal mean that everything is where it was, by node id. */
public record Placement(SortedMap<String, Position> nodes) {

    /** @param primaryId empty for a primary */
    public record Position(boolean primary, String primaryId, List<String> slots) {
    }

    public Placement {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    /** @param clusterNodes what {@code CLUSTER NODES} says */
    public static Placement parse(String clusterNodes) {
        return of(NodeLine.parse(clusterNodes));
    }

    static Placement of(List<NodeLine> view) {
        return new Placement(view.stream().filter(line -> !line.hasAny("handshake")).collect(Collectors.toMap(NodeLine::id,
                line -> new Position(line.primary(), line.primaryId(), line.slots()), (a, b) -> a, TreeMap::new)));
    }

    public Position of(String nodeId) {
        return nodes.get(nodeId);
    }

    @Override
    public String toString() {
        return nodes.entrySet().stream().map(Placement::line).collect(Collectors.joining("\n", "\n", "\n"));
    }

    private static String line(Map.Entry<String, Position> node) {
        Position p = node.getValue();
        return node.getKey().substring(0, 8)
                + (p.primary() ? " primary " + p.slots() : " replica of " + p.primaryId().substring(0, Math.min(8, p.primaryId().length())));
    }
}
