package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.demo.OperatorProcess;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Is a resource answered that is created again under the same name in the very moment in which the one before it goes, as
 * {@code kubectl replace --force} does? Repeated, since it depends on which thread of the SDK comes first.
 */
class RecreatedIT {
    private static final int TIMES = 60;

    @Test
    void a_resource_of_the_same_name_is_not_overlooked() {
        try (Ground ground = new Ground(); RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            for (int i = 0; i < TIMES; i++) {
                maintenances.on("patch", "no-such-pod");
                maintenances.awaitStalled("patch", Reason.PodNotFound);
                maintenances.delete("patch");
                awaitGoneWithoutAPause(ground.client, ground.namespace);
            }
        }
    }

    /** Its deletion, told by another thread, would cancel that timer while it is set: an exception in the log ({@link Sweep}). */
    @Test
    void the_packaged_operator_sets_no_timer_for_a_resource_that_it_has_just_released() throws Exception {
        assertTrue(OperatorProcess.available(), "the operator is not packaged: mvn package");
        try (Ground ground = new Ground(); OperatorProcess operator = OperatorProcess.start(ground.accountKubeconfig(), ground.namespace,
                Map.of("QUARKUS_LOG_CATEGORY__IO_JAVAOPERATORSDK_OPERATOR_PROCESSING_EVENT__LEVEL", "DEBUG"))) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            assertTrue(operator.awaitStarted(), "it ended");
            maintenances.on("patch", "no-such-pod");
            maintenances.awaitStalled("patch", Reason.PodNotFound);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertTrue(operator.end(), "it does not end");
            String log = Files.readString(operator.log());
            assertTrue(log.contains("Rescheduling event with delay"), "the SDK is not heard");
            assertEquals(List.of(), log.lines().filter(line -> line.contains("max reconciliation interval")).toList());
        }
    }

    private static void awaitGoneWithoutAPause(KubernetesClient client, String namespace) {
        Resource<NodeMaintenance> resource = client.resources(NodeMaintenance.class).inNamespace(namespace).withName("patch");
        while (resource.get() != null) {
            Thread.onSpinWait();
        }
    }
}
