package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.junit.jupiter.api.Test;

/**
 * Is a resource answered that is created again under the same name in the very moment in which the one before it goes, as
 * {@code kubectl replace --force} does? Repeated, since it depends on which thread of the SDK comes first.
 */
class RecreatedIT {
    private static final int TIMES = 60;

    @Test
    void a_resource_of_the_same_name_is_not_overlooked() {
        try (Ground ground = new Ground(); RunningOperator operator = new RunningOperator(ground.client, ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            for (int i = 0; i < TIMES; i++) {
                maintenances.on("patch", "no-such-pod");
                maintenances.awaitStalled("patch", Reason.PodNotFound);
                maintenances.delete("patch");
                awaitGoneWithoutAPause(ground.client, ground.namespace);
            }
        }
    }

    private static void awaitGoneWithoutAPause(KubernetesClient client, String namespace) {
        Resource<NodeMaintenance> resource = client.resources(NodeMaintenance.class).inNamespace(namespace).withName("patch");
        while (resource.get() != null) {
            Thread.onSpinWait();
        }
    }
}
