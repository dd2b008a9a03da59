package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import org.junit.jupiter.api.Test;

class LeanRequestsTest {
    @Test
    void what_is_kept_of_a_resource_is_which_it_is_whether_it_changed_and_what_is_asked_of_it() {
        LeanRequests requests = new LeanRequests();
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withNamespace("cache").withName("patch").withUid("u").withResourceVersion("7").withGeneration(3L)
                .withDeletionTimestamp("2026-11-26T19:00:00Z").withFinalizers(NodeMaintenanceReconciler.FINALIZER).addToAnnotations("a", "much")
                .addToManagedFields(new ManagedFieldsEntryBuilder().withManager("kubectl").build()).build());
        m.setSpec(new NodeMaintenanceSpec());
        m.getSpec().setPodName("cache-2");
        m.setStatus(new NodeMaintenanceStatus());
        requests.put(requests.getKey(m), m);
        NodeMaintenance kept = requests.get("cache/patch");
        assertEquals(new ObjectMetaBuilder().withNamespace("cache").withName("patch").withUid("u").withResourceVersion("7").withGeneration(3L)
                .withDeletionTimestamp("2026-11-26T19:00:00Z").withFinalizers(NodeMaintenanceReconciler.FINALIZER).build(), kept.getMetadata());
        assertEquals("cache-2", kept.getSpec().getPodName());
        assertNull(kept.getStatus());
        assertNotNull(m.getStatus(), "whoever holds the resource itself still has all of it");
    }
}
