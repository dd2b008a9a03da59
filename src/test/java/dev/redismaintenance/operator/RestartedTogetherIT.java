package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * All pods of a cluster restart together while one of its nodes is in maintenance, each at a new address, and clients write until they go: what
 * becomes of it? They are told to end and not killed, so each has what it acknowledged on its disk.
 */
class RestartedTogetherIT {
    private Scene scene;

    @AfterEach
    void stop() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_person_is_told_what_to_do_and_with_the_setting_the_operator_does_it(String image) {
        scene = new Scene(image);
        long keys = scene.cluster.keys();
        scene.withLedger();
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        restartAll();

        NodeMaintenance told = scene.maintenances.awaitStalled("patch", Reason.Scattered);
        Condition stalled = ConditionList.find(told.getStatus().getConditions(), ConditionType.Stalled).orElseThrow();
        assertTrue(stalled.getMessage().contains("(CLUSTER MEET 127.") && stalled.getMessage().contains("redis-maintenance.heal-restarted-clusters=true"), stalled::getMessage);
        scene.awaitLooks();
        scene.awaitThat("all down, introduced by nobody", () -> scene.cluster.pods().stream().allMatch(this::down));

        scene.stopOperator();
        try (RunningOperator healing = new RunningOperator(scene.ground.account(), scene.ground.namespace, k -> k, s -> s, Scene.QUICK, true)) {
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            assertTrue(healing.steps().contains("Meet"));
            scene.cluster.awaitHealthy(Duration.ofSeconds(60));
            assertTrue(scene.closed("cache-1"));
            scene.awaitWrites(200);
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
            scene.assertRestored();
            assertNothingLost(keys);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void also_when_it_happens_on_the_way_out(String image) {
        scene = new Scene(image);
        long keys = scene.cluster.keys();
        scene.withLedger();
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.stopOperator();
        scene.maintenances.delete("patch");
        restartAll();
        try (RunningOperator healing = new RunningOperator(scene.ground.account(), scene.ground.namespace, k -> k, s -> s, Scene.QUICK, true)) {
            scene.awaitThat("all up", () -> scene.cluster.pods().stream().noneMatch(this::down));
            scene.maintenances.awaitGone("patch");
            scene.assertRestored();
            assertNothingLost(keys);
        }
    }

    /** Of what was there before; what was written is judged when the scene closes. */
    private void assertNothingLost(long keys) {
        scene.awaitWrites(200);
        scene.deleteLedger();
        assertEquals(keys, scene.cluster.keys());
    }

    private boolean down(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return jedis.clusterInfo().contains("cluster_state:fail");
        }
    }

    /** Every pod is deleted at once and made again when all are gone; none gets its address back. */
    private void restartAll() {
        scene.cluster.pods().forEach(pod -> scene.ground.client.pods().inNamespace(scene.ground.namespace).withName(pod).delete());
        scene.awaitThat("all gone", () -> scene.ground.client.pods().inNamespace(scene.ground.namespace).list().getItems().isEmpty());
        scene.cluster.pods().forEach(scene.cluster::recreatePod);
    }
}
