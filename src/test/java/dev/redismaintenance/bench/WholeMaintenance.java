package dev.redismaintenance.bench;

import dev.redismaintenance.operator.Maintenances;
import dev.redismaintenance.operator.RunningOperator;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;

/**
 * A whole maintenance as a person sees it, from applying the resource to {@code Ready=True}, and from deleting it until it is gone: with
 * gates, snapshot, closing, the last slot and the looks between all that.
 */
final class WholeMaintenance implements Contender {
    private static final String NAME = "bench";
    private final KubernetesClient client;

    WholeMaintenance(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public String name() {
        return "maintenance";
    }

    @Override
    public boolean slow() {
        return true;
    }

    @Override
    public Duration out(Stage stage) {
        Maintenances maintenances = new Maintenances(client, stage.cluster().namespace());
        try (RunningOperator operator = new RunningOperator(client, stage.cluster().namespace())) {
            maintenances.on(NAME, stage.x().pod(), spec -> spec.setDemoteNode(false));
            maintenances.awaitReady(NAME, Reason.InMaintenance);
        }
        return Duration.ZERO;
    }

    @Override
    public Duration back(Stage stage) {
        Maintenances maintenances = new Maintenances(client, stage.cluster().namespace());
        try (RunningOperator operator = new RunningOperator(client, stage.cluster().namespace())) {
            maintenances.delete(NAME);
            maintenances.awaitGone(NAME);
        }
        return Duration.ZERO;
    }
}
