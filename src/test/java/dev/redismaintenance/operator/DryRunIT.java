package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.docs.ShownOutput;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.kubernetes.MarkText;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dryRun: true} on real servers: nothing is touched, and the real run does what was foreseen. */
class DryRunIT {
    /** Reads, and what the servers may do by themselves a moment before we do. */
    private static final Set<String> NOT_FORESEEN = Set.of("CountSlots", "Meet");

    private static final String PLAN = "kubectl get rnm patch -o jsonpath='{range .status.plan[*]}{.survives}{\"  \"}{.step}{\": \"}{.message}{\"\\n\"}{end}'";

    @ParameterizedTest
    @CsvSource({"redis:7.0, 1, 0", "redis:8.0, 1, 1", "valkey:9.1, 1, 1", "redis:7.0, 0, 0", "valkey:9.1, 0, 0", "valkey:9.1, 0, 1"})
    void what_is_foreseen_is_done_when_it_is_switched_to_a_real_run(String image, int replicas, int spares) throws Exception {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image, replicas, spares);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            Untouched untouched = Untouched.since(ground.client, ground.namespace, cluster);
            maintenances.on("patch", "cache-1", spec -> spec.setDryRun(true));
            NodeMaintenance planned = planned(maintenances);
            untouched.check();
            show(ground, image, replicas, spares);
            List<PlanStep> plan = planned.getStatus().getPlan();
            assertTrue(plan.stream().allMatch(step -> step.getBytes() > 0 == step.getSeconds() > 0), plan::toString);
            assertFalse(plan.isEmpty());
            if (replicas + spares == 0) {
                PlanStep move = plan.stream().filter(s -> s.getStep().equals("MoveSlots")).findFirst().orElseThrow();
                assertTrue(move.getBytes() > 15_000_000, move::toString);
            }

            maintenances.edit("patch", spec -> spec.setDryRun(false));
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(certain(plan.stream().map(PlanStep::getStep).toList()), certain(operator.steps()));
            assertEquals(planned.getStatus().getFailureTolerance().getInMaintenance(),
                    maintenances.get("patch").orElseThrow().getStatus().getFailureTolerance().getInMaintenance());
            plan.stream().filter(s -> s.getStep().equals("Handover"))
                    .forEach(s -> assertFalse(cluster.placement().of(cluster.nodeId(s.getTo())).slots().isEmpty(), "another one took over"));

            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(before, cluster.placement());
        }
    }

    /** With a spare, and with nothing but slots to move: what the page shows. */
    private static void show(Ground ground, String image, int replicas, int spares) throws Exception {
        ShownOutput page = new ShownOutput("docs/dry-run.md", ground.api, ground.namespace);
        if (image.startsWith("valkey") && replicas + spares == 2) {
            page.check("DryRunIT plan", PLAN);
        } else if (image.startsWith("redis") && replicas + spares == 0) {
            page.check("DryRunIT slots", PLAN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_dry_run_that_is_deleted_leaves_nothing_behind(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image, 1, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Untouched untouched = Untouched.since(ground.client, ground.namespace, cluster);
            maintenances.on("patch", "cache-4", spec -> spec.setDryRun(true));
            planned(maintenances);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            untouched.check();
            assertEquals(List.of(), certain(operator.steps()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void on_a_cluster_with_a_primary_down_it_says_what_would_be_refused(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image, 0, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            cluster.deletePod("cache-2");
            maintenances.on("patch", "cache-1", spec -> spec.setDryRun(true));
            NodeMaintenance refused = maintenances.awaitStalled("patch", Reason.GateRefused);
            String message = ConditionList.find(refused.getStatus().getConditions(), ConditionType.Ready).orElseThrow().getMessage();
            assertTrue(message.startsWith("dry run: it would be refused: "), message);
            assertEquals(List.of(), operator.steps());
            assertEquals(List.of(), maintenances.snapshots());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:8.1"})
    void made_a_dry_run_in_the_middle_of_a_move_it_stops_and_goes_on_when_it_is_none_any_more(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image, 0, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            cluster.loadData(150_000_000);
            Placement before = cluster.placement();
            maintenances.on("patch", "cache-1");
            maintenances.awaitMoving("patch");
            maintenances.edit("patch", spec -> spec.setDryRun(true));
            List<PlanStep> rest = planned(maintenances).getStatus().getPlan();
            assertTrue(rest.stream().anyMatch(s -> s.getStep().equals("MoveSlots")), rest::toString);
            Placement stopped = cluster.placement();
            assertFalse(stopped.of(cluster.nodeId("cache-1")).slots().isEmpty(), "it was not stopped");

            maintenances.edit("patch", spec -> spec.setDryRun(false));
            maintenances.awaitReady("patch", Reason.InMaintenance);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(before, cluster.placement());
        }
    }

    /** The pod was made anew meanwhile, as the maintenance of its machine has it. */
    @ParameterizedTest
    @CsvSource({"redis:7.0, 0, 0", "redis:8.0, 1, 0", "valkey:9.1, 1, 1"})
    void what_is_foreseen_of_the_way_out_touches_nothing_and_is_done_when_it_is_switched_to_a_real_run(String image, int replicas, int spares) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image, replicas, spares);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            maintenances.on("patch", "cache-1");
            maintenances.awaitReady("patch", Reason.InMaintenance);
            cluster.recreatePod("cache-1");
            Awaitility.await("marked again").atMost(Duration.ofSeconds(60)).until(() -> ground.client.pods().inNamespace(ground.namespace).withName("cache-1").get()
                    .getMetadata().getLabels().containsKey(MarkText.LABEL));
            maintenances.awaitReady("patch", Reason.InMaintenance);
            cluster.awaitHealthy(Duration.ofSeconds(60));
            Awaitility.await("ready again").atMost(Duration.ofSeconds(60)).until(() -> cluster.isReady("cache-1"));

            Untouched untouched = Untouched.since(ground.client, ground.namespace, cluster);
            int taken = operator.steps().size();
            maintenances.edit("patch", spec -> {
                spec.setMode(Mode.Off);
                spec.setDryRun(true);
            });
            NodeMaintenance planned = planned(maintenances);
            untouched.check();
            List<PlanStep> plan = planned.getStatus().getPlan();
            List<String> foreseen = plan.stream().map(PlanStep::getStep).toList();
            assertTrue(foreseen.containsAll(List.of(replicas == 0 ? "MoveSlots" : "Handover", "WriteMark", "SetSetting", "RemoveMark", "DeleteSnapshot")), foreseen::toString);
            assertEquals(spares > 0, foreseen.contains("LetGo"), "a lent spare goes home: " + foreseen);
            assertTrue(replicas > 0 || plan.stream().mapToLong(PlanStep::getBytes).sum() > 15_000_000, plan::toString);

            maintenances.edit("patch", spec -> spec.setDryRun(false));
            maintenances.awaitReady("patch", Reason.Restored);
            assertEquals(foreseen, certain(operator.steps().subList(taken, operator.steps().size())));
            assertEquals(before, cluster.placement());
            assertEquals(List.of(), maintenances.snapshots());
        }
    }

    private static NodeMaintenance planned(Maintenances maintenances) {
        return maintenances.await("patch", "planned", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.Planned));
    }

    private static List<String> certain(List<String> steps) {
        return steps.stream().filter(s -> !NOT_FORESEEN.contains(s)).toList();
    }

    private static RedisCluster cluster(Ground ground, String image, int replicas, int spares) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image).primaries(3)
                .replicasPerPrimary(replicas).spares(spares).args("--cluster-node-timeout", "5000").create();
        cluster.loadData(60_000_000);
        return cluster;
    }
}
