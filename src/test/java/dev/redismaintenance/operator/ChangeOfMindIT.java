package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Does a person who changes their mind in the middle end where they want to be? */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangeOfMindIT {
    private Scene scene;
    private Maintenances maintenances;

    @BeforeAll
    void start() {
        scene = new Scene("valkey:8.1").withLedger();
        maintenances = scene.maintenances;
    }

    @AfterAll
    void stop() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"createSnapshot", "mark", "set", "failover"})
    void deleted_just_before_a_step_of_entering(String step) {
        scene.brake.hold(step);
        maintenances.on("patch", "cache-1");
        scene.brake.awaitHeld(step);
        maintenances.delete("patch");
        scene.brake.release(step);
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mark", "set", "failover", "unmark", "deleteSnapshot"})
    void deleted_just_before_a_step_of_leaving(String step) {
        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.brake.hold(step);
        scene.mode("patch", Mode.Off);
        scene.brake.awaitHeld(step);
        maintenances.delete("patch");
        scene.brake.release(step);
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @Test
    void off_and_on_and_off_before_anybody_looks() {
        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.mode("patch", Mode.Off);
        scene.mode("patch", Mode.On);
        scene.mode("patch", Mode.Off);
        maintenances.awaitReady("patch", Reason.Restored);
        scene.assertRestored();
        maintenances.delete("patch");
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mark", "set", "failover", "unmark"})
    void on_again_just_before_a_step_of_leaving_keeps_the_first_snapshot(String step) {
        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        Map<String, String> first = snapshot().getData();
        scene.brake.hold(step);
        scene.mode("patch", Mode.Off);
        scene.brake.awaitHeld(step);
        scene.mode("patch", Mode.On);
        scene.brake.release(step);
        maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals(first, snapshot().getData());
        scene.mode("patch", Mode.Off);
        maintenances.awaitReady("patch", Reason.Restored);
        scene.assertRestored();
        maintenances.delete("patch");
        maintenances.awaitGone("patch");
    }

    private ConfigMap snapshot() {
        assertEquals(1, maintenances.snapshots().size());
        return maintenances.snapshots().get(0);
    }

    @Test
    void a_second_activation_of_one_resource_takes_a_snapshot_of_its_own() {
        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        String first = snapshot().getMetadata().getUid();
        scene.mode("patch", Mode.Off);
        maintenances.awaitReady("patch", Reason.Restored);
        scene.mode("patch", Mode.On);
        maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals(false, first.equals(snapshot().getMetadata().getUid()));
        maintenances.delete("patch");
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }
}
