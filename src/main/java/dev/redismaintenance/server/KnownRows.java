package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeRow;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which lines of {@code CLUSTER NODES} have been read before? All servers of a cluster say nearly the same of each node, and the same again at
 * the next look: of 500 servers that is a quarter of a million lines, and a thousand that differ. What was read is kept once, for all of them.
 */
final class KnownRows {
    /** More than a big cluster needs; beyond it all is read anew. */
    static final int MOST = 5000;
    /** When it was last asked, and when it last answered: nothing here depends on them. */
    private static final int PING = 4;
    private static final int TIMES = 2;

    private final Map<String, NodeRow> rows = new ConcurrentHashMap<>();

    /** As {@link ClusterNodesText#parse}. */
    List<NodeRow> parse(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).map(this::row).toList();
    }

    private NodeRow row(String line) {
        String key = withoutTimes(line);
        NodeRow known = rows.get(key);
        if (known != null) {
            return known;
        }
        if (rows.size() >= MOST) {
            rows.clear();
        }
        NodeRow row = ClusterNodesText.row(line);
        NodeRow before = rows.putIfAbsent(key, row);
        return before == null ? row : before;
    }

    /** The whole line where it is too short to be one. */
    private static String withoutTimes(String line) {
        int from = after(line, 0, PING);
        int to = from < 0 ? from : after(line, from, TIMES);
        return to < 0 ? line : line.substring(0, from) + line.substring(to);
    }

    /** Where the field begins that so many others precede; negative where there is none. */
    private static int after(String line, int from, int fields) {
        int at = from;
        for (int i = 0; i < fields; i++) {
            int space = line.indexOf(' ', at);
            if (space < 0) {
                return -1;
            }
            at = space + 1;
        }
        return at;
    }
}
