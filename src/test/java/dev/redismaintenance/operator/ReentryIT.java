package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.plan.Reason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * May a node go in and out and in again quickly? A Redis node stands for election once in four times the node timeout: a
 * failover asked for earlier would stall the shard's writes for seconds and fail.
 */
class ReentryIT {
    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void no_failover_is_asked_for_without_an_election(String image) {
        try (Scene scene = new Scene(image)) {
            scene.maintenances.on("patch", "cache-1");
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            scene.mode("patch", Mode.Off);
            scene.maintenances.awaitReady("patch", Reason.Restored);
            scene.mode("patch", Mode.On);
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
            scene.assertRestored();
            assertEquals(4, scene.brake.count("failover"), "one for each way, none for nothing");
        }
    }
}
