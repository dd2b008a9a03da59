package dev.redismaintenance.bench.operator;

import dev.redismaintenance.bench.Machine;
import dev.redismaintenance.bench.Text;
import dev.redismaintenance.bench.operator.Findings.Load;
import dev.redismaintenance.bench.operator.Findings.Start;
import dev.redismaintenance.bench.operator.Findings.Way;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The findings as a page to read; generated, never edited. */
final class OperatorPage {
    private static final String HOW = """
            How it is measured: the operator runs as the chart installs it with no value set (all namespaces, its ServiceAccount, its rights), one process, beside a
            real API server and real servers (%s) on the same machine. Requests are those that the API server's audit log has of that ServiceAccount;
            a write is whatever is not get, list or watch. Resident memory and CPU time are the kernel's (`VmRSS`, `utime` + `stime`). For each number of resources it is
            started %d times with all of them there and in their state; %d s after the last start, whatever Java has collected by then, a window of %d s is measured
            (a machine whose load is far above its cores was not alone, and its times and CPU mean little) in which nothing happens: a look at each resource in maintenance every 10 s, at each that is refused every 5 s.
            """;
    private static final String START = """

            ## Start

            Seconds since the process was begun, median of %d. First reconciliation: it asks for the first resource's snapshots. First status: of one that is new, among the others.

            | resources | ready | first reconciliation | first status written |
            |---|---|---|---|
            """;
    private static final String IDLE = """

            ## Idle

            | resources | MiB resident, median | at most | CPU, %% of one core | threads | reads a minute | writes in %d s | load of the machine |
            |---|---|---|---|---|---|---|---|
            """;
    private static final String WAYS = """

            ## Requests of one maintenance

            From applying the resource to `Ready=True`, and from deleting it until it is gone; one process, in a cluster of six servers of its own, in a namespace where
            no other resource is, beside as many as the table says. Requests for objects of that namespace count; that each look asks for the Kubernetes Nodes as well, which have none, is left out.
            """;
    private static final String PLAN = """

            ## Deciding, for a cluster of %d nodes

            %d primaries with a replica each, %d of the nodes on each Kubernetes Node, in memory; the image's Java with its options (but `%s`, since the cluster is in the same process).
            Milliseconds; each question in a process of its own: its first call ever, then, warmed up, median and worst of %d runs, or of as many as 10 s take. Where the image
            is measured, the operator's classes are taken as it keeps them (`app.aot`).

            | | first call | median | worst |
            |---|---|---|---|
            """;

    private final Findings findings;
    private final String what;
    private final String api;
    private final Duration took;

    OperatorPage(Findings findings, String what, String api, Duration took) {
        this.findings = findings;
        this.what = what;
        this.api = api;
        this.took = took;
    }

    String text() {
        StringBuilder page = new StringBuilder("# What the operator costs\n\nWritten by `make bench-operator`; do not edit.\n\n");
        page.append("- Date: ").append(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").format(ZonedDateTime.now(ZoneOffset.UTC))).append('\n');
        page.append("- Command: `").append(OperatorBench.commandLine()).append("`; took ").append(took.toSeconds()).append(" s\n");
        page.append("- Code: ").append(Machine.commit()).append('\n');
        page.append("- Measured: ").append(what).append('\n');
        page.append("- Machine: ").append(Machine.description()).append("; ").append(api).append(", servers and operator share it\n\n");
        page.append(Text.of(HOW, Population.IMAGE, OperatorBench.STARTS, OperatorBench.SETTLE_SECONDS, OperatorBench.WINDOW_SECONDS));
        page.append("\nThe resources:\n\n");
        findings.loads().forEach(l -> page.append(Text.of("- %d: %s.%n", l.resources(), l.state())));
        page.append("\n## Bars\n\n```\n");
        findings.bars().forEach(bar -> page.append(bar).append('\n'));
        page.append("```\n");
        start(page);
        idle(page);
        ways(page);
        plans(page);
        return page.toString();
    }

    private void start(StringBuilder page) {
        page.append(Text.of(START, OperatorBench.STARTS));
        findings.loads().forEach(l -> page.append(Text.of("| %d | %.2f | %.2f | %.2f |%n", l.resources(), l.median(Start::ready), l.median(Start::firstLook), l.median(Start::firstAnswer))));
    }

    private void idle(StringBuilder page) {
        page.append(Text.of(IDLE, OperatorBench.WINDOW_SECONDS));
        for (Load l : findings.loads()) {
            int writes = l.requests().writes().all().size();
            page.append(Text.of("| %d | %d | %d | %.1f | %d | %.0f | %d | %.1f |%n", l.resources(), l.medianResident(), l.worstResident(), l.cpu(), l.threads(),
                    l.perMinute(l.requests().all().size() - writes), writes, l.load()));
        }
        for (Load l : findings.loads()) {
            page.append(Text.of("%nRequests a minute with %d: %s.%n", l.resources(), l.requests().counted().entrySet().stream()
                    .map(e -> Text.of("%s %.0f", e.getKey(), l.perMinute(e.getValue()))).collect(Collectors.joining(", "))));
        }
    }

    private void ways(StringBuilder page) {
        page.append(WAYS);
        IntStream.range(0, findings.loads().get(0).ways().size()).forEach(i -> way(page, findings.loads().stream()
                .collect(Collectors.toMap(Load::resources, l -> l.ways().get(i), (a, b) -> a, TreeMap::new))));
    }

    /** One kind of maintenance, beside each number of others. */
    private static void way(StringBuilder page, SortedMap<Integer, Way> beside) {
        Collection<Way> ways = beside.values();
        page.append(Text.of("%n%s:%n%n|", capital(ways.iterator().next().what())));
        beside.keySet().forEach(n -> page.append(Text.of(" | in, beside %d | back", n)));
        page.append(" |\n|---").append("|---|---".repeat(ways.size())).append("|\n");
        ways.stream().flatMap(w -> Stream.of(w.in(), w.back())).flatMap(counts -> counts.keySet().stream()).distinct().sorted()
                .forEach(request -> row(page, request, ways, counts -> String.valueOf(counts.getOrDefault(request, 0L))));
        row(page, "together", ways, counts -> String.valueOf(counts.values().stream().mapToLong(Long::longValue).sum()));
        page.append("| seconds");
        ways.forEach(w -> page.append(Text.of(" | %.1f | %.1f", w.inSeconds(), w.backSeconds())));
        page.append(" |\n");
    }

    private static void row(StringBuilder page, String name, Collection<Way> ways, Function<Map<String, Long>, String> cell) {
        page.append("| ").append(name);
        ways.forEach(w -> page.append(" | ").append(cell.apply(w.in())).append(" | ").append(cell.apply(w.back())));
        page.append(" |\n");
    }

    private void plans(StringBuilder page) {
        page.append(Text.of(PLAN, OperatorBench.NODES, OperatorBench.NODES / 2, BigCluster.ON_A_MACHINE, OperatorBench.PLAN_MEMORY, PlanCost.RUNS));
        findings.plans().forEach((question, f) -> page.append(Text.of("| %s | %.1f | %.1f | %.1f |%n", question.words, f.first(), f.median(), f.worst())));
    }

    private static String capital(String words) {
        return words.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + words.substring(1);
    }
}
