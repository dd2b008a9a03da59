package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.Servers;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/**
 * The cluster is another one when the node leaves: is the node restored all the same, is what became of the rest told and left alone, and
 * is no acknowledged write lost? On real servers, under traffic.
 */
class ChangedTopologyIT {
    private Scene scene;
    private String image;
    private Traffic traffic;

    @AfterEach
    void stop() {
        traffic.close();
        scene.close();
    }

    @Test
    void its_shard_has_failed_over_to_a_third_node_and_the_second_is_gone() {
        enter("redis:7.0", spec -> spec.replicasPerPrimary(2));
        String second = scene.servesSlots("cache-4") ? "cache-4" : "cache-7";
        String third = second.equals("cache-4") ? "cache-7" : "cache-4";
        try (Jedis jedis = scene.cluster.jedis(third)) {
            jedis.clusterFailover();
        }
        scene.awaitThat("failed over", () -> scene.servesSlots(third));
        gone(second, scene.cluster.nodeId(second));
        assertRestored(second + " is no longer a member");
        assertEquals(scene.cluster.nodeId("cache-1"), of(third).primaryId());
    }

    @Test
    void the_cluster_has_a_shard_more() throws Exception {
        enter("valkey:8.1", spec -> spec.replicasPerPrimary(1).spares(1), false);
        assertTrue(slots("cache-6").isEmpty() && of("cache-6").primary(), "an empty node is left to make a shard of");
        reshard("cache-0", "cache-6", 300);
        scene.awaitThat("a shard more", () -> slots("cache-6").count() == 300);
        assertRestored("cache-0 was primary of [0-5460] and is primary of [300-5460]", "cache-6 was primary of [] and is primary of [0-299]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void the_cluster_has_a_shard_less_and_slots_that_had_moved_there_were_moved_again(String server) throws Exception {
        enter(server, spec -> spec.primaries(4).replicasPerPrimary(0));
        SlotRanges there = slots("cache-3");
        assertTrue(there.intersects(recorded("cache-1")), "some of the node's slots went there: " + there);
        String id = scene.cluster.nodeId("cache-3");
        long steps = scene.steps().size();
        if (server.startsWith("valkey")) {
            migrate("cache-3", "cache-0", there);
        } else {
            reshard("cache-3", "cache-0", there.count());
        }
        scene.awaitThat("empty", () -> slots("cache-3").isEmpty());
        assertEquals(List.of(), scene.steps().stream().skip(steps).filter(step -> step.equals("MoveSlots") || step.equals("Adopt")).toList(), "moved by two at once");
        gone("cache-3", id);
        assertRestored("cache-3 is no longer a member", "cache-0 was primary of [0-4095] and is primary of [0-4095 12288-16383]");
        assertTrue(events().contains("somebody had moved on"), events());
    }

    @Test
    void a_spare_that_was_lent_is_gone() {
        enter("valkey:8.1", spec -> spec.replicasPerPrimary(1).spares(1));
        String id = scene.cluster.nodeId("cache-6");
        assertEquals(scene.cluster.nodeId("cache-4"), of("cache-6").primaryId(), "the spare was lent");
        scene.cluster.deletePod("cache-6");
        scene.mode("patch", Mode.Off);
        NodeMaintenance waits = scene.maintenances.await("patch", "waits for the spare", m -> ConditionList.find(m.getStatus().getConditions(), ConditionType.Ready)
                .orElseThrow().getMessage().startsWith("the lent spare cache-6 (" + id + ")"));
        assertTrue(Maintenances.has(waits, ConditionType.Ready, ConditionStatus.False, Reason.WaitingForPod));
        assertTrue(scene.servesSlots("cache-1"), "all else is given back");
        // what the message says
        forget(id, "cache-6");
        assertRestored("cache-6 is no longer a member");
    }

    private void enter(String server, UnaryOperator<ClusterSpec> more) {
        enter(server, more, true);
    }

    private void enter(String server, UnaryOperator<ClusterSpec> more, boolean evictHaReplica) {
        image = server;
        scene = new Scene(server, more);
        traffic = Traffic.on(scene.cluster).opsPerSecond(500).keys(2000).start();
        scene.maintenances.on("patch", "cache-1", spec -> spec.setEvictHaReplica(evictHaReplica));
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        traffic.awaitWrites(100);
    }

    /** Switched off, it ends with the node's own slots where they were, with no trace but these differences, and with every write there. */
    private void assertRestored(String... differences) {
        scene.mode("patch", Mode.Off);
        NodeMaintenance over = scene.maintenances.awaitReady("patch", Reason.Restored);
        assertTrue(Maintenances.has(over, ConditionType.Restored, ConditionStatus.True, Finding.WithDifferences), over.getStatus()::toString);
        String told = ConditionList.find(over, ConditionType.Restored).orElseThrow().getMessage();
        for (String difference : differences) {
            assertTrue(told.contains(difference), told);
        }
        assertEquals(recorded("cache-1"), slots("cache-1"));
        assertTrue(scene.markedPods().isEmpty() && scene.maintenances.snapshots().isEmpty(), "no trace");
        assertEquals("no yes", scene.setting("cache-1", "cluster-replica-no-failover") + " " + scene.setting("cache-1", "cluster-allow-replica-migration"));
        traffic.awaitWrites(100);
        Traffic.Report report = traffic.stop();
        assertEquals(0, report.lost() + report.stale(), report::toString);
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
    }

    private Placement.Position of(String pod) {
        return scene.cluster.placement().of(scene.cluster.nodeId(pod));
    }

    private SlotRanges slots(String pod) {
        return SlotRanges.parse(String.join(" ", of(pod).slots()));
    }

    private SlotRanges recorded(String pod) {
        return SlotRanges.parse(String.join(" ", scene.placement().of(scene.cluster.nodeId(pod)).slots()));
    }

    private String events() {
        return scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems().stream().map(e -> e.getMessage() + "\n").reduce("", String::concat);
    }

    private void gone(String pod, String id) {
        scene.cluster.deletePod(pod);
        forget(id, pod);
    }

    private void forget(String id, String pod) {
        scene.cluster.pods().stream().filter(other -> !other.equals(pod)).forEach(other -> {
            try (Jedis jedis = scene.cluster.jedis(other)) {
                // Valkey spreads it: some have heard of it already
                if (jedis.clusterNodes().contains(id)) {
                    jedis.clusterForget(id);
                }
            }
        });
    }

    /** As the server itself does it, where it can. */
    private void migrate(String from, String to, SlotRanges slots) {
        List<String> words = new ArrayList<>(List.of("MIGRATESLOTS"));
        slots.ranges().forEach(range -> words.addAll(List.of("SLOTSRANGE", String.valueOf(range[0]), String.valueOf(range[1]), "NODE", scene.cluster.nodeId(to))));
        try (Jedis jedis = scene.cluster.jedis(from)) {
            jedis.sendCommand(Protocol.Command.CLUSTER, words.toArray(String[]::new));
        }
    }

    /** With the servers' own tool, as a person does it: the lowest slots first. */
    private void reshard(String from, String to, int slots) throws IOException, InterruptedException {
        Path log = Files.createTempFile("redis-maintenance-reshard-", ".log");
        Process tool = new ProcessBuilder(Servers.tool(image).toString(), "--cluster", "reshard", scene.cluster.address(from).toString(), "--cluster-from",
                scene.cluster.nodeId(from), "--cluster-to", scene.cluster.nodeId(to), "--cluster-slots", String.valueOf(slots), "--cluster-pipeline", "1000", "--cluster-yes")
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertTrue(tool.waitFor(60, TimeUnit.SECONDS) && tool.exitValue() == 0, () -> "the tool failed, see " + log);
        } finally {
            tool.destroyForcibly();
        }
        Files.delete(log);
    }
}
