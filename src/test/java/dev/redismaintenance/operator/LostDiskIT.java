package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** Does a node whose pod came back with an empty disk get its role, slots, data and replica back under its new id, and is the old id gone? */
class LostDiskIT {
    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"valkey:8.1, on the way out", "redis:7.0, in maintenance"})
    void a_node_that_lost_its_disk_gets_its_place_back(String image, String when) {
        try (Scene scene = new Scene(image)) {
            Maintenances maintenances = scene.maintenances;
            String old = scene.cluster.nodeId("cache-1");
            long keys = keys(scene, "cache-1");
            scene.withLedger();
            maintenances.on("patch", "cache-1");
            maintenances.awaitReady("patch", Reason.InMaintenance);
            scene.recreateOnAnEmptyDisk("cache-1");
            String now = scene.cluster.nodeId("cache-1");
            assertNotEquals(old, now);

            if (when.equals("in maintenance")) {
                scene.awaitThat("the old id is forgotten", () -> knowing(scene, old).isEmpty());
                maintenances.awaitReady("patch", Reason.InMaintenance);
            }
            maintenances.delete("patch");
            maintenances.awaitGone("patch");

            Placement placement = scene.cluster.placement();
            assertEquals(scene.placement().of(old).slots(), placement.of(now).slots());
            assertEquals(now, placement.of(scene.cluster.nodeId("cache-4")).primaryId());
            for (String pod : List.of("cache-0", "cache-2", "cache-3", "cache-5")) {
                String id = scene.cluster.nodeId(pod);
                assertEquals(scene.placement().of(id), placement.of(id), pod);
            }
            assertEquals(List.of(), knowing(scene, old));
            scene.deleteLedger();
            assertEquals(keys, keys(scene, "cache-1"));
            scene.assertOpened();
        }
    }

    /** The pods whose servers still list this id. */
    private static List<String> knowing(Scene scene, String id) {
        return scene.cluster.pods().stream().filter(pod -> {
            try (Jedis jedis = scene.cluster.jedis(pod)) {
                return jedis.clusterNodes().contains(id);
            }
        }).toList();
    }

    private static long keys(Scene scene, String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return jedis.dbSize();
        }
    }
}
