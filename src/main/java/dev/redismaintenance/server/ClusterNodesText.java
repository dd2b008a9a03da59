package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What does an answer to {@code CLUSTER NODES} say? One line a node:
 * {@code <id> <ip:port@cport[,hostname[,name=value]*]> <flags> <primary|-> <ping-sent> <pong-received> <epoch> <link> <slot>*}.
 */
final class ClusterNodesText {
    private static final int FIXED_FIELDS = 8;
    /** An IPv6 address stands without brackets, so the port is what follows the last colon. */
    private static final Pattern ADDRESS = Pattern.compile("(.*):(\\d+)(?:@(\\d+))?");

    private ClusterNodesText() {
    }

    /** Fails with {@link IllegalArgumentException} and the line that cannot be read. */
    static List<NodeRow> parse(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).map(ClusterNodesText::row).toList();
    }

    static NodeRow row(String line) {
        String[] fields = line.split(" +");
        if (fields.length < FIXED_FIELDS) {
            throw new IllegalArgumentException("a line of CLUSTER NODES has " + fields.length + " fields: " + line);
        }
        try {
            Set<String> flags = Set.copyOf(List.of(fields[2].split(",")));
            SlotRanges slots = SlotRanges.NONE;
            Set<String> open = new LinkedHashSet<>();
            for (String slot : List.of(fields).subList(FIXED_FIELDS, fields.length)) {
                if (slot.startsWith("[")) {
                    open.add(slot);
                } else {
                    slots = slots.plus(SlotRanges.parse(slot));
                }
            }
            Matcher place = place(fields[1]);
            Address address = new Address(place.group(1), Integer.parseInt(place.group(2)));
            return new NodeRow(new NodeId(fields[0]), address, flags,
                    fields[3].equals("-") ? Optional.empty() : Optional.of(new NodeId(fields[3])),
                    Long.parseLong(fields[6]), flags.contains("myself") || fields[7].equals("connected"), slots, open,
                    place.group(3) == null ? address.port() + NodeRow.BUS : Integer.parseInt(place.group(3)), hostname(fields[1]));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a line of CLUSTER NODES cannot be read (" + e.getMessage() + "): " + line, e);
        }
    }

    private static Matcher place(String field) {
        Matcher m = ADDRESS.matcher(field.split(",", 2)[0]);
        if (!m.matches()) {
            throw new IllegalArgumentException("no address: " + field);
        }
        return m;
    }

    private static String hostname(String field) {
        String[] parts = field.split(",");
        return parts.length > 1 && !parts[1].contains("=") ? parts[1] : "";
    }
}
