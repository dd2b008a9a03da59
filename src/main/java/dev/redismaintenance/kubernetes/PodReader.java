package dev.redismaintenance.kubernetes;

import dev.redismaintenance.cluster.PodFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads from a pod, and the Kubernetes Node it is bound to, what matters for maintenance. */
public final class PodReader {
    /** How the servers of the pod's cluster are reached, for all maintenances that do not say it themselves. */
    public static final String CONNECTION = "redis-maintenance.dev/connection";
    private static final String ZONE = "topology.kubernetes.io/zone";

    private PodReader() {
    }

    static PodFacts read(Pod pod, Map<String, Node> nodes) {
        var meta = pod.getMetadata();
        var status = Optional.ofNullable(pod.getStatus());
        Optional<String> machine = Optional.ofNullable(pod.getSpec().getNodeName()).filter(n -> !n.isEmpty());
        Optional<Node> node = machine.map(nodes::get);
        boolean running = status.filter(s -> "Running".equals(s.getPhase())).isPresent();
        boolean ready = status.stream().flatMap(s -> s.getConditions().stream())
                .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
        return new PodFacts(meta.getName(), Optional.ofNullable(meta.getUid()).orElse(""),
                status.map(s -> s.getPodIP()).filter(ip -> !ip.isEmpty()), machine,
                node.map(n -> n.getMetadata().getLabels()).map(l -> l.get(ZONE)),
                node.map(n -> Boolean.TRUE.equals(n.getSpec().getUnschedulable())).orElse(false),
                running, ready, meta.getDeletionTimestamp() != null, claims(pod),
                MarkText.read(orEmpty(meta.getLabels()), orEmpty(meta.getAnnotations())), memoryLimit(pod),
                Optional.ofNullable(orEmpty(meta.getAnnotations()).get(CONNECTION)));
    }

    /** Of the biggest container: which one the server runs in is not known, and side-cars are small. 0 where none has a limit. */
    private static long memoryLimit(Pod pod) {
        return pod.getSpec().getContainers().stream().map(c -> Optional.ofNullable(c.getResources()).map(r -> r.getLimits()).map(l -> l.get("memory")))
                .flatMap(Optional::stream).mapToLong(q -> Quantity.getAmountInBytes(q).longValue()).max().orElse(0);
    }

    private static List<String> claims(Pod pod) {
        return pod.getSpec().getVolumes().stream().map(Volume::getPersistentVolumeClaim).filter(Objects::nonNull)
                .map(c -> c.getClaimName()).sorted().toList();
    }

    private static Map<String, String> orEmpty(Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
