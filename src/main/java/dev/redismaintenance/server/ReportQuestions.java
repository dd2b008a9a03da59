package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which commands make a {@link NodeReport}, and which report do their answers make? */
final class ReportQuestions {
    /** INFO with several sections, and CONFIG GET with several names: Redis 7.0 and later, all Valkeys. */
    static final List<Command> COMMANDS = List.of(
            Command.of("CLUSTER", "NODES"),
            Command.of("CLUSTER", "INFO"),
            Command.of("INFO", "server", "memory", "persistence", "stats", "replication", "keyspace"),
            new Command(Stream.concat(Stream.of("CONFIG", "GET"), Setting.READ.stream()).toList()));
    private static final int INFO = 2;

    private ReportQuestions() {
    }

    /** @param replies those to {@link #COMMANDS}, none an error; {@link IllegalArgumentException} when they cannot be read */
    static NodeReport report(List<Reply> replies) {
        List<NodeRow> rows = ClusterNodesText.parse(text(replies.get(0)));
        if (rows.stream().noneMatch(NodeRow::myself)) {
            throw new IllegalArgumentException("CLUSTER NODES has no line of the server itself");
        }
        InfoText cluster = InfoText.parse(text(replies.get(1)));
        InfoText info = InfoText.parse(text(replies.get(INFO)));
        return new NodeReport(info.flavour(), info.version(), info.required("run_id"), cluster.required("cluster_state").equals("ok"),
                cluster.requiredNumber("cluster_current_epoch"), info.keys(), info.yes("loading") || info.yes("async_loading"),
                info.replication(), info.memory(), settings(replies.get(3)), rows);
    }

    /** How far a server is with reading its data, in words; INFO is answered meanwhile. */
    static String loadingProgress(List<Reply> replies) {
        if (!(replies.get(INFO) instanceof Reply.Text text)) {
            return "";
        }
        InfoText info = InfoText.parse(text.text());
        List<String> words = new ArrayList<>();
        info.field("loading_loaded_perc").ifPresent(percent -> words.add(percent + " %"));
        info.number("loading_eta_seconds").filter(s -> s > 0).ifPresent(seconds -> words.add("about " + seconds + " s left"));
        return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
    }

    private static Map<String, String> settings(Reply reply) {
        List<String> pairs = reply instanceof Reply.Items items ? items.items() : List.of();
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            settings.put(pairs.get(i), pairs.get(i + 1));
        }
        return settings;
    }

    private static String text(Reply reply) {
        if (reply instanceof Reply.Text text) {
            return text.text();
        }
        throw new IllegalArgumentException("an answer is no text: " + reply);
    }
}
