package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** What becomes of the copy that a node in maintenance holds, with a spare and without? */
class ReplicaDutyIT {
    private Scene scene;

    @AfterEach
    void stop() {
        scene.close();
    }

    /** Returns when the operator is about to let the node go, having checked that the shard has its other copy then. */
    private void checkAtLettingGo(String primary, String node) {
        scene.brake.awaitHeld("letGo");
        try (Jedis jedis = scene.cluster.jedis(primary)) {
            String info = jedis.info("replication");
            assertTrue(info.lines().anyMatch(l -> l.startsWith("slave") && l.contains("state=online") && !l.contains(scene.cluster.ip(node))), info);
            assertEquals(jedis.dbSize(), copies(primary, node), "the spare has not all keys");
        }
        scene.brake.release("letGo");
    }

    /** How many keys the replica has that is not on this node. */
    private long copies(String primary, String not) {
        String id = scene.cluster.nodeId(primary);
        return scene.cluster.pods().stream().filter(pod -> !pod.equals(not)).mapToLong(pod -> {
            try (Jedis jedis = scene.cluster.jedis(pod)) {
                return jedis.clusterNodes().lines().anyMatch(l -> l.contains("myself,slave") && l.contains(id)) ? jedis.dbSize() : 0;
            }
        }).max().orElse(0);
    }

    private long keys(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return jedis.dbSize();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void an_empty_spare_takes_over_what_a_replica_holds(String image) {
        scene = new Scene(image, spec -> spec.spares(1));
        scene.brake.hold("letGo");
        scene.maintenances.on("patch", "cache-4");
        checkAtLettingGo("cache-1", "cache-4");
        assertHoldsNothing(scene.maintenances.awaitReady("patch", Reason.InMaintenance), "cache-4");
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
        assertEquals(keys("cache-1"), keys("cache-4"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void a_primary_hands_over_and_an_empty_spare_takes_the_replica_that_it_became(String image) {
        scene = new Scene(image, spec -> spec.spares(1));
        long keys = keys("cache-1");
        scene.brake.hold("letGo");
        scene.maintenances.on("patch", "cache-1");
        checkAtLettingGo("cache-4", "cache-1");
        assertHoldsNothing(scene.maintenances.awaitReady("patch", Reason.InMaintenance), "cache-1");
        assertEquals(keys, keys("cache-4"));
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
        assertEquals(keys, keys("cache-1"));
        assertEquals(keys, keys("cache-4"));
    }

    private void assertHoldsNothing(NodeMaintenance in, String pod) {
        assertTrue(Maintenances.has(in, ConditionType.ReplicasEvicted, ConditionStatus.True, Finding.HoldsNoReplica), () -> "" + in.getStatus());
        assertEquals(0, keys(pod));
        assertFalse(scene.servesSlots(pod));
        assertTrue(scene.cluster.placement().of(scene.cluster.nodeId(pod)).primary());
    }

    @Test
    void the_second_replica_of_another_shard_is_lent() {
        scene = new Scene("redis:8.0", spec -> spec.primaries(3).replicasPerPrimary(2));
        scene.brake.hold("letGo");
        scene.maintenances.on("patch", "cache-4");
        checkAtLettingGo("cache-1", "cache-4");
        assertHoldsNothing(scene.maintenances.awaitReady("patch", Reason.InMaintenance), "cache-4");
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @Test
    void without_a_spare_the_replica_stays_and_says_so() {
        scene = new Scene("valkey:8.1");
        scene.maintenances.on("patch", "cache-4");
        NodeMaintenance in = scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertTrue(Maintenances.has(in, ConditionType.ReplicasEvicted, ConditionStatus.False, Finding.NoSpare), () -> "" + in.getStatus());
        assertEquals("yes", scene.setting("cache-4", "cluster-replica-no-failover"));
        assertEquals(scene.placement(), scene.cluster.placement());
        assertTrue(scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems().stream()
                .anyMatch(e -> e.getReason().equals(Finding.NoSpare.name()) && e.getType().equals("Warning")));
        scene.kill("cache-1");
        scene.maintenances.await("patch", "no longer safe", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.NoLongerSafe));
        scene.awaitThat("failed in the eyes of the others", () -> view("cache-0").contains("master,fail "));
        scene.awaitLooks();
        assertFalse(scene.servesSlots("cache-4"), "it was to be kept from promotion");
        scene.revive("cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    private String view(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return jedis.clusterNodes();
        }
    }

    @Test
    void a_replica_that_is_not_to_be_evicted_stays_and_is_promoted_when_it_has_to_be() {
        scene = new Scene("valkey:9.1", spec -> spec.spares(1));
        scene.maintenances.on("patch", "cache-4", spec -> spec.setEvictHaReplica(false));
        NodeMaintenance in = scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertTrue(Maintenances.has(in, ConditionType.ReplicasEvicted, ConditionStatus.False, Finding.NotRequested), () -> "" + in.getStatus());
        assertEquals("no", scene.setting("cache-4", "cluster-replica-no-failover"));
        assertEquals(scene.placement(), scene.cluster.placement());
        scene.kill("cache-1");
        scene.awaitThat("promoted", () -> scene.servesSlots("cache-4"));
        scene.maintenances.await("patch", "not ready", m -> ConditionList.find(m.getStatus().getConditions(), ConditionType.Ready).orElseThrow()
                .getStatus() == ConditionStatus.False && m.getStatus().getShards().equals("1/0"));
        scene.revive("cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertFalse(scene.servesSlots("cache-4"));
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }
}
