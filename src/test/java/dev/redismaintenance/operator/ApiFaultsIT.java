package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** The API server is in trouble while a node goes into maintenance and comes out of it, under traffic: the end is as ever. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiFaultsIT {
    private static final String POD = "cache-1";
    private static final String SOURCE = "slots-1";
    private Ground ground;
    private Maintenances maintenances;
    private RedisCluster cluster;
    private Placement before;

    @BeforeAll
    void start() {
        ground = new Ground();
        maintenances = new Maintenances(ground.client, ground.namespace);
        cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image("valkey:9.1").primaries(3).replicasPerPrimary(1)
                .args("--cluster-node-timeout", "5000").create();
        cluster.loadData(500_000);
        before = cluster.placement();
    }

    @AfterAll
    void stop() {
        cluster.close();
        ground.close();
    }

    @ParameterizedTest
    @EnumSource(FaultyAnswers.Fault.class)
    void one_request_in_fifteen_fails(FaultyAnswers.Fault fault) throws Exception {
        try (FaultyAnswers answers = new FaultyAnswers(); KubernetesClient client = client(answers);
                RunningOperator operator = new RunningOperator(client, ground.namespace, k -> k, s -> s, Scene.QUICK)) {
            answers.oneIn(15, fault);
            inAndOut();
            assertTrue(answers.failed() >= 5, answers.failed() + " requests have failed");
            answers.none();
        }
    }

    /** Of a patch that has succeeded the answer is lost as well: it must not be made again. */
    @Test
    void a_whole_kubernetes_node_is_cordoned_once_and_opened_once_however_often_and_in_whatever_way_that_fails() throws Exception {
        try (FaultyAnswers answers = new FaultyAnswers(); KubernetesClient client = client(answers); CordonTape cordon = new CordonTape(ground.client, machine());
                RunningOperator operator = new RunningOperator(client, ground.namespace, ApiFaultsIT::losingAnswers, s -> s, Scene.QUICK)) {
            answers.nextNodePatches(FaultyAnswers.Fault.CONFLICT, FaultyAnswers.Fault.TOO_MANY_REQUESTS);
            inAndOut(spec -> spec.setNodeName(machine()), () -> {
                assertEquals(3, answers.nodePatches());
                answers.nextNodePatches(FaultyAnswers.Fault.INTERNAL_ERROR, FaultyAnswers.Fault.UNAVAILABLE, FaultyAnswers.Fault.CUT);
            });
            assertEquals(7, answers.nodePatches());
            assertEquals(5, answers.failed());
            assertCordonedOnce(cordon);
        }
    }

    private static Kubernetes losingAnswers(Kubernetes kubernetes) {
        return FaultyKubernetes.of(kubernetes, call -> call.equals("changeCordon") ? FaultyKubernetes.Fault.ANSWER_LOST : FaultyKubernetes.Fault.NONE);
    }

    private void assertCordonedOnce(CordonTape cordon) {
        List<String> once = List.of("open", "closed for " + ground.namespace + "/patch", "open");
        Awaitility.await("the last change of the cordon is seen").atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertEquals(once, cordon.changes()));
    }

    private String machine() {
        return ground.client.pods().inNamespace(ground.namespace).withName(POD).get().getSpec().getNodeName();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void its_connections_and_with_them_all_watches_are_cut_again_and_again(boolean wholeMachine) throws Exception {
        ScheduledExecutorService scissors = Executors.newSingleThreadScheduledExecutor();
        try (Wire wire = wire(); KubernetesClient client = client(wire); CordonTape cordon = new CordonTape(ground.client, machine());
                RunningOperator operator = new RunningOperator(client, ground.namespace, k -> k, s -> s, Scene.QUICK)) {
            scissors.scheduleAtFixedRate(wire::cut, 0, 300, TimeUnit.MILLISECONDS);
            if (wholeMachine) {
                inAndOut(spec -> spec.setNodeName(machine()), () -> { });
                assertCordonedOnce(cordon);
            } else {
                inAndOut();
            }
            scissors.shutdown();
            assertTrue(scissors.awaitTermination(10, TimeUnit.SECONDS));
        } finally {
            scissors.shutdownNow();
        }
    }

    private void inAndOut() {
        inAndOut(spec -> spec.setPodName(POD), () -> { });
    }

    private void inAndOut(Consumer<NodeMaintenanceSpec> target, Runnable meanwhile) {
        try (Traffic traffic = Traffic.on(cluster).opsPerSecond(500).start()) {
            traffic.awaitWrites(50);
            maintenances.on("patch", null, target);
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertFalse(cluster.placement().of(cluster.nodeId(POD)).primary());
            meanwhile.run();
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            traffic.awaitWrites(50);
            assertNothingLost(traffic.stop());
        }
        assertEquals(before, cluster.placement());
        assertEquals(0, maintenances.snapshots().size());
        cluster.awaitHealthy(Duration.ofSeconds(30));
    }

    @Test
    void out_of_reach_for_longer_than_the_lease_while_slots_move_the_process_stops_by_itself_and_another_goes_on() throws Exception {
        try (RedisCluster slots = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("slots").image("redis:7.0").primaries(3)
                .replicasPerPrimary(0).args("--cluster-node-timeout", "5000", "--save", "").create(); Wire wire = wire(); KubernetesClient cutOff = client(wire)) {
            slots.loadData(300_000_000);
            Placement whole = slots.placement();
            Duration lease = Duration.ofSeconds(1);
            try (RunningOperator first = new RunningOperator(cutOff, ground.namespace, k -> k, s -> s, Scene.QUICK, lease);
                    Traffic traffic = Traffic.on(slots).opsPerSecond(300).start()) {
                maintenances.on("patch", SOURCE);
                maintenances.awaitMoving("patch");
                wire.down();
                String left = awaitStill(slots);
                assertNotEquals("[]", left, "it had moved all slots before it could notice");
                try (RunningOperator second = new RunningOperator(ground.account(), ground.namespace, k -> k, s -> s, Scene.QUICK, lease)) {
                    maintenances.awaitReady("patch", Reason.InMaintenance);
                    wire.up();
                    maintenances.delete("patch");
                    maintenances.awaitGone("patch");
                }
                traffic.awaitWrites(50);
                assertNothingLost(traffic.stop());
            }
            assertEquals(whole, slots.placement());
        }
    }

    /** Waits until no slot has moved for two seconds; which are left, none of them half-way. */
    private static String awaitStill(RedisCluster cluster) {
        String[] last = {""};
        Awaitility.await("standstill").atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofSeconds(2)).until(() -> {
            String now = cluster.placement().of(cluster.nodeId(SOURCE)).slots().toString();
            boolean still = now.equals(last[0]);
            last[0] = now;
            return still;
        });
        try (Jedis jedis = cluster.jedis(SOURCE)) {
            assertFalse(jedis.clusterNodes().contains("["), jedis.clusterNodes());
        }
        return last[0];
    }

    private Wire wire() throws Exception {
        return new Wire(URI.create(ground.api.config().getMasterUrl()).getPort());
    }

    /** The client's own retries would hide the faults from the operator. */
    private KubernetesClient client(FaultyAnswers answers) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder(ground.accountConfig()).withRequestRetryBackoffLimit(0).build())
                .withHttpClientBuilderConsumer(b -> b.addOrReplaceInterceptor("faults", answers)).build();
    }

    private KubernetesClient client(Wire wire) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder(ground.accountConfig()).withMasterUrl("https://127.0.0.1:" + wire.port())
                .withRequestRetryBackoffLimit(1).withRequestTimeout(3000).build()).build();
    }

    private static void assertNothingLost(Traffic.Report report) {
        assertEquals(0, report.lost(), report::toString);
        assertEquals(0, report.stale(), report::toString);
    }
}
