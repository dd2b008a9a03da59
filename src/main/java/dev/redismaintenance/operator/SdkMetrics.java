package dev.redismaintenance.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/**
 * The SDK's own metrics, as few as are of use: reconciliations that ended well, and that failed. Its shipped implementation
 * registers one name with varying labels, which the Prometheus registry answers with an exception inside the event loop. Nobody but them
 * hears of what fails in the SDK itself, such as setting the finalizer, so {@link MissingPermissions} is told from here.
 */
final class SdkMetrics implements Metrics {
    private final MeterRegistry registry;
    private final MissingPermissions missing;

    SdkMetrics(MeterRegistry registry, MissingPermissions missing) {
        this.registry = registry;
        this.missing = missing;
    }

    @Override
    public void reconciliationSucceeded(HasMetadata resource, Map<String, Object> metadata) {
        registry.counter("redis_maintenance_reconciliations", "result", "success").increment();
    }

    @Override
    public void reconciliationFailed(HasMetadata resource, RetryInfo retry, Exception exception, Map<String, Object> metadata) {
        registry.counter("redis_maintenance_reconciliations", "result", "failure").increment();
        missing.failed(resource, exception);
    }
}
