package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Does an attempt that fails midway keep its first snapshot, say so, and go on by itself when it can? */
class RetryIT {
    private Scene scene;

    @BeforeEach
    void start() {
        scene = new Scene("valkey:8.1");
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void the_candidate_vanishes_after_the_node_was_closed_and_comes_back() {
        scene.brake.hold("set");
        scene.maintenances.on("patch", "cache-1", spec -> spec.setDemoteNode(true));
        scene.brake.awaitHeld("set");
        ConfigMap first = scene.maintenances.snapshots().get(0);
        scene.freeze("cache-4");
        scene.brake.release("set");
        scene.maintenances.awaitStalled("patch", Reason.NoEligibleReplica);
        assertTrue(scene.maintenances.condition("patch", ConditionType.Stalled).orElseThrow().getMessage().contains("cache-4"));
        assertTrue(scene.closed("cache-1"));
        scene.thaw("cache-4");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals(List.of(first), scene.maintenances.snapshots());
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @Test
    void the_candidate_dies_in_the_middle_and_the_request_is_withdrawn() {
        scene.brake.hold("failover");
        scene.maintenances.on("patch", "cache-1");
        scene.brake.awaitHeld("failover");
        scene.kill("cache-4");
        scene.brake.release("failover");
        scene.awaitThat("told", () -> scene.maintenances.condition("patch", ConditionType.Ready)
                .filter(c -> c.getMessage().contains("cache-4")).isPresent());
        scene.revive("cache-4");
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }
}
