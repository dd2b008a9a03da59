package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.plan.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Is a node that is in maintenance looked after: is Ready taken back when it no longer holds, and is the mark kept through a restart? */
class WatchedIT {
    private Scene scene;

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void ready_is_taken_back_while_the_other_copy_is_dead() {
        scene = new Scene("valkey:9.1");
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.kill("cache-4");
        scene.maintenances.await("patch", "no longer safe", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.NoLongerSafe));
        Condition ready = scene.maintenances.condition("patch", ConditionType.Ready).orElseThrow();
        assertTrue(ready.getMessage().contains("cache-4"), ready.getMessage());
        scene.revive("cache-4");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void a_restart_on_a_new_address_keeps_it_closed_and_needs_only_what_it_missed(String image) {
        scene = new Scene(image).withLedger();
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        String oldIp = scene.cluster.ip("cache-1");
        long full = stat("cache-4", "sync_full");
        long partial = stat("cache-4", "sync_partial_ok");

        scene.cluster.deletePod("cache-1");
        scene.cluster.loadData(100_000);
        scene.cluster.recreatePod("cache-1");
        assertNotEquals(oldIp, scene.cluster.ip("cache-1"));
        scene.awaitThat("marked again", () -> scene.closed("cache-1"));
        scene.awaitThat("kept from promotion again", () -> scene.setting("cache-1", "cluster-replica-no-failover").equals("yes")
                && scene.setting("cache-1", "cluster-allow-replica-migration").equals("no"));
        scene.awaitThat("own address", () -> slotsAsToldBy("cache-1").contains(scene.cluster.ip("cache-1")) && !slotsAsToldBy("cache-1").contains(oldIp));
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.cluster.awaitHealthy(java.time.Duration.ofSeconds(30));
        assertEquals(full, stat("cache-4", "sync_full"), "a full copy was sent");
        assertEquals(partial + 1, stat("cache-4", "sync_partial_ok"));
        assertFalse(scene.servesSlots("cache-1"));

        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
        assertEquals("", scene.setting("cache-1", "cluster-announce-ip"));
    }

    private long stat(String pod, String name) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return jedis.info("stats").lines().filter(l -> l.startsWith(name + ":")).map(l -> Long.parseLong(l.split(":")[1].trim())).findFirst().orElseThrow();
        }
    }

    private String slotsAsToldBy(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return text(jedis.sendCommand(Protocol.Command.CLUSTER, "SLOTS"));
        }
    }

    private static String text(Object reply) {
        return reply instanceof List<?> list ? list.stream().map(WatchedIT::text).toList().toString()
                : reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }
}
