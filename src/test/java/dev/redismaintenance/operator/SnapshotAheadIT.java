package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.docs.ShownOutput;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Can somebody have a snapshot made ahead, find it, restore from it and keep it, with what kubectl can do? */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotAheadIT {
    private Scene scene;
    private Maintenances maintenances;

    @BeforeAll
    void start() {
        scene = new Scene("valkey:8.1");
        maintenances = scene.maintenances;
    }

    @AfterAll
    void stop() {
        scene.close();
    }

    private void record(String name, String pod, String snapshot) {
        maintenances.on(name, pod, spec -> {
            spec.setMode(Mode.Off);
            spec.setTakeSnapshot(snapshot);
        });
        maintenances.awaitReady(name, Reason.SnapshotRecorded);
    }

    private List<String> listed(String selector) {
        return scene.ground.client.configMaps().inNamespace(scene.ground.namespace).withLabelSelector(selector).list().getItems().stream()
                .map(m -> m.getMetadata().getName()).sorted().toList();
    }

    private void gone(String name) {
        maintenances.delete(name);
        maintenances.awaitGone(name);
    }

    /** Of the settings by node, and of the nodes, the page has one. */
    private static String firstOfEach(String snapshot) {
        return snapshot.replaceFirst("(?s)(\\nsettings:\\n  \\w+:\\n(?:    [^\\n]*\\n)+).*?(\\ncluster:\\n- (?:[^\\n]*\\n  )*[^\\n]*\\n).*", "$1...$2...");
    }

    @Test
    void it_is_made_found_by_label_restored_from_and_kept_until_there_are_too_many() throws Exception {
        record("reference", "cache-1", "one");
        assertEquals(scene.placement(), scene.cluster.placement());
        NodeMaintenance told = maintenances.get("reference").orElseThrow();
        assertTrue(Maintenances.has(told, ConditionType.SnapshotTaken, ConditionStatus.True, Finding.Requested));
        assertEquals("one", told.getStatus().getSnapshot().getName());
        ConfigMap map = scene.ground.client.configMaps().inNamespace(scene.ground.namespace).withName("one").get();
        assertEquals(true, map.getImmutable());
        assertEquals(Map.of("redis-maintenance.dev/snapshot", "requested", "redis-maintenance.dev/pod", "cache-1",
                "redis-maintenance.dev/node-id", scene.cluster.nodeId("cache-1")), map.getMetadata().getLabels());
        ShownOutput page = new ShownOutput("docs/snapshots.md", scene.ground.api, scene.ground.namespace);
        page.check("SnapshotAheadIT requested", "kubectl get rnm -o wide", "kubectl events --for rnm/reference");
        page.check("SnapshotAheadIT snapshot", SnapshotAheadIT::firstOfEach, "kubectl get configmap one -o jsonpath='{.data.snapshot\\.yaml}'");
        gone("reference");

        maintenances.on("patch", "cache-1");
        maintenances.awaitReady("patch", Reason.InMaintenance);
        assertEquals(2, listed("redis-maintenance.dev/pod=cache-1").size());
        page.check("SnapshotAheadIT list", "kubectl get configmaps -l redis-maintenance.dev/snapshot -L redis-maintenance.dev/snapshot,redis-maintenance.dev/pod");
        assertEquals(List.of("one"), listed("redis-maintenance.dev/snapshot=requested"));
        scene.edit("patch", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("one");
        });
        maintenances.awaitReady("patch", Reason.Restored);
        assertEquals(scene.placement(), scene.cluster.placement());
        assertEquals(List.of("one"), listed("redis-maintenance.dev/snapshot"));
        assertEquals(List.of(), scene.markedPods());
        maintenances.edit("patch", spec -> spec.setReason("look again"));
        maintenances.awaitReady("patch", Reason.Restored);
        assertEquals(List.of("one"), listed("redis-maintenance.dev/snapshot"));
        gone("patch");

        // the operator of these tests keeps two that nobody names
        for (String snapshot : List.of("two", "three", "four")) {
            record(snapshot, "cache-1", snapshot);
        }
        assertEquals(List.of("four", "one", "three", "two"), listed("redis-maintenance.dev/snapshot=requested"));
        gone("two");
        gone("three");
        maintenances.edit("four", spec -> spec.setReason("look again"));
        scene.awaitThat("the oldest is deleted", () -> listed("redis-maintenance.dev/snapshot=requested").equals(List.of("four", "three", "two")));
        maintenances.awaitReady("four", Reason.SnapshotRecorded);
        gone("four");
        assertEquals(List.of("four", "three", "two"), listed("redis-maintenance.dev/snapshot=requested"));
    }
}
