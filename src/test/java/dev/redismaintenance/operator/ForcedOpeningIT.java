package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.docs.ShownOutput;
import dev.redismaintenance.kubernetes.MarkText;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one way to force a node open, {@code mode: Off} or deletion with {@code skipShardsRestore}: what does it do when everything else is broken? */
class ForcedOpeningIT {
    /** Does not try for long. */
    private static final Pace IMPATIENT = new Pace(Scene.QUICK.afterStep(), Scene.QUICK.handover(), Scene.QUICK.waiting(), Scene.QUICK.refused(),
            Scene.QUICK.settled(), Scene.QUICK.gossip(), Duration.ofSeconds(3), Scene.QUICK.overdue());

    private Scene scene;

    @AfterEach
    void stop() {
        scene.close();
    }

    private void enter() {
        scene.stopOperator();
        scene.startOperator(IMPATIENT);
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
    }

    /** As {@code kubectl patch --field-manager} does. */
    private void force(String by) {
        scene.ground.client.resources(NodeMaintenance.class).inNamespace(scene.ground.namespace).withName("patch").patch(new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE).withFieldManager(by).build(), "{\"spec\": {\"mode\": \"Off\", \"skipShardsRestore\": true}}");
    }

    private String told() {
        List<Event> events = scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems().stream()
                .filter(e -> e.getReason().equals(Finding.LeftInPlace.name())).toList();
        assertEquals(1, events.size(), "said once: " + events);
        assertEquals("Warning", events.get(0).getType());
        return events.get(0).getMessage();
    }

    private void show(String marker) throws Exception {
        new ShownOutput("docs/forced-opening.md", scene.ground.api, scene.ground.namespace).check(marker,
                "kubectl get events --field-selector reason=LeftInPlace -o jsonpath='{.items[*].message}' | fold -s -w 140");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void what_was_recorded_is_put_back_and_who_asked_is_told(String image) throws Exception {
        scene = new Scene(image, spec -> spec.args("--cluster-allow-replica-migration", "no", "--repl-backlog-size", "7mb")).withLedger();
        enter();
        assertEquals("67108864", scene.setting("cache-4", "repl-backlog-size"));
        force("alice-at-night");
        scene.maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
        scene.assertOpened();
        assertTrue(scene.servesSlots("cache-4"), "the shard stays where it is");
        assertTrue(told().startsWith("Opened without restoring, as spec.skipShardsRestore asks (set by alice-at-night at 20")
                && told().contains("Left in place: cache-1 was primary of [5461-10921] and is replica of cache-4") && !told().contains("Not put back"), told());
        Condition restored = scene.maintenances.condition("patch", ConditionType.Restored).orElseThrow();
        assertEquals(told(), restored.getMessage());
        show("ForcedOpeningIT nothing-broken");
    }

    @Test
    void with_the_secret_gone_it_is_stalled_and_forced_it_ends_and_says_what_the_servers_still_have() throws Exception {
        scene = new Scene("valkey:9.1", spec -> spec.password("s3cret"));
        scene.stopOperator();
        scene.startOperator(IMPATIENT);
        scene.maintenances.on("patch", "cache-1", spec -> {
            ConnectionSpec connection = new ConnectionSpec();
            AuthSpec auth = new AuthSpec();
            auth.setSecretName("cache-auth");
            connection.setAuth(auth);
            spec.setConnection(connection);
        });
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.ground.client.secrets().inNamespace(scene.ground.namespace).withName("cache-auth").delete();
        scene.maintenances.delete("patch");
        scene.maintenances.awaitStalled("patch", Reason.ConnectionSettingsInvalid);
        scene.awaitLooks();
        assertTrue(scene.closed("cache-1"), "nothing is given up before it is asked for");
        force("alice");
        scene.maintenances.awaitGone("patch");
        assertEquals(List.of(), scene.markedPods());
        assertTrue(scene.maintenances.snapshots().isEmpty());
        assertEquals("yes", scene.setting("cache-1", "cluster-replica-no-failover"));
        assertTrue(told().contains("cluster-replica-no-failover on cache-1, which could not be asked, was no")
                && told().contains("repl-backlog-size on cache-4, which could not be asked, was 10485760"), told());
        show("ForcedOpeningIT secret-gone");
    }

    @Test
    void with_the_majority_gone_and_the_server_frozen_it_ends_and_what_comes_back_can_be_put_right_by_hand() throws Exception {
        scene = new Scene("valkey:9.1");
        enter();
        scene.kill("cache-0");
        scene.kill("cache-3");
        scene.kill("cache-2");
        scene.kill("cache-5");
        scene.freeze("cache-1");
        force("alice");
        scene.maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
        assertFalse(scene.closed("cache-1"));
        assertTrue(told().contains("cluster-replica-no-failover on cache-1, which could not be asked, was no"), told());
        assertEquals("10485760", scene.setting("cache-4", "repl-backlog-size"), "a server that answers has its own back");
        show("ForcedOpeningIT majority-gone");
    }

    /** As somebody does who edits the pod. */
    private void writeIntoTheMark(String since) {
        Pod written = scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").edit(pod -> {
            pod.getMetadata().getAnnotations().computeIfPresent(MarkText.ANNOTATION, (name, text) -> text.replaceFirst("(\"since\" *: *\")[^\"]*", "$1" + since));
            return pod;
        });
        assertTrue(written.getMetadata().getAnnotations().get(MarkText.ANNOTATION).contains(since), "" + written.getMetadata().getAnnotations());
    }

    private String mark() {
        return scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").get().getMetadata().getAnnotations().get(MarkText.ANNOTATION);
    }

    @Test
    void with_times_that_are_none_in_the_mark_and_in_a_snapshot_made_by_hand_it_says_so_and_ends() {
        scene = new Scene("valkey:9.1");
        enter();
        String since = scene.maintenances.get("patch").orElseThrow().getStatus().getSince();
        writeIntoTheMark("yesterday");
        scene.awaitThat("written again", () -> mark().contains(since));
        assertEquals(since, scene.maintenances.awaitReady("patch", Reason.InMaintenance).getStatus().getSince());
        HandmadeSnapshot.create(scene.ground.client, scene.ground.namespace, "by-hand",
                HandmadeSnapshot.of(scene, "cache-4", "cache-1", "5461-10921", "cache-1").replace("takenAt: 2025-01-01T00:00:00Z", "takenAt: last night"));
        scene.edit("patch", spec -> {
            spec.setMode(Mode.Off);
            spec.setSnapshotName("by-hand");
        });
        NodeMaintenance stalled = scene.maintenances.awaitStalled("patch", Reason.SnapshotUnusable);
        String message = ConditionList.find(stalled.getStatus().getConditions(), ConditionType.Stalled).orElseThrow().getMessage();
        assertTrue(message.contains("by-hand") && message.contains("'takenAt' is not a time such as 2026-01-31T08:00:00Z: last night"), message);
        scene.stopOperator();
        writeIntoTheMark("tomorrow");
        scene.edit("patch", spec -> spec.setSnapshotName(""));
        scene.maintenances.delete("patch");
        force("alice");
        scene.startOperator(IMPATIENT);
        scene.maintenances.awaitGone("patch");
        scene.assertOpened();
        assertTrue(told().contains("set by alice"), told());
    }

    @Test
    void with_snapshot_and_pod_gone_it_is_missed_and_forced_it_ends() {
        scene = new Scene("valkey:9.1");
        enter();
        scene.cluster.deletePod("cache-1");
        scene.ground.client.resource(scene.maintenances.snapshots().get(0)).delete();
        scene.maintenances.awaitStalled("patch", Reason.SnapshotMissing);
        scene.mode("patch", Mode.Off);
        scene.maintenances.awaitStalled("patch", Reason.SnapshotMissing);
        scene.maintenances.delete("patch");
        scene.awaitLooks();
        scene.maintenances.awaitStalled("patch", Reason.SnapshotMissing);
        force("alice");
        scene.maintenances.awaitGone("patch");
        assertTrue(told().contains("set by alice") && told().contains("The snapshot is gone"), told());
    }
}
