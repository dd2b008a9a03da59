package dev.redismaintenance.bench;

import dev.redismaintenance.ground.Traffic;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/** The results as a page to read; generated, never edited. */
final class Page {
    private static final String HOW = """
            How it is measured, for all contenders alike: a cluster of three primaries; the first one's 5461 slots hold the data, random values of
            %d bytes that do not compress; out is 2731 slots to the second and 2730 to the third primary, back is the same slots again. In each round
            every contender goes out and back, one after the other on the same servers (A B, B A, A B …), after one round of ours that is not measured,
            and half a minute to two of such rounds on other servers, until the JVM has compiled what it runs; between two measurements all nodes have to
            agree, nothing may be being freed or saved, and servers are made to forget the migrations that have ended (Valkey 9 walks through all that it
            remembers for each key that it deletes: those of all contenders before would slow down each later one). Medians are shown, of as many
            runs as there are figures under "runs". During every measurement the same client works on all slots, about %d operations a second,
            half of them writes, follows MOVED, ASK and TRYAGAIN, and checks every acknowledged write afterwards; its latencies include
            redirections. Settings: `save ""`, `appendonly no`, `cluster-node-timeout 15000` (5000 where a spare takes over: Redis lets a node do that once in four of them),
            `cluster-allow-replica-migration no`, `repl-diskless-sync-delay 0` (the default of 5 s would be added to each full copy, ours as well).

            - `idle`: nothing moves; what the client feels here anyway. It runs in the same process as `ours`.
            - `ours`: the operator's work on slots, one transfer after the other; counting what is there (in brackets) is part of the time.
              `ours-2`: the same with `maxConcurrentMoves: 2`.
            - `cli-default`, `cli-best`: the servers' own tool, `--cluster reshard`, with nothing and with `--cluster-pipeline 1000`; two calls, one for
              each target. `cli-set`: as `cli-best`, and the sources have the setting that the operator gives them where keys move one by one, as
              `ours` has it (`rdbcompression no`). `cli-atomic`: the same with `--cluster-use-atomic-slot-migration`. Where they are far from ours they move only one slot
              of %d, in %d round(s), and their rate stands for the whole (two calls that move nearly nothing take less than 0.1 s).
            - `atomic-together`, `atomic-in-turn`: `CLUSTER MIGRATESLOTS` by hand, one job for each target, both at once or one after the other;
              `atomic-set`: both at once, with the settings that the operator gives the sources, as `ours` has them too
              (`slot-migration-max-failover-repl-bytes`, `hz`, `loglevel warning`). The fastest of them is `best-atomic`.
            - `resync`: a full copy to an empty replica, measured one way: the bound for moving whole shards. `ours-spare`: a spare becomes the replica,
              is in sync, takes over, and all nodes know it. In the ratios `ours/resync` is `ours-spare` against `resync`; all others are `ours`.
            """;

    private final Options options;
    private final Results results;
    private final Duration took;

    Page(Options options, Results results, Duration took) {
        this.options = options;
        this.results = results;
        this.took = took;
    }

    String text() {
        StringBuilder page = new StringBuilder("# Benchmarks\n\nWritten by `make bench`; do not edit.\n\n");
        page.append("- Date: ").append(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").format(ZonedDateTime.now(ZoneOffset.UTC))).append('\n');
        page.append("- Command: `").append(options.commandLine()).append("`; took ").append(took.toSeconds()).append(" s\n");
        page.append("- Code: ").append(Machine.commit()).append('\n');
        page.append("- Machine: ").append(Machine.description()).append("; client, contenders and servers share it\n");
        page.append("- Data: ").append(options.megabytes()).append(" MB in the shard that moves\n\n");
        page.append(Text.of(HOW, Loader.VALUE_BYTES, Match.CLIENT_OPS, options.sample(), options.slowRounds()));
        page.append("\n## Ratios\n\nRate of ours divided by the other's, in this run.\n\n```\n");
        Ratio.all(options, results).forEach(ratio -> page.append(ratio).append('\n'));
        page.append("```\n\n## Bars\n\n```\n");
        Bar.all(options, results).forEach(bar -> page.append(bar).append('\n'));
        page.append("```\n");
        if (!results.failures().isEmpty()) {
            page.append("\nFailed, and so not measured:\n\n");
            results.failures().forEach(failure -> page.append("- ").append(failure.replace('\n', ' ')).append('\n'));
        }
        if (!results.moves().isEmpty()) {
            page.append("\n## Moving a shard\n\n![rates](moves.svg)\n");
            options.servers().forEach(server -> moves(server, page));
        }
        if (!results.outages().isEmpty()) {
            outages(page);
        }
        return page.toString();
    }

    private void moves(String server, StringBuilder page) {
        page.append("\n### ").append(server).append("""


                | contender | | MB | seconds | runs | MB/s | of a resync's rate | p50 ms | p99 ms | worst ms | errors | lost | load |
                |---|---|---|---|---|---|---|---|---|---|---|---|---|
                """);
        for (String contender : results.contenders(server)) {
            for (Direction direction : Direction.values()) {
                List<Measurement> runs = results.of(server, contender, direction);
                if (!runs.isEmpty()) {
                    page.append(row(server, contender, direction, runs));
                }
            }
        }
    }

    private String row(String server, String contender, Direction direction, List<Measurement> runs) {
        double counting = results.median(server, contender, direction, Measurement::counting).orElse(0);
        double rate = results.rate(server, contender, direction).orElse(0);
        double bound = results.rate(server, Ratio.RESYNC, Direction.OUT).orElse(0);
        return Text.of("| %s | %s | %d | %.2f%s | %s | %s | %s | %s %.1f | %d | %d | %.1f |%n", contender, direction,
                runs.get(0).bytes() / 1_000_000, results.median(server, contender, direction, Measurement::seconds).orElse(0),
                counting > 0 ? Text.of(" (%.2f)", counting) : "",
                runs.stream().map(m -> Text.of("%.2f", m.seconds())).collect(Collectors.joining(" ")), rate > 0 ? Text.of("%.1f", rate) : "",
                rate > 0 && bound > 0 ? Text.of("%.2f", rate / bound) : "", latencies(server, contender, direction),
                runs.stream().mapToDouble(m -> Text.millis(m.client().felt().worst())).max().orElse(0),
                runs.stream().mapToLong(m -> m.client().failed()).sum(), runs.stream().mapToLong(m -> m.client().lost()).sum(),
                runs.stream().mapToDouble(Measurement::load).max().orElse(0));
    }

    private String latencies(String server, String contender, Direction direction) {
        return Text.of("%.2f | %.2f |", results.median(server, contender, direction, m -> Text.millis(m.client().felt().p50())).orElse(0),
                results.median(server, contender, direction, m -> Text.millis(m.client().felt().p99())).orElse(0));
    }

    private void outages(StringBuilder page) {
        page.append("""

                ## Handover against a plain pod kill

                Three primaries with a replica each, 100 MB, `cluster-node-timeout 5000` (the default of 15000 makes the kills three times as long), the
                same client. Ours: the operator's own order to the replica, then the wait until all nodes know the new primary, then the pod is
                deleted (driven by the benchmark, not by the operator's loop). Without a write: the longest time in which no write to the shard
                succeeded, errors and waiting alike. Errors for: from the first failed operation to the last.

                ![outages](handover.svg)

                | server | the primary's pod goes by | without a write | worst write that succeeded, ms | errors | errors for | lost | load |
                |---|---|---|---|---|---|---|---|
                """);
        for (Outage o : results.outages()) {
            Traffic.Report client = o.client();
            page.append(Text.of("| %s | %s | %.3f s | %.1f | %d | %.3f s | %d | %.1f |%n", o.server(), o.way(), Text.seconds(client.longestGap()),
                    Text.millis(client.felt().worstWrite()), client.failed(), Text.seconds(client.felt().errorWindow()),
                    client.lost(), o.load()));
        }
    }
}
