package dev.redismaintenance.bench.operator;

import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.bench.Bar;
import dev.redismaintenance.bench.Machine;
import dev.redismaintenance.bench.Text;
import dev.redismaintenance.bench.operator.Findings.Load;
import dev.redismaintenance.bench.operator.Findings.Start;
import dev.redismaintenance.bench.operator.Findings.Way;
import dev.redismaintenance.bench.operator.PlanCost.Figures;
import dev.redismaintenance.bench.operator.PlanCost.Question;
import dev.redismaintenance.bench.operator.Requests.Request;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.TestKubelet;
import dev.redismaintenance.image.OperatorRun;
import dev.redismaintenance.operator.Ground;
import dev.redismaintenance.operator.Maintenances;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code make bench-operator}: measures the operator as it is installed, writes the page, and checks the bars when asked to. */
public final class OperatorBench {
    static final int SETTLE_SECONDS = 15;
    static final int WINDOW_SECONDS = number("BENCH_WINDOW", 30);
    static final int STARTS = 3;
    static final int NODES = 500;
    private static final String HANDOVER = "a primary hands its shard over to its replica";
    private static final String SLOTS = "a primary keeps its role, its slots move (`demoteNode: false`; they are empty)";
    private static final String ALL_RESOURCES = "1 100 1000";
    static final List<Integer> RESOURCES = resources(Optional.ofNullable(System.getenv("BENCH_RESOURCES")).orElse(ALL_RESOURCES));
    private static final Path PAGE = Path.of(Optional.ofNullable(System.getenv("BENCH_DIR")).orElse("docs/benchmarks"), "operator.md");
    /** The plans' process may have more than the operator: what is measured is the planner, and the cluster lies in the same memory. */
    static final String PLAN_MEMORY = "-Xmx256m";

    /** As one would type it to have the same run again. */
    static String commandLine() {
        return "BENCH_WINDOW=" + WINDOW_SECONDS + " BENCH_RESOURCES=\"" + RESOURCES.stream().map(String::valueOf).collect(Collectors.joining(" ")) + "\" make bench-operator";
    }

    /** Each number comes on top of the ones before it. */
    static List<Integer> resources(String text) {
        String words = text.strip().replaceAll("\\s+", " ");
        if (words.isEmpty() || !(ALL_RESOURCES + " ").startsWith(words + " ")) {
            throw new IllegalArgumentException("BENCH_RESOURCES=\"" + text + "\": \"1\", \"1 100\" or \"" + ALL_RESOURCES + "\" can be measured, each number comes on top of the one before it");
        }
        return Stream.of(words.split(" ")).map(Integer::valueOf).toList();
    }

    private OperatorBench() {
    }

    public static void main(String[] args) {
        boolean ok = false;
        try {
            ok = run();
        } catch (Exception e) {
            e.printStackTrace();
        }
        // threads of clients that are closed would keep the process
        System.exit(ok ? 0 : 1);
    }

    private static boolean run() throws Exception {
        Instant begin = Instant.now();
        try (ControlPlane api = ControlPlane.startAudited(); KubernetesClient client = api.client()) {
            Ground.install(client);
            OperatorUnderTest operator = new OperatorUnderTest(api, client);
            Map<Question, Figures> plans = plans(operator);
            say("plans", begin);
            Findings findings = measure(operator, client, plans, begin);
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, new OperatorPage(findings, operator.description(), api.description(), Duration.between(begin, Instant.now())).text());
            findings.bars().forEach(System.out::println);
            System.out.println("written to " + PAGE);
            return !Boolean.parseBoolean(System.getenv("BENCH_CHECK")) || findings.bars().stream().allMatch(Bar::held);
        }
    }

    private static Findings measure(OperatorUnderTest operator, KubernetesClient client, Map<Question, Figures> plans, Instant begin) throws Exception {
        try (TestKubelet kubelet = TestKubelet.on(client).nodes(3).start(); Population population = Population.on(client, kubelet)) {
            say("clusters", begin);
            List<Load> loads = new ArrayList<>();
            for (int resources : RESOURCES) {
                Load load = load(operator, population, resources);
                loads.add(load);
                say(Text.of("%d resources: first reconciliation after %.2f s, at most %d MiB, %.1f %% of a core, %d writes, load %.1f", resources, load.median(Start::firstLook),
                        load.worstResident(), load.cpu(), load.requests().writes().all().size(), load.load()), begin);
            }
            return new Findings(loads, plans);
        }
    }

    /** One whole maintenance of each kind, in a cluster that has no other, beside whatever else there is. */
    private static List<Way> ways(OperatorUnderTest operator, Population population) throws Exception {
        // the first of a process loads what all others use
        way(operator, population, "warm-up", spec -> { });
        return List.of(way(operator, population, HANDOVER, spec -> { }), way(operator, population, SLOTS, spec -> spec.setDemoteNode(false)));
    }

    private static Way way(OperatorUnderTest operator, Population population, String what, Consumer<NodeMaintenanceSpec> more) throws Exception {
        Maintenances maintenances = population.maintenances(Population.APART);
        String name = "way";
        Instant begin = Instant.now();
        maintenances.on(name, Population.POD, more);
        maintenances.awaitReady(name, Reason.InMaintenance);
        Instant in = Instant.now();
        population.apart().awaitHealthy(Duration.ofSeconds(30));
        Instant leave = Instant.now();
        maintenances.delete(name);
        maintenances.awaitGone(name);
        Instant gone = Instant.now();
        population.apart().awaitHealthy(Duration.ofSeconds(30));
        return new Way(what, seconds(begin, in), operator.requests(begin, in).in(Population.APART).counted(), seconds(leave, gone), operator.requests(leave, gone).in(Population.APART).counted());
    }

    private static Load load(OperatorUnderTest operator, Population population, int resources) throws Exception {
        population.grow(resources);
        List<Way> ways;
        try (OperatorRun run = operator.start()) {
            run.awaitReady();
            population.await(resources);
            ways = ways(operator, population);
            run.end();
        }
        List<Start> starts = new ArrayList<>();
        for (int i = 1; i < STARTS; i++) {
            try (OperatorRun run = operator.start()) {
                starts.add(start(operator, run, population));
                run.end();
            }
        }
        try (OperatorRun run = operator.start()) {
            starts.add(start(operator, run, population));
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            Load load = idle(operator, run, resources, ways, starts);
            run.end();
            return load;
        }
    }

    /** One more resource is there, that nobody has answered yet: a status is written only where it changes. */
    private static Start start(OperatorUnderTest operator, OperatorRun run, Population population) throws Exception {
        Maintenances maintenances = population.maintenances(Population.namespace(0));
        maintenances.on("fresh", "nobody-0");
        double ready = run.awaitReady().toNanos() / 1e9;
        maintenances.awaitStalled("fresh", Reason.PodNotFound);
        maintenances.delete("fresh");
        maintenances.awaitGone("fresh");
        Requests requests = operator.requests(run.begun(), Instant.now());
        return new Start(ready, since(run, requests, r -> r.what().equals("list configmaps")), since(run, requests, r -> r.what().equals("patch nodemaintenances/status")));
    }

    private static double since(OperatorRun run, Requests requests, java.util.function.Predicate<Request> kind) {
        return seconds(run.begun(), requests.first(kind).orElseThrow(() -> new IllegalStateException("it asked only for " + requests.counted())));
    }

    private static Load idle(OperatorUnderTest operator, OperatorRun run, int resources, List<Way> ways, List<Start> starts) throws Exception {
        Instant begin = Instant.now();
        Usage before = Usage.of(run.pid());
        List<Long> resident = new ArrayList<>();
        for (int i = 0; i < WINDOW_SECONDS; i++) {
            TimeUnit.SECONDS.sleep(1);
            resident.add(run.resident());
        }
        Usage after = Usage.of(run.pid());
        Instant end = Instant.now();
        return new Load(resources, Population.state(resources), ways, starts, resident, 100 * (after.cpuSeconds() - before.cpuSeconds()) / seconds(begin, end), after.threads(),
                seconds(begin, end), operator.requests(begin, end), Machine.load());
    }

    private static Map<Question, Figures> plans(OperatorUnderTest operator) throws Exception {
        Map<Question, Figures> figures = new EnumMap<>(Question.class);
        for (Question question : Question.values()) {
            ProcessBuilder builder = operator.beside(PlanCost.class, List.of(PLAN_MEMORY));
            builder.command().addAll(List.of(question.name(), String.valueOf(NODES)));
            Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(question + " was not measured: " + said);
            }
            System.out.println(question + ": " + said.strip());
            figures.put(question, Figures.parse(said));
        }
        return figures;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    private static int number(String name, int otherwise) {
        return Optional.ofNullable(System.getenv(name)).map(Integer::parseInt).orElse(otherwise);
    }

    private static void say(String what, Instant begin) {
        System.out.println(what + ": done after " + Duration.between(begin, Instant.now()).toSeconds() + " s");
    }
}
