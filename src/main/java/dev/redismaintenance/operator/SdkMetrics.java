package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.metrics.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What the SDK tells around each call: which ended well and which failed, which maintenance the log lines are about (its own about a
 * failure included), and which resource is there no more. Its shipped implementation registers one name with varying labels, which the
 * Prometheus registry answers with an exception inside the event loop. Nobody but this hears of what fails in the SDK itself, such as setting
 * the finalizer, so {@link MissingPermissions} is told from here.
 */
final class SdkMetrics implements Metrics {
    private final OperatorMetrics metrics;
    private final MissingPermissions missing;
    private final BiConsumer<String, String> forgets;
    private final Set<ResourceID> atWork = new HashSet<>();
    private final Set<ResourceID> goneMeanwhile = new HashSet<>();

    /** @param forgets is told namespace and name of a resource that is there no more, also of one whose finalizer somebody has taken away */
    SdkMetrics(OperatorMetrics metrics, MissingPermissions missing, BiConsumer<String, String> forgets) {
        this.forgets = forgets;
        this.metrics = metrics;
        this.missing = missing;
    }

    @Override
    public void reconciliationStarted(HasMetadata resource, Map<String, Object> metadata) {
        if (resource instanceof NodeMaintenance) {
            LogContext.begin(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
            synchronized (this) {
                atWork.add(ResourceID.fromResource(resource));
            }
        }
    }

    /** Whoever was removed by force while a turn was made is told of by that turn once more. */
    @Override
    public void reconciliationFinished(HasMetadata resource, RetryInfo retry, Map<String, Object> metadata) {
        if (resource instanceof NodeMaintenance) {
            LogContext.end();
            synchronized (this) {
                ResourceID id = ResourceID.fromResource(resource);
                atWork.remove(id);
                if (goneMeanwhile.remove(id)) {
                    gone(id);
                }
            }
        }
    }

    @Override
    public void reconciliationSucceeded(HasMetadata resource, Map<String, Object> metadata) {
        metrics.reconciled(Outcome.Succeeded);
    }

    @Override
    public void reconciliationFailed(HasMetadata resource, RetryInfo retry, Exception exception, Map<String, Object> metadata) {
        metrics.reconciled(Outcome.Failed);
        missing.failed(resource, exception);
    }

    @Override
    public synchronized void cleanupDone(ResourceID id, Map<String, Object> metadata) {
        if (NodeMaintenanceReconciler.NAME.equals(metadata.get(Constants.CONTROLLER_NAME))) {
            gone(id);
            if (atWork.contains(id)) {
                goneMeanwhile.add(id);
            }
        }
    }

    private void gone(ResourceID id) {
        String namespace = id.getNamespace().orElse("");
        metrics.gone(namespace, id.getName());
        missing.gone(namespace, id.getName());
        forgets.accept(namespace, id.getName());
    }
}
