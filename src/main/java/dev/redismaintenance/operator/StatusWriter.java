package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Reason;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a status, with the events that its change makes, when it differs from the one that stands. */
final class StatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

    private final Kubernetes kubernetes;
    /** Whose status may not be written: what was told of it stays told, or each attempt would tell it again. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    /** Whose status was against the schema, with what was told last of it. */
    private final Map<String, NodeMaintenanceStatus> invalid = new ConcurrentHashMap<>();

    StatusWriter(Kubernetes kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** @return whether it stands; one that is against the schema is told by an event, and who leaves goes on without it */
    boolean write(NodeMaintenance resource, NodeMaintenanceStatus status) throws KubernetesException {
        NodeMaintenanceStatus before = Optional.ofNullable(resource.getStatus()).orElseGet(NodeMaintenanceStatus::new);
        if (status.equals(before)) {
            return true;
        }
        String uid = resource.getMetadata().getUid();
        NodeMaintenanceStatus told = invalid.getOrDefault(uid, before);
        boolean silent = refused.contains(uid);
        if (!silent) {
            tell(resource, told, status);
        }
        try {
            kubernetes.writeStatus(resource, status);
        } catch (KubernetesException e) {
            if (e.forbidden()) {
                refused.add(uid);
            }
            if (!e.invalid()) {
                throw e;
            }
            tellInvalid(resource, e, invalid.put(uid, status) == null);
            return false;
        }
        refused.remove(uid);
        invalid.remove(uid);
        if (silent) {
            tell(resource, told, status);
        }
        return true;
    }

    private void tellInvalid(NodeMaintenance resource, KubernetesException e, boolean first) throws KubernetesException {
        LOG.warn("the status is refused: {}", e.getMessage());
        if (first) {
            tell(resource, EventReason.StatusRefused.event("the status stays as it was, since the API server refuses the new one: put right what it names; leaving goes on all the same. "
                    + e.getMessage(), "" + resource.getMetadata().getGeneration()));
        }
        if (Peers.wants(resource)) {
            throw e;
        }
    }

    /**
     * Has another process told of it since it was read here? While nothing is under way nobody holds the Lease and all of them report: who looked
     * earlier is not to have the last word. Between this question and the answer being written milliseconds are left, instead of the seconds of a look.
     */
    boolean overtaken(NodeMaintenance resource) throws KubernetesException {
        return kubernetes.maintenances(resource.getMetadata().getNamespace()).stream()
                .noneMatch(m -> m.getMetadata().getUid().equals(resource.getMetadata().getUid()) && Objects.equals(m.getStatus(), resource.getStatus()));
    }

    /** The resource of this uid is no more. */
    void forget(String uid) {
        refused.remove(uid);
        invalid.remove(uid);
    }

    private void tell(NodeMaintenance resource, NodeMaintenanceStatus before, NodeMaintenanceStatus status) throws KubernetesException {
        for (Kubernetes.Event event : Transitions.between(before, status)) {
            LOG.info("{}: {}", event.reason(), event.message());
            tell(resource, event);
        }
    }

    /** That a permission is missing must be readable in the status even where it is the one to tell it by an event. */
    private void tell(NodeMaintenance resource, Kubernetes.Event event) throws KubernetesException {
        try {
            kubernetes.event(resource, event);
        } catch (KubernetesException e) {
            if (!e.forbidden() || !event.reason().equals(Reason.MissingPermission.name())) {
                throw e;
            }
        }
    }
}
