package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.Jedis;

/** What cannot be restored is refused: does the node stay closed with nothing changed, and is the way out the one that is told? */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaveRefusalsIT {
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

    @BeforeEach
    void enter() {
        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
    }

    /** However it was refused, what the message says gets out. */
    @AfterEach
    void leave() {
        scene.edit("patch", spec -> spec.setSnapshotName(""));
        maintenances.delete("patch");
        maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    private void refused(Consumer<NodeMaintenanceSpec> off, Reason reason, String... words) {
        Untouched world = Untouched.since(scene.ground.client, scene.ground.namespace, scene.cluster);
        scene.edit("patch", spec -> {
            spec.setMode(Mode.Off);
            off.accept(spec);
        });
        NodeMaintenance told = maintenances.awaitStalled("patch", reason);
        Condition stalled = ConditionList.find(told.getStatus().getConditions(), ConditionType.Stalled).orElseThrow();
        for (String word : words) {
            assertTrue(stalled.getMessage().contains(word), word + " is not in: " + stalled.getMessage());
        }
        scene.awaitLooks();
        world.check();
        assertTrue(scene.closed("cache-1"));
    }

    private void snapshot(String name, String text) {
        scene.ground.client.configMaps().inNamespace(scene.ground.namespace).withName(name).delete();
        HandmadeSnapshot.create(scene.ground.client, scene.ground.namespace, name, text);
    }

    @Test
    void a_named_snapshot_that_does_not_exist() {
        refused(spec -> spec.setSnapshotName("nowhere"), Reason.SnapshotMissing, "nowhere", "kubectl get configmap");
    }

    @Test
    void a_named_snapshot_that_cannot_be_read() {
        snapshot("garbled", "format: 1\npod: cache-1\nnodeId: not-an-id\n");
        refused(spec -> spec.setSnapshotName("garbled"), Reason.SnapshotUnusable, "garbled");
        snapshot("not-yaml", "{{{ no yaml");
        refused(spec -> spec.setSnapshotName("not-yaml"), Reason.SnapshotUnusable, "not-yaml");
        snapshot("future", "format: 99\n");
        refused(spec -> spec.setSnapshotName("future"), Reason.SnapshotUnusable, "format is 99");
    }

    @Test
    void a_config_map_that_is_no_snapshot() {
        ConfigMap other = new io.fabric8.kubernetes.api.model.ConfigMapBuilder().withNewMetadata().withNamespace(scene.ground.namespace)
                .withName("other").endMetadata().withData(Map.of("some", "thing")).build();
        scene.ground.client.resource(other).create();
        refused(spec -> spec.setSnapshotName("other"), Reason.SnapshotUnusable, "other", "snapshot.yaml");
    }

    @Test
    void a_named_snapshot_of_another_node() {
        snapshot("of-cache-2", HandmadeSnapshot.of(scene, "cache-2", "cache-5", "10922-16383", "cache-2"));
        refused(spec -> spec.setSnapshotName("of-cache-2"), Reason.IdentityLost, scene.cluster.nodeId("cache-2").substring(0, 8));
    }

    @Test
    void slots_that_somebody_moved_on_meanwhile() {
        String id = scene.cluster.nodeId("cache-0");
        String home = scene.cluster.nodeId("cache-4");
        move(6000, id);
        try {
            refused(spec -> { }, Reason.CannotRestore, "5461-10921", "cache-0", "skipShardsRestore");
        } finally {
            move(6000, home);
        }
    }

    private void move(int slot, String to) {
        try (Jedis one = scene.cluster.jedis("cache-4"); Jedis other = scene.cluster.jedis("cache-0"); Jedis third = scene.cluster.jedis("cache-2")) {
            one.clusterGetKeysInSlot(slot, 1000).forEach(one::del);
            for (Jedis jedis : java.util.List.of(other, one, third)) {
                jedis.clusterSetSlotNode(slot, to);
            }
            (to.equals(other.clusterMyId()) ? other : one).clusterBumpEpoch();
        }
        scene.cluster.awaitHealthy(java.time.Duration.ofSeconds(30));
    }
}
