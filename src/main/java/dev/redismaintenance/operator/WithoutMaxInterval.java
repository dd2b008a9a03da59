package dev.redismaintenance.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;
import java.time.Duration;
import java.util.Optional;

/**
 * What a reconciler's annotation says of the maximal interval, none (see {@link Sweep}), where the Quarkus extension makes ten hours of it
 * (quarkus-operator-sdk issue 1379; goes when this project has 7.8.0).
 */
final class WithoutMaxInterval<P extends HasMetadata> extends QuarkusControllerConfiguration<P> {
    WithoutMaxInterval(QuarkusControllerConfiguration<P> made, QuarkusConfigurationService service) {
        super(made.getInformerConfig(), made.getName(), made.isGenerationAware(), made.getAssociatedReconcilerClassName(), made.getRetry(),
                made.getRateLimiter(), Duration.ofHours(10), made.getFinalizerName(), made.fieldManager(), made.getWorkflow(),
                made.getResourceTypeName(), made.getResourceClass());
        setParent(service);
    }

    @Override
    public Optional<Duration> maxReconciliationInterval() {
        return Optional.empty();
    }
}
