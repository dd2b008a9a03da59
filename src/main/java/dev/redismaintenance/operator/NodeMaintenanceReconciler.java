package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.Fabric8Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The door through which Kubernetes calls the loop. It decides nothing: every turn reads the resource afresh, and status and
 * events are written by the loop, which also says when to come again: always, until nothing of the resource is left to undo.
 */
@ControllerConfiguration(name = NodeMaintenanceReconciler.NAME, finalizerName = NodeMaintenanceReconciler.FINALIZER,
        fieldManager = Fabric8Kubernetes.FIELD_MANAGER, informer = @Informer(itemStore = LeanRequests.class),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = Constants.NO_MAX_RECONCILIATION_INTERVAL))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 30_000)
public final class NodeMaintenanceReconciler implements Reconciler<NodeMaintenance>, Cleaner<NodeMaintenance> {
    static final String NAME = "nodemaintenance";
    /** Deletion waits until the node has left maintenance. */
    public static final String FINALIZER = "redis-maintenance.dev/restore";

    private final MaintenanceLoop loop;

    public NodeMaintenanceReconciler(MaintenanceLoop loop) {
        this.loop = loop;
    }

    @Override
    public List<EventSource<?, NodeMaintenance>> prepareEventSources(EventSourceContext<NodeMaintenance> context) {
        return List.of(new Sweep<>(context));
    }

    @Override
    public UpdateControl<NodeMaintenance> reconcile(NodeMaintenance resource, Context<NodeMaintenance> context) throws KubernetesException {
        return UpdateControl.<NodeMaintenance>noUpdate().rescheduleAfter(again(resource, turn(resource)));
    }

    @Override
    public DeleteControl cleanup(NodeMaintenance resource, Context<NodeMaintenance> context) throws KubernetesException {
        MaintenanceLoop.Turn turn = turn(resource);
        if (!turn.released()) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(again(resource, turn));
        }
        release(resource, context.getClient());
        // without a time: what is gone needs no call, and what others still hold has nothing of ours any more
        return DeleteControl.noFinalizerRemoval();
    }

    /**
     * Not left to the SDK: it would note under the resource's name that the deletion was processed, and when one of the same
     * name has been created in that very moment, ignore the new one's timers for ever (5.3.2, {@code RecreatedIT}).
     */
    private static void release(NodeMaintenance resource, KubernetesClient client) {
        NodeMaintenance fresh = client.resource(resource).get();
        if (fresh == null || !fresh.getMetadata().getUid().equals(resource.getMetadata().getUid())) {
            return;
        }
        List<String> others = fresh.getMetadata().getFinalizers().stream().filter(f -> !f.equals(FINALIZER)).toList();
        // the version makes it fail, and be tried again, when somebody has changed the list since
        String patch = Serialization.asJson(Map.of("metadata", Map.of("resourceVersion", fresh.getMetadata().getResourceVersion(), "finalizers", others)));
        client.resource(fresh).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private static Duration again(NodeMaintenance resource, MaintenanceLoop.Turn turn) {
        return Spread.next(turn.again(), resource.getMetadata().getUid(), Instant.now());
    }

    private MaintenanceLoop.Turn turn(NodeMaintenance resource) throws KubernetesException {
        return loop.turn(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
    }
}
