package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.Fabric8Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.kubernetes.PodReader;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.GenericFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The door through which Kubernetes calls the keeper of readiness gates: when a pod that declares ours changes, when a
 * maintenance of it does, when the operator starts, and at every {@link Sweep}. No finalizer: a pod never waits for us to go.
 */
@ControllerConfiguration(name = InServiceReconciler.NAME, fieldManager = Fabric8Kubernetes.FIELD_MANAGER,
        // marks and conditions are no part of what a pod's generation counts
        generationAwareEventProcessing = false,
        informer = @Informer(genericFilter = InServiceReconciler.Gated.class, itemStore = LeanPods.class),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = Constants.NO_MAX_RECONCILIATION_INTERVAL))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 30_000)
public final class InServiceReconciler implements Reconciler<Pod> {
    static final String NAME = "in-service";

    private final InServiceKeeper keeper;

    public InServiceReconciler(InServiceKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public List<EventSource<?, Pod>> prepareEventSources(EventSourceContext<Pod> context) {
        return List.of(new InformerEventSource<>(InformerEventSourceConfiguration.from(NodeMaintenance.class, Pod.class)
                .withSecondaryToPrimaryMapper(InServiceReconciler::pod).withItemStore(new LeanRequests()).build(), context), new Sweep<>(context));
    }

    private static Set<ResourceID> pod(NodeMaintenance m) {
        return Optional.ofNullable(m.getSpec().getPodName()).filter(name -> !name.isEmpty())
                .map(name -> Set.of(new ResourceID(name, m.getMetadata().getNamespace()))).orElse(Set.of());
    }

    @Override
    public UpdateControl<Pod> reconcile(Pod pod, Context<Pod> context) throws KubernetesException {
        // a maintenance may be of a pod without the gate
        if (PodReader.declaresGate(pod)) {
            keeper.keep(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
        }
        return UpdateControl.noUpdate();
    }

    /** Pods without the gate, which are most, wake nobody. */
    public static final class Gated implements GenericFilter<Pod> {
        @Override
        public boolean accept(Pod pod) {
            return PodReader.declaresGate(pod);
        }
    }
}
