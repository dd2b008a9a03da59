package dev.redismaintenance.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rows as Markdown: all there is to tell, and the few columns that the README has. */
final class Table {
    private static final String FULL = """
            | server | cluster | path | the Node goes by | time to Ready | drain | back in | longest time without a write | slowest write | errors | for | writes | lost | restored exactly |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;
    private static final String SHORT = """
            | server | cluster | path | the Node goes by | time to Ready | drain | longest time without a write | errors | lost writes | restored exactly |
            |---|---|---|---|---|---|---|---|---|---|
            """;

    private Table() {
    }

    static String full(List<Row> rows) {
        return FULL + rows.stream().map(row -> line(row) + "\n").collect(Collectors.joining());
    }

    static String brief(List<Row> rows) {
        return SHORT + rows.stream().map(row -> cells(names(row), seconds(row.ready()), seconds(Optional.of(row.drain())), text(row.client().gap()), row.client().failed(),
                row.client().lost(), restored(row)) + "\n").collect(Collectors.joining());
    }

    static String line(Row row) {
        Told client = row.client();
        return cells(names(row), seconds(row.ready()), seconds(Optional.of(row.drain())), seconds(row.back()), text(client.gap()), text(client.worstWrite()), client.failed(),
                client.failed() == 0 ? "" : text(client.window()), client.acknowledged(), client.lost(), restored(row));
    }

    private static String names(Row row) {
        return String.join(" | ", row.server(), row.trial().shape().text(), row.trial().route().text(), row.trial().way().text());
    }

    private static String cells(Object... cells) {
        return java.util.Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String restored(Row row) {
        return row.restored() ? "yes" : "no";
    }

    private static String seconds(Optional<Duration> time) {
        return time.map(t -> String.format(Locale.ROOT, "%.1f s", t.toMillis() / 1000.0)).orElse("");
    }

    private static String text(Duration time) {
        return time.toMillis() < 1000 ? time.toMillis() + " ms" : seconds(Optional.of(time));
    }
}
