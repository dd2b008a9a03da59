package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeanRequestsTest {
    @Test
    void what_is_kept_of_a_resource_is_all_of_it_but_who_wrote_its_status() {
        LeanRequests requests = new LeanRequests();
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withNamespace("cache").withName("patch").withResourceVersion("7")
                .addToManagedFields(new ManagedFieldsEntryBuilder().withManager("kubectl").withTime("2026-11-26T19:00:00Z").withNewFieldsV1()
                        .addToAdditionalProperties("f:spec", Map.of("f:skipShardsRestore", Map.of())).endFieldsV1().build())
                .addToManagedFields(new ManagedFieldsEntryBuilder().withManager("redis-maintenance-operator").withSubresource("status").build()).build());
        m.setSpec(new NodeMaintenanceSpec());
        m.setStatus(new NodeMaintenanceStatus());
        requests.put(requests.getKey(m), m);
        NodeMaintenance kept = requests.get("cache/patch");
        assertEquals("set by kubectl at 2026-11-26T19:00:00Z", FieldAuthor.of(kept, "skipShardsRestore"));
        assertEquals(List.of("kubectl"), kept.getMetadata().getManagedFields().stream().map(e -> e.getManager()).toList());
        assertEquals("7", kept.getMetadata().getResourceVersion());
        assertNotNull(kept.getStatus());
    }
}
