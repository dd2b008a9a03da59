package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Does what a pipeline applies stay as it applied it while the operator works on it? Then nobody sees a difference that never ends. */
class FromGitIT {
    private static final String MANIFEST = """
            apiVersion: redis-maintenance.dev/v1alpha1
            kind: NodeMaintenance
            metadata: {name: patch, namespace: %s, labels: {team: caches}}
            spec: {podName: cache-0, mode: On}
            """;

    @Test
    void what_is_applied_again_in_maintenance_is_the_same_to_the_letter_and_of_its_spec_the_operator_owns_nothing() {
        try (Ground ground = new Ground();
                RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image("valkey:9.1").primaries(3).replicasPerPrimary(1).create();
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            NodeMaintenance first = apply(ground, "kubectl");
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            NodeMaintenance inMaintenance = maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(Serialization.asJson(first.getSpec()), Serialization.asJson(inMaintenance.getSpec()));
            assertEquals(1L, inMaintenance.getMetadata().getGeneration());
            assertEquals(List.of("kubectl"), ownersOfTheSpec(inMaintenance));
            for (String manager : List.of("kubectl", "gitops")) {
                NodeMaintenance again = apply(ground, manager);
                assertEquals(Serialization.asJson(inMaintenance.getSpec()), Serialization.asJson(again.getSpec()));
                assertEquals(withoutBookkeeping(inMaintenance.getMetadata()), withoutBookkeeping(again.getMetadata()));
            }
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
        }
    }

    /** Conflicts are errors: nothing is forced. */
    private static NodeMaintenance apply(Ground ground, String manager) {
        return ground.client.resource(Serialization.unmarshal(MANIFEST.formatted(ground.namespace), NodeMaintenance.class)).fieldManager(manager).serverSideApply();
    }

    private static List<String> ownersOfTheSpec(NodeMaintenance resource) {
        return resource.getMetadata().getManagedFields().stream().filter(entry -> entry.getFieldsV1().getAdditionalProperties().containsKey("f:spec"))
                .map(ManagedFieldsEntry::getManager).toList();
    }

    private static List<Object> withoutBookkeeping(ObjectMeta meta) {
        return Stream.<Object>of(meta.getName(), meta.getLabels(), meta.getAnnotations(), meta.getFinalizers(), meta.getOwnerReferences(), meta.getGeneration()).toList();
    }
}
