package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** What others do to a node that is in maintenance: each has its outcome, and is told. */
class WhileInMaintenanceIT {
    private Scene scene;

    @AfterEach
    void stop() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void somebody_who_fails_over_by_hand_onto_the_closed_node_has_it_taken_back_without_an_error(String image) {
        scene = new Scene(image);
        enter();
        try (Traffic traffic = Traffic.on(scene.cluster).start()) {
            traffic.awaitWrites(100);
            try (Jedis jedis = scene.cluster.jedis("cache-1")) {
                jedis.clusterFailover();
            }
            scene.awaitThat("handed over again", () -> told(Reason.HandingOver) >= 2 && !scene.servesSlots("cache-1"));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            traffic.awaitWrites(100);
            Traffic.Report report = traffic.stop();
            assertEquals(0, report.lost() + report.stale() + report.failed(), report::toString);
        }
        leave();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_replica_that_somebody_promotes_and_that_may_not_give_the_role_away_gives_its_slots_and_has_them_back(String image) {
        scene = new Scene(image, spec -> spec.layout("worker-1", "worker-1", "worker-2", "worker-2", "worker-3", "worker-1"));
        long keys = scene.cluster.keys();
        scene.maintenances.on("patch", "cache-4", spec -> {
            spec.setEvictHaReplica(false);
            spec.setDemoteNode(false);
        });
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        try (Jedis jedis = scene.cluster.jedis("cache-4")) {
            jedis.clusterFailover();
        }
        scene.awaitThat("promoted and emptied", () -> told(Reason.MovingSlots) >= 1 && !scene.servesSlots("cache-4"));
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        assertTrue(scene.servesSlots("cache-4"));
        try (Jedis jedis = scene.cluster.jedis("cache-1")) {
            assertEquals("slave", jedis.role().get(0));
        }
        assertEquals("yes", scene.setting("cache-1", "cluster-allow-replica-migration"));
        assertEquals(keys, scene.cluster.keys());
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_part_of_the_mark_that_somebody_takes_off_is_put_on_again(String image) {
        scene = new Scene(image);
        enter();
        String since = scene.maintenances.get("patch").orElseThrow().getStatus().getSince();
        scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").edit(pod -> {
            pod.getMetadata().getLabels().remove("redis-maintenance.dev/closed");
            return pod;
        });
        scene.awaitThat("marked again", () -> scene.closed("cache-1"));
        scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").edit(pod -> {
            pod.getMetadata().getAnnotations().remove("redis-maintenance.dev/maintenance");
            return pod;
        });
        scene.awaitThat("annotated again", () -> scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").get()
                .getMetadata().getAnnotations().getOrDefault("redis-maintenance.dev/maintenance", "").contains("patch"));
        NodeMaintenance again = scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals(since, again.getStatus().getSince());
        leave();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void settings_that_somebody_puts_back_are_set_again(String image) {
        scene = new Scene(image);
        enter();
        try (Jedis jedis = scene.cluster.jedis("cache-1")) {
            jedis.configSet("cluster-replica-no-failover", "no");
        }
        scene.awaitThat("kept from promotion again", () -> scene.setting("cache-1", "cluster-replica-no-failover").equals("yes"));
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        leave();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_pod_that_is_gone_for_as_long_as_its_machine_is_serviced_leaves_it_in_maintenance(String image) {
        scene = new Scene(image);
        enter();
        String since = scene.maintenances.get("patch").orElseThrow().getStatus().getSince();
        scene.cluster.deletePod("cache-1");
        scene.awaitLooks();
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        NodeMaintenance away = scene.maintenances.get("patch").orElseThrow();
        assertEquals("cache-1", away.getStatus().getNodes().get(0).getPodName());
        assertFalse(scene.maintenances.snapshots().isEmpty());
        scene.cluster.recreatePod("cache-1");
        scene.awaitThat("marked again", () -> scene.closed("cache-1"));
        NodeMaintenance back = scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals(since, back.getStatus().getSince());
        leave();
    }

    private void enter() {
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
    }

    private void leave() {
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
        assertTrue(scene.maintenances.snapshots().isEmpty());
    }

    private long told(Reason reason) {
        return scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems().stream()
                .filter(e -> e.getReason().equals(reason.name())).count();
    }
}
