package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.kubernetes.Fabric8Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.kubernetes.LeaseState;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The namespace is deleted while a node in it is in maintenance. Nothing empties a namespace here, as the controller of a whole
 * Kubernetes would: the test deletes what that would delete, in the orders that there are.
 */
class EndingNamespaceIT {
    private final Scene scene = new Scene("valkey:9.1");

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void with_the_pods_still_there_the_servers_get_their_settings_back_and_the_maintenance_goes() throws KubernetesException {
        enter();
        Fabric8Kubernetes kubernetes = new Fabric8Kubernetes(scene.ground.client);
        assertFalse(kubernetes.ends(scene.ground.namespace));
        end();
        assertTrue(kubernetes.ends(scene.ground.namespace));
        KubernetesException refused = assertThrows(KubernetesException.class,
                () -> kubernetes.writeLease(scene.ground.namespace, "other", new LeaseState("me", Duration.ofSeconds(15), "", "")));
        assertTrue(refused.namespaceEnds() && refused.getMessage().contains("being deleted"), refused.getMessage());
        scene.ground.client.leases().inNamespace(scene.ground.namespace).delete();
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertOpened();
    }

    @Test
    void with_pod_and_snapshot_gone_the_maintenance_goes() {
        enter();
        end();
        scene.ground.client.leases().inNamespace(scene.ground.namespace).delete();
        scene.maintenances.snapshots().forEach(map -> scene.ground.client.resource(map).delete());
        scene.cluster.deletePod("cache-1");
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        assertEquals(List.of(), scene.markedPods());
    }

    private void enter() {
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
    }

    private void end() {
        scene.ground.client.namespaces().withName(scene.ground.namespace).delete();
        scene.awaitThat("terminating", () -> scene.ground.client.namespaces().withName(scene.ground.namespace).get().getStatus().getPhase().equals("Terminating"));
    }
}
