package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.ForbiddenText;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is told of a missing permission that no status tells of? What the loop needs for its own work it tells in the status; what it needs
 * to write that, and what the SDK needs to begin and to end, is told by an event of the resource, and in the log.
 */
final class MissingPermissions {
    private static final Logger LOG = LoggerFactory.getLogger(MissingPermissions.class);

    private final Kubernetes kubernetes;
    /** By the resource's namespace and name. */
    private final Map<String, Set<String>> told = new ConcurrentHashMap<>();

    MissingPermissions(Kubernetes kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** A reconciliation of the resource has failed, and will be tried again. */
    void failed(HasMetadata resource, Exception failure) {
        Optional<String> missing = Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause).map(MissingPermissions::refusal)
                .flatMap(Optional::stream).findFirst();
        if (missing.isPresent()) {
            String who = resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
            LOG.warn("{}: {}", who, missing.get());
            if (resource instanceof NodeMaintenance maintenance && !told.getOrDefault(who, Set.of()).contains(resource.getMetadata().getUid() + missing.get())) {
                tell(maintenance, who, missing.get());
            }
        }
    }

    private void tell(NodeMaintenance maintenance, String who, String missing) {
        try {
            kubernetes.event(maintenance, EventReason.MissingPermission.event(missing, "" + maintenance.getMetadata().getGeneration()));
            told.computeIfAbsent(who, w -> ConcurrentHashMap.newKeySet()).add(maintenance.getMetadata().getUid() + missing);
        } catch (KubernetesException e) {
            LOG.warn("{}: nor can an event say so: {}", who, e.getMessage());
        }
    }

    /** The resource is no more, however it went. */
    void gone(String namespace, String name) {
        told.remove(namespace + "/" + name);
    }

    /** What one of the causes says that may not be done. */
    private static Optional<String> refusal(Throwable cause) {
        if (cause instanceof KubernetesException e && e.forbidden()) {
            return Optional.of(e.getMessage());
        }
        return cause instanceof KubernetesClientException e ? ForbiddenText.of(e) : Optional.empty();
    }
}
