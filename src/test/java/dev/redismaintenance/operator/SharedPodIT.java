package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Do several requests for one pod, and one request made several times, add up? */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedPodIT {
    private Scene scene;
    private Maintenances maintenances;

    @BeforeAll
    void start() {
        scene = new Scene("valkey:9.1");
        maintenances = scene.maintenances;
    }

    @AfterAll
    void stop() {
        scene.close();
    }

    @ParameterizedTest
    @CsvSource({"patch,firmware", "firmware,patch"})
    void the_last_of_two_restores(String leavesFirst, String leavesLast) {
        maintenances.on("patch", "cache-1", spec -> spec.setReason("kernel patch"));
        maintenances.awaitReady("patch", Reason.InMaintenance);
        maintenances.on("firmware", "cache-1", spec -> spec.setReason("new firmware"));
        NodeMaintenance second = maintenances.awaitReady("firmware", Reason.InMaintenance);
        assertTrue(Maintenances.has(second, ConditionType.SnapshotTaken, ConditionStatus.True, Finding.Joined), () -> "" + second.getStatus());
        assertEquals(1, maintenances.snapshots().size());

        maintenances.delete(leavesFirst);
        maintenances.awaitGone(leavesFirst);
        scene.awaitLooks();
        assertTrue(scene.closed("cache-1"));
        assertEquals(false, scene.servesSlots("cache-1"));
        maintenances.awaitReady(leavesLast, Reason.InMaintenance);

        maintenances.delete(leavesLast);
        maintenances.awaitGone(leavesLast);
        scene.assertRestored();
    }

    @Test
    void two_that_are_asked_for_at_once_go_in_and_out_together() {
        maintenances.on("patch", "cache-1");
        maintenances.on("firmware", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        maintenances.awaitReady("firmware", Reason.InMaintenance);
        assertEquals(1, maintenances.snapshots().size());
        maintenances.delete("patch");
        maintenances.delete("firmware");
        maintenances.awaitGone("patch");
        maintenances.awaitGone("firmware");
        scene.assertRestored();
    }

    @Test
    void one_that_is_switched_off_waits_for_the_other() {
        maintenances.on("patch", "cache-1");
        maintenances.on("firmware", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        maintenances.awaitReady("firmware", Reason.InMaintenance);
        scene.mode("patch", Mode.Off);
        maintenances.await("patch", "held", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.HeldByOthers));
        scene.awaitLooks();
        assertTrue(scene.closed("cache-1"));
        scene.mode("firmware", Mode.Off);
        maintenances.awaitReady("patch", Reason.Restored);
        maintenances.awaitReady("firmware", Reason.Restored);
        scene.assertRestored();
        maintenances.delete("patch");
        maintenances.delete("firmware");
        maintenances.awaitGone("patch");
        maintenances.awaitGone("firmware");
    }

    @Test
    void one_that_wants_replicas_promotable_does_not_undo_the_other() {
        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        maintenances.on("firmware", "cache-1", spec -> spec.setEvictHaReplica(false));
        maintenances.awaitReady("firmware", Reason.InMaintenance);
        scene.awaitLooks();
        assertEquals("yes", scene.setting("cache-1", "cluster-replica-no-failover"));
        int set = scene.brake.count("set");
        scene.awaitLooks();
        assertEquals(set, scene.brake.count("set"), "they take turns in changing the setting");
        maintenances.delete("patch");
        maintenances.awaitGone("patch");
        scene.awaitThat("promotable again", () -> scene.setting("cache-1", "cluster-replica-no-failover").equals("no"));
        maintenances.delete("firmware");
        maintenances.awaitGone("firmware");
        scene.assertRestored();
    }

    @Test
    void applying_twice_is_applying_once() {
        NodeMaintenance wish = new NodeMaintenance();
        wish.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder().withName("patch").withNamespace(scene.ground.namespace).build());
        dev.redismaintenance.api.NodeMaintenanceSpec spec = new dev.redismaintenance.api.NodeMaintenanceSpec();
        spec.setPodName("cache-1");
        wish.setSpec(spec);
        scene.ground.client.resource(wish).serverSideApply();
        scene.ground.client.resource(wish).serverSideApply();
        NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
        Untouched world = Untouched.since(scene.ground.client, scene.ground.namespace, scene.cluster);
        scene.ground.client.resource(wish).serverSideApply();
        scene.awaitLooks();
        world.check();
        assertEquals(in.getMetadata().getResourceVersion(), maintenances.get("patch").orElseThrow().getMetadata().getResourceVersion());
        maintenances.delete("patch");
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }
}
