package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Another shard fails over while a node is in maintenance, by hand or by an election: is that let come to rest before anything is done? */
class ForeignFailoverIT {
    private Scene scene;

    @AfterEach
    void close() {
        scene.close();
    }

    private void leavesAfterItHasComeToRest() {
        scene.maintenances.delete("patch");
        NodeMaintenance told = scene.maintenances.await("patch", "told", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.WaitingForTurn));
        Condition ready = ConditionList.find(told.getStatus().getConditions(), ConditionType.Ready).orElseThrow();
        assertTrue(ready.getMessage().contains("has failed over from cache-0 to cache-3"), ready.getMessage());
        scene.maintenances.awaitGone("patch");
        assertTrue(scene.servesSlots("cache-1"), "the role came back");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void leaving_waits_until_somebodys_failover_of_another_shard_has_come_to_rest_says_so_and_leaves_it_as_it_is(String image) {
        scene = new Scene(image).withLedger();
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.awaitLooks();
        try (Jedis jedis = scene.cluster.jedis("cache-3")) {
            jedis.clusterFailover();
        }
        scene.awaitThat("failed over", () -> scene.servesSlots("cache-3"));
        leavesAfterItHasComeToRest();
        assertTrue(scene.servesSlots("cache-3"), "what a person did is not undone");
        scene.assertOpened();
        assertEquals(1, scene.steps().stream().filter("Handover"::equals).count() - 1, () -> "one there and one back: " + scene.steps());
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void leaving_waits_likewise_until_an_election_has_come_to_rest(String image) {
        scene = new Scene(image);
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.awaitLooks();
        scene.kill("cache-0");
        scene.awaitThat("elected", () -> scene.servesSlots("cache-3"));
        scene.revive("cache-0");
        leavesAfterItHasComeToRest();
        assertTrue(scene.servesSlots("cache-3"), "who was elected stays");
        scene.assertOpened();
    }
}
