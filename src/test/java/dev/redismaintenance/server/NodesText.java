package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import java.util.List;
import java.util.stream.Collectors;

/** {@code CLUSTER NODES} of a server that there is in memory only, as a text, and as it is read. */
public final class NodesText {
    private NodesText() {
    }

    public static String of(NodeReport report) {
        return report.rows().stream().map(NodesText::line).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(NodeRow row) {
        return String.join(" ", row.id().value(), row.address().host() + ":" + row.address().port() + "@" + row.busPort(), String.join(",", row.flags()),
                row.primary().map(Object::toString).orElse("-"), "0", "1700000000000", String.valueOf(row.configEpoch()),
                row.linkUp() ? "connected" : "disconnected", row.slots().toString()).strip();
    }

    /** One after the other, as {@link JedisServers} reads them in its first look. */
    public static List<List<NodeRow>> parse(List<String> texts) {
        KnownRows known = new KnownRows();
        return texts.stream().map(known::parse).toList();
    }
}
