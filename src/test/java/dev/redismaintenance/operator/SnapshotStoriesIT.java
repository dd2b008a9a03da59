package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.MarkText;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What does leaving restore when the snapshot is an old one, another one, or none, and when the node is not what it was? */
class SnapshotStoriesIT {
    private Scene scene;
    private Maintenances maintenances;

    @BeforeEach
    void start() {
        scene = new Scene("valkey:9.1").withLedger();
        maintenances = scene.maintenances;
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    private void enter() {
        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
    }

    private void leave() {
        maintenances.delete("patch");
        maintenances.awaitGone("patch");
    }

    /** A maintenance that ended without the operator: its snapshot and what it did to the cluster are still there. */
    private ConfigMap leftover() {
        maintenances.on("earlier", "cache-1");
        maintenances.awaitReady("earlier", Reason.InMaintenance);
        ConfigMap snapshot = maintenances.snapshots().get(0);
        scene.tearOut("earlier");
        scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").edit(p -> new PodBuilder(p).editMetadata()
                .removeFromLabels(MarkText.LABEL).removeFromAnnotations(MarkText.ANNOTATION).endMetadata().build());
        scene.startOperator();
        return snapshot;
    }

    @Test
    void a_leftover_of_an_earlier_maintenance_is_used_again() {
        ConfigMap old = leftover();
        enter();
        assertTrue(Maintenances.has(maintenances.get("patch").orElseThrow(), ConditionType.SnapshotTaken, ConditionStatus.True, Finding.Reused));
        assertEquals(1, maintenances.snapshots().size());
        assertEquals(old.getMetadata().getUid(), maintenances.snapshots().get(0).getMetadata().getUid());
        leave();
        scene.assertRestored();
    }

    @Test
    void a_leftover_is_overwritten_when_asked_for() {
        ConfigMap old = leftover();
        maintenances.on("patch", "cache-1", spec -> spec.setOverwriteSnapshot(true));
        NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
        assertTrue(Maintenances.has(in, ConditionType.SnapshotTaken, ConditionStatus.True, Finding.Taken));
        assertEquals(1, maintenances.snapshots().size());
        assertNotEquals(old.getMetadata().getUid(), maintenances.snapshots().get(0).getMetadata().getUid());
        leave();
        assertEquals(0, maintenances.snapshots().size());
        assertTrue(scene.servesSlots("cache-4"), "the new snapshot recorded cache-1 as a replica");
        assertFalse(scene.servesSlots("cache-1"));
    }

    @Test
    void overwriting_does_not_touch_the_snapshot_of_this_activation() {
        maintenances.on("patch", "cache-1", spec -> spec.setOverwriteSnapshot(true));
        maintenances.awaitReady("patch", Reason.InMaintenance);
        ConfigMap first = maintenances.snapshots().get(0);
        scene.edit("patch", spec -> spec.setReason("another reason"));
        maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.awaitLooks();
        assertEquals(first, maintenances.snapshots().get(0));
        leave();
        scene.assertRestored();
    }

    @Test
    void a_snapshot_made_by_hand_ahead_decides_how_it_is_afterwards() {
        HandmadeSnapshot.create(scene.ground.client, scene.ground.namespace, "by-hand", HandmadeSnapshot.of(scene, "cache-4", "cache-1", "5461-10921", "cache-1"));
        enter();
        scene.edit("patch", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("by-hand");
        });
        maintenances.awaitReady("patch", Reason.Restored);
        assertTrue(scene.servesSlots("cache-4"));
        assertEquals(scene.cluster.nodeId("cache-4"), scene.cluster.placement().of(scene.cluster.nodeId("cache-1")).primaryId());
        scene.assertOpened();
        leave();
    }

    @Test
    void skipping_the_restore_opens_the_node_and_leaves_the_shard_where_it_is() {
        enter();
        scene.edit("patch", spec -> {
            spec.setMode(Mode.Off);
            spec.setSkipShardsRestore(true);
        });
        maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
        scene.assertOpened();
        assertTrue(scene.servesSlots("cache-4"));
        assertFalse(scene.servesSlots("cache-1"));
        leave();
    }

    @Test
    void a_snapshot_that_was_deleted_while_in_maintenance_is_not_silently_taken_anew() {
        enter();
        scene.ground.client.resource(maintenances.snapshots().get(0)).delete();
        maintenances.awaitStalled("patch", Reason.SnapshotMissing);
        scene.awaitLooks();
        assertEquals(0, maintenances.snapshots().size());
        scene.mode("patch", Mode.Off);
        maintenances.awaitStalled("patch", Reason.SnapshotMissing);
        assertTrue(scene.closed("cache-1"));
        scene.edit("patch", spec -> spec.setSkipShardsRestore(true));
        maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
        assertFalse(scene.closed("cache-1"));
        leave();
    }

    @Test
    void a_snapshot_that_was_deleted_is_missed_when_leaving_and_can_be_put_back() {
        enter();
        ConfigMap snapshot = maintenances.snapshots().get(0);
        scene.stopOperator();
        scene.ground.client.resource(snapshot).delete();
        maintenances.delete("patch");
        scene.startOperator();
        maintenances.awaitStalled("patch", Reason.SnapshotMissing);
        assertTrue(scene.closed("cache-1"));
        snapshot.getMetadata().setResourceVersion(null);
        scene.ground.client.resource(snapshot).create();
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @Test
    void a_pod_that_is_missing_stalls_leaving_until_it_is_there_again() {
        enter();
        scene.cluster.deletePod("cache-1");
        maintenances.delete("patch");
        maintenances.awaitStalled("patch", Reason.PodNotFound);
        scene.awaitLooks();
        assertEquals(1, maintenances.snapshots().size());
        scene.cluster.recreatePod("cache-1");
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    @Test
    void a_pod_that_is_missing_for_good_is_left_with_skip_shards_restore() {
        enter();
        scene.cluster.deletePod("cache-1");
        maintenances.delete("patch");
        maintenances.awaitStalled("patch", Reason.PodNotFound);
        scene.edit("patch", spec -> spec.setSkipShardsRestore(true));
        maintenances.awaitGone("patch");
        assertEquals(0, maintenances.snapshots().size());
        assertTrue(scene.servesSlots("cache-4"));
    }

    @Test
    void another_node_in_the_pod_is_not_taken_for_the_one_that_left() {
        enter();
        String id = scene.cluster.nodeId("cache-1");
        scene.stopOperator();
        scene.recreateOnAnEmptyDisk("cache-1");
        assertNotEquals(id, scene.cluster.nodeId("cache-1"));
        try (Jedis jedis = scene.cluster.jedis("cache-1")) {
            jedis.clusterAddSlots(1);
        }
        scene.startOperator();

        maintenances.awaitStalled("patch", Reason.IdentityLost);
        scene.mode("patch", Mode.Off);
        NodeMaintenance stalled = maintenances.awaitStalled("patch", Reason.IdentityLost);
        String message = ConditionList.find(stalled.getStatus().getConditions(), ConditionType.Stalled).orElseThrow().getMessage();
        assertTrue(message.contains(id.substring(0, 8)) && message.contains("it is not empty") && message.contains("skipShardsRestore"), message);
        scene.awaitLooks();
        try (Jedis jedis = scene.cluster.jedis("cache-1")) {
            assertTrue(jedis.clusterInfo().contains("cluster_known_nodes:1"), "it was made a member");
        }
        scene.edit("patch", spec -> spec.setSkipShardsRestore(true));
        maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
        assertEquals(0, maintenances.snapshots().size());
        assertFalse(scene.closed("cache-1"));
        assertNull(scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").get().getMetadata().getAnnotations().get(MarkText.ANNOTATION));
        leave();
    }
}
