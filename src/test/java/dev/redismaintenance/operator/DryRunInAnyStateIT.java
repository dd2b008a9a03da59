package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/**
 * In whatever state the cluster is: is a dry run answered, and nothing touched? Asked at once are the way in of cache-1 and the way out of
 * cache-2, which is in maintenance and whose shard cache-5 has.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DryRunInAnyStateIT {
    private static final int FREE = 7;
    private final Brake brake = new Brake();
    private final List<Runnable> undo = new ArrayList<>();
    private Ground ground;
    private Maintenances maintenances;
    private RedisCluster cluster;
    private RunningOperator operator;

    @BeforeAll
    void start() {
        ground = new Ground(6);
        maintenances = new Maintenances(ground.client, ground.namespace);
        // who is frozen must not be failed over while the world is compared
        cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image("valkey:9.1").primaries(3).replicasPerPrimary(1)
                .layout("worker-1", "worker-2", "worker-3", "worker-4", "worker-5", "worker-6")
                .args("--cluster-node-timeout", "60000", "--repl-diskless-sync-delay", "0", "--enable-debug-command", "yes").create();
        cluster.loadData(500_000);
        operator = new RunningOperator(ground.account(), ground.namespace, brake.on(Kubernetes.class), brake.on(Servers.class), Scene.QUICK);
        maintenances.on("held", "cache-2");
        maintenances.awaitReady("held", Reason.InMaintenance);
    }

    @AfterAll
    void stop() {
        operator.close();
        cluster.close();
        ground.close();
    }

    @AfterEach
    void asBefore() {
        undo.forEach(Runnable::run);
        undo.clear();
        if (maintenances.get("asked").isPresent()) {
            maintenances.delete("asked");
            maintenances.awaitGone("asked");
        }
        maintenances.edit("held", spec -> {
            spec.setMode(Mode.On);
            spec.setDryRun(false);
        });
        cluster.awaitHealthy(Duration.ofSeconds(60));
        maintenances.awaitReady("held", Reason.InMaintenance);
    }

    @Test
    void a_whole_cluster() {
        asked();
        told("asked", Reason.Planned, "step(s) are foreseen");
        told("held", Reason.Planned, "step(s) are foreseen");
        assertEquals(List.of("TakeSnapshot", "WriteMark", "SetSetting", "SetSetting", "Handover"), foreseen("asked").subList(0, 5));
        assertTrue(foreseen("held").containsAll(List.of("WriteMark", "Handover", "RemoveMark", "DeleteSnapshot")), () -> foreseen("held").toString());
    }

    @Test
    void a_slot_that_somebody_is_moving() {
        try (Jedis jedis = cluster.jedis("cache-0")) {
            jedis.clusterSetSlotMigrating(FREE, cluster.nodeId("cache-5"));
        }
        undo.add(() -> on("cache-0", jedis -> jedis.clusterSetSlotStable(FREE)));
        asked();
        for (String name : List.of("asked", "held")) {
            told(name, Reason.WaitingForTurn, "slot 7 from cache-0 to cache-5");
            gate(name, "NoOtherOperation", GateAnswer.Waiting);
        }
    }

    @Test
    void the_only_replica_down() {
        freeze("cache-4");
        asked();
        told("asked", Reason.NoEligibleReplica, "dry run: it would be refused", "cache-4", "does not answer");
        gate("asked", "RedundancyKept", GateAnswer.Refused);
        told("held", Reason.Planned, "step(s) are foreseen");
    }

    @Test
    void another_primary_down() {
        freeze("cache-0");
        asked();
        for (String name : List.of("asked", "held")) {
            told(name, Reason.GateRefused, "dry run: it would be refused", "ClusterHealthy", "cache-0");
            gate(name, "ClusterHealthy", GateAnswer.Refused);
        }
    }

    @Test
    void the_node_that_is_in_maintenance_down() {
        freeze("cache-2");
        asked();
        told("asked", Reason.Planned, "step(s) are foreseen");
        told("held", Reason.WaitingForPod, "cache-2 does not answer yet");
    }

    @Test
    void replicas_that_have_lost_their_link() {
        for (String replica : List.of("cache-4", "cache-2")) {
            // its primary has no password, so a replica that shows one is turned away
            on(replica, jedis -> jedis.configSet("primaryauth", "unwanted"));
            undo.add(() -> on(replica, jedis -> jedis.configSet("primaryauth", "")));
        }
        cutOff();
        asked();
        copiesAreMissing();
    }

    @Test
    void replicas_that_are_still_to_be_synchronised() {
        for (String primary : List.of("cache-1", "cache-5")) {
            on(primary, jedis -> {
                jedis.configSet("repl-diskless-sync-delay", "3600");
                jedis.sendCommand(() -> "DEBUG".getBytes(), "CHANGE-REPL-ID");
            });
            undo.add(() -> on(primary, jedis -> jedis.configSet("repl-diskless-sync-delay", "0")));
        }
        cutOff();
        asked();
        copiesAreMissing();
    }

    private void cutOff() {
        for (String primary : List.of("cache-1", "cache-5")) {
            on(primary, jedis -> jedis.clientKill(new ClientKillParams().type(ClientType.REPLICA)));
        }
        for (String replica : List.of("cache-4", "cache-2")) {
            await(replica + " cut off", () -> info(replica).contains("master_link_status:down"));
        }
    }

    private void copiesAreMissing() {
        told("asked", Reason.GateRefused, "dry run: it would be refused", "RedundancyKept", "no in-sync copy", "cache-4");
        gate("asked", "RedundancyKept", GateAnswer.Refused);
        told("held", Reason.Planned, "how it goes on shows only then: cache-2");
        assertTrue(foreseen("held").contains("WriteMark") && !foreseen("held").contains("Handover"), () -> foreseen("held").toString());
    }

    @Test
    void a_slot_that_nobody_owns_and_all_say_that_the_cluster_has_failed() {
        on("cache-0", jedis -> jedis.clusterGetKeysInSlot(FREE, 1000).forEach(jedis::del));
        // the owner first: as long as it claims the slot the others learn it again
        cluster.pods().forEach(pod -> on(pod, jedis -> jedis.clusterDelSlots(FREE)));
        undo.add(() -> on("cache-0", jedis -> jedis.clusterAddSlots(FREE)));
        await("failed", () -> cluster.pods().stream().allMatch(this::hasFailed));
        asked();
        for (String name : List.of("asked", "held")) {
            told(name, Reason.GateRefused, "dry run: it would be refused", "ClusterHealthy", "1 slots are owned by no node: 7");
            gate(name, "ClusterHealthy", GateAnswer.Refused);
        }
    }

    /** Both ways, for several looks. */
    private void asked() {
        Untouched world = Untouched.since(ground.client, ground.namespace, cluster);
        List<String> taken = operator.steps();
        maintenances.on("asked", "cache-1", spec -> {
            spec.setDemoteNode(true);
            spec.setDryRun(true);
        });
        maintenances.edit("held", spec -> {
            spec.setMode(Mode.Off);
            spec.setDryRun(true);
        });
        for (String name : List.of("asked", "held")) {
            maintenances.await(name, "answered", m -> ready(m).getStatus() == ConditionStatus.False);
        }
        brake.awaitMore("maintenances", 6);
        world.check();
        assertEquals(taken, operator.steps());
    }

    private void told(String name, Reason reason, String... words) {
        // who was looked at while the other had not been answered yet waits for its turn for a moment
        Condition ready = ready(maintenances.await(name, reason.name(), m -> ready(m).getReason().equals(reason.name())));
        for (String word : words) {
            assertTrue(ready.getMessage().contains(word), word + " is not in: " + ready.getMessage());
        }
    }

    private void gate(String name, String gate, GateAnswer answer) {
        List<GateStatus> gates = maintenances.get(name).orElseThrow().getStatus().getGates();
        assertEquals(List.of(answer), gates.stream().filter(g -> g.getName().equals(gate)).map(GateStatus::getVerdict).toList(), gates::toString);
    }

    private List<String> foreseen(String name) {
        return maintenances.get(name).orElseThrow().getStatus().getPlan().stream().map(PlanStep::getStep).toList();
    }

    private static Condition ready(NodeMaintenance m) {
        return ConditionList.find(m.getStatus().getConditions(), ConditionType.Ready).orElseThrow();
    }

    /** Returns when its kubelet has noticed: what that writes later would be a change. */
    private void freeze(String pod) {
        ground.kubelet.freeze(ground.namespace + "/" + pod);
        undo.add(() -> ground.kubelet.thaw(ground.namespace + "/" + pod));
        await(pod + " not ready", () -> !cluster.isReady(pod));
    }

    private void on(String pod, java.util.function.Consumer<Jedis> order) {
        try (Jedis jedis = cluster.jedis(pod)) {
            order.accept(jedis);
        }
    }

    private String info(String pod) {
        try (Jedis jedis = cluster.jedis(pod)) {
            return jedis.info("replication");
        }
    }

    private boolean hasFailed(String pod) {
        try (Jedis jedis = cluster.jedis(pod)) {
            return jedis.clusterInfo().contains("cluster_state:fail");
        }
    }

    private static void await(String what, Callable<Boolean> seen) {
        Awaitility.await(what).atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).until(seen);
    }
}
