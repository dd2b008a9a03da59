package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.Servers;
import dev.redismaintenance.plan.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

/** Somebody's tool has told a server to migrate slots (Valkey's atomic migration): is that waited for, told, and never cancelled? */
class ForeignMigrationIT {
    private static final String IMAGE = "valkey:9.1";
    /** The server copies and follows, and does not hand over before it may. */
    private static final String HELD = "1";
    private static final String GOES_ON = "0";
    private static final List<String> COPIED = List.of("replicating", "waiting-to-pause");
    private final Scene scene = new Scene(IMAGE, spec -> spec.args("--enable-debug-command", "yes")).withLedger();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void neither_entering_nor_leaving_begins_before_it_is_over_and_its_slots_stay_where_it_has_brought_them() throws Exception {
        // of the very node that is to go into maintenance: a failover in the middle would lose its keys
        SlotRanges first = SlotRanges.of(5500, 5599);
        migrate("cache-1", first, "cache-2");
        scene.maintenances.on("patch", "cache-1");
        assertWaits("slots 5500-5599 from cache-1 to cache-2");
        assertEquals(List.of(), scene.steps());
        scene.assertOpened();
        goesOn("cache-1", first, "cache-2");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);

        // of another one
        SlotRanges second = SlotRanges.of(100, 199);
        migrate("cache-0", second, "cache-2");
        List<String> taken = scene.steps();
        scene.maintenances.delete("patch");
        assertWaits("slots 100-199 from cache-0 to cache-2");
        assertEquals(taken, scene.steps());
        assertTrue(scene.closed("cache-1"));
        assertFalse(scene.servesSlots("cache-1"));
        goesOn("cache-0", second, "cache-2");
        scene.maintenances.awaitGone("patch");
        scene.assertOpened();
        assertEquals(before("cache-1").minus(first), slots("cache-1"));
        assertEquals(before("cache-0").minus(second), slots("cache-0"));
        assertEquals(before("cache-2").plus(first).plus(second), slots("cache-2"));
        scene.cluster.pods().forEach(pod -> assertFalse(stats(pod).contains("cluster|cancelslotmigrations"), pod));
    }

    /** By the tool of the servers, as a person would; returns when it has been copied and waits for being let go on. */
    private void migrate(String from, SlotRanges slots, String to) throws IOException, InterruptedException {
        hold(from, HELD);
        String[] ends = slots.toString().split("-");
        Process tool = new ProcessBuilder(Servers.tool(IMAGE).toString(), "-h", scene.cluster.ip(from), "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", ends[0], ends[1],
                "NODE", scene.cluster.nodeId(to)).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tool.waitFor(), said);
        assertEquals("OK", said.strip());
        Awaitility.await("copied").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertTrue(COPIED.contains(state(from)), () -> jobs(from).toString()));
    }

    private void goesOn(String from, SlotRanges slots, String to) {
        assertTrue(COPIED.contains(state(from)), () -> jobs(from).toString());
        hold(from, GOES_ON);
        scene.awaitThat("migrated", () -> slots.minus(slots(to)).isEmpty());
        scene.awaitThat("ended", () -> state(from).equals("success"));
    }

    private void assertWaits(String what) {
        NodeMaintenance told = scene.maintenances.await("patch", "waiting", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.WaitingForTurn));
        Condition ready = ConditionList.find(told, ConditionType.Ready).orElseThrow();
        assertTrue(ready.getMessage().contains("NoOtherOperation: somebody else is moving slots: " + what), ready::getMessage);
        assertTrue(told.getStatus().getGates().stream().anyMatch(g -> g.getName().equals("NoOtherOperation") && g.getVerdict() == GateAnswer.Waiting), told.getStatus()::toString);
        scene.awaitLooks();
    }

    private void hold(String pod, String value) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            jedis.sendCommand(() -> SafeEncoder.encode("DEBUG"), "SLOTMIGRATION", "PREVENT-PAUSE", value);
        }
    }

    /** Of the newest migration that the server tells of. */
    private String state(String pod) {
        List<?> newest = (List<?>) jobs(pod).get(0);
        return String.valueOf(newest.get(newest.indexOf("state") + 1));
    }

    private List<?> jobs(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return (List<?>) SafeEncoder.encodeObject(jedis.sendCommand(Protocol.Command.CLUSTER, "GETSLOTMIGRATIONS"));
        }
    }

    private SlotRanges slots(String pod) {
        return slots(scene.cluster.placement(), pod);
    }

    private SlotRanges before(String pod) {
        return slots(scene.placement(), pod);
    }

    private SlotRanges slots(Placement placement, String pod) {
        return SlotRanges.parse(String.join(" ", placement.of(scene.cluster.nodeId(pod)).slots()));
    }

    private String stats(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return jedis.info("commandstats");
        }
    }
}
