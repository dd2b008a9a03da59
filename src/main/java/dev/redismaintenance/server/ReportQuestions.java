package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which commands make a {@link NodeReport}, and which report do their answers make? */
final class ReportQuestions {
    /** Servers cut off who has not logged in and sends more than this, before they tell him to log in (measured, all four). */
    static final int WORDS = 10;
    private static final int INFO = 2;
    private static final int SETTINGS = 3;
    /** CONFIG GET with several names: Redis 7.0 and later, all Valkeys; so INFO with several sections. */
    private static final List<Command> OF_SETTINGS = configGet(Setting.READ, WORDS - 2);
    private static final int VALKEY_JOBS = SETTINGS + OF_SETTINGS.size();
    private static final int REDIS_JOBS = VALKEY_JOBS + 1;
    static final List<Command> COMMANDS = Stream.of(
            List.of(Command.of("CLUSTER", "NODES"),
                    Command.of("CLUSTER", "INFO"),
                    Command.of("INFO", "server", "clients", "memory", "persistence", "stats", "replication", "keyspace")),
            OF_SETTINGS,
            List.of(WayAnswers.OF_VALKEY, WayAnswers.OF_REDIS)).flatMap(List::stream).toList();

    /** The first that have to be answered with something else than an error; the others need not even be known. */
    static final int REQUIRED = VALKEY_JOBS;

    private ReportQuestions() {
    }

    /** @param replies those to {@link #COMMANDS}, none of the required ones an error; {@link IllegalArgumentException} when they cannot be read */
    static NodeReport report(List<Reply> replies, KnownRows known) {
        List<NodeRow> rows = known.parse(text(replies.get(0)));
        if (rows.stream().noneMatch(NodeRow::myself)) {
            throw new IllegalArgumentException("CLUSTER NODES has no line of the server itself");
        }
        InfoText cluster = InfoText.parse(text(replies.get(1)));
        InfoText info = InfoText.parse(text(replies.get(INFO)));
        Map<String, String> settings = settings(replies.subList(SETTINGS, VALKEY_JOBS));
        WayAnswers way = WayAnswers.of(replies.get(VALKEY_JOBS), replies.get(REDIS_JOBS), info.flavour(), info.version(),
                settings.getOrDefault(Setting.IO_THREADS, "1"));
        return new NodeReport(info.flavour(), info.version(), info.required("run_id"), cluster.required("cluster_state").equals("ok"),
                cluster.requiredNumber("cluster_current_epoch"), info.keys(), info.yes("loading") || info.yes("async_loading"),
                info.replication(), info.memory(), settings, rows, way.way(), way.jobs());
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

    private static List<Command> configGet(List<String> names, int atOnce) {
        return IntStream.iterate(0, first -> first < names.size(), first -> first + atOnce)
                .mapToObj(first -> names.subList(first, Math.min(first + atOnce, names.size())))
                .map(some -> new Command(Stream.concat(Stream.of("CONFIG", "GET"), some.stream()).toList())).toList();
    }

    private static Map<String, String> settings(List<Reply> replies) {
        Map<String, String> settings = new HashMap<>();
        for (Reply reply : replies) {
            List<String> pairs = reply instanceof Reply.Items items ? items.items() : List.of();
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                settings.put(pairs.get(i), pairs.get(i + 1));
            }
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
