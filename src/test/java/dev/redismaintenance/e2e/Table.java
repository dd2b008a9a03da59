package dev.redismaintenance.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rows as Markdown. */
final class Table {
    private static final String HEAD = """
            | server | cluster | path | the Node goes by | time to Ready | drain | put back in | longest time without a write | slowest write | errors | errors for | writes | lost | restored exactly |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    private Table() {
    }

    static String of(List<Row> rows) {
        return HEAD + rows.stream().map(row -> line(row) + "\n").collect(Collectors.joining());
    }

    static String line(Row row) {
        Told client = row.client();
        return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %d | %s | %d | %d | %s |".formatted(row.server(), row.trial().shape().text(), row.trial().route().text(),
                row.trial().way().text(), seconds(row.ready()), seconds(Optional.of(row.drain())), seconds(row.back()), text(client.gap()), text(client.worstWrite()),
                client.failed(), text(client.window()), client.acknowledged(), client.lost(), row.restored() ? "yes" : "no");
    }

    private static String seconds(Optional<Duration> time) {
        return time.map(t -> String.format(Locale.ROOT, "%.1f s", t.toMillis() / 1000.0)).orElse("");
    }

    private static String text(Duration time) {
        return time.toMillis() < 1000 ? time.toMillis() + " ms" : seconds(Optional.of(time));
    }
}
