package dev.redismaintenance.kubernetes;

import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.cluster.Revision;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads from a pod, and the Kubernetes Node it is bound to, what matters for maintenance. */
public final class PodReader {
    /** How the servers of the pod's cluster are reached, for all maintenances that do not say it themselves. */
    public static final String CONNECTION = "redis-maintenance.dev/connection";
    /** The condition type of the readiness gate that a pod declares to leave its Services while its node is in maintenance. */
    public static final String IN_SERVICE = "redis-maintenance.dev/in-service";
    private static final String REVISION = "controller-revision-hash";

    private PodReader() {
    }

    static PodFacts read(Pod pod, Map<String, SharedNodes.Facts> nodes) {
        var meta = pod.getMetadata();
        var status = Optional.ofNullable(pod.getStatus());
        Optional<String> machine = machine(pod);
        Optional<SharedNodes.Facts> node = machine.map(nodes::get);
        boolean running = status.filter(s -> "Running".equals(s.getPhase())).isPresent();
        return new PodFacts(meta.getName(), Optional.ofNullable(meta.getUid()).orElse(""),
                status.map(s -> s.getPodIP()).filter(ip -> !ip.isEmpty()), machine,
                node.flatMap(SharedNodes.Facts::zone), node.map(SharedNodes.Facts::cordoned).orElse(false),
                running, ready(pod), meta.getDeletionTimestamp() != null, claims(pod),
                MarkText.read(orEmpty(meta.getLabels()), orEmpty(meta.getAnnotations())), memoryLimit(pod),
                Optional.ofNullable(orEmpty(meta.getAnnotations()).get(CONNECTION)), inService(pod), reach(pod), revision(pod));
    }

    /** The name of the Kubernetes Node that it is bound to. */
    static Optional<String> machine(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName()).filter(n -> !n.isEmpty());
    }

    private static Optional<OwnerReference> controller(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream().filter(o -> Boolean.TRUE.equals(o.getController())).findFirst();
    }

    private static Reach reach(Pod pod) {
        return new Reach(Optional.ofNullable(pod.getStatus()).stream().flatMap(s -> s.getPodIPs().stream()).map(PodIP::getIp).toList(),
                controller(pod).map(o -> new Reach.Controller(o.getKind(), o.getName(), o.getKind().equals("StatefulSet") && o.getApiVersion().startsWith("apps/"))),
                ListeningReader.read(pod.getSpec().getContainers()), started(pod), Optional.empty());
    }

    private static Optional<Instant> started(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream().flatMap(s -> s.getContainerStatuses().stream()).map(c -> c.getState())
                .filter(state -> state != null && state.getRunning() != null && state.getRunning().getStartedAt() != null)
                .map(state -> Instant.parse(state.getRunning().getStartedAt())).min(Comparator.naturalOrder());
    }

    private static Optional<Revision> revision(Pod pod) {
        Optional<String> hash = Optional.ofNullable(orEmpty(pod.getMetadata().getLabels()).get(REVISION));
        return hash.flatMap(h -> controller(pod).map(o -> new Revision(o.getKind() + " " + o.getName(), h)));
    }

    public static boolean declaresGate(Pod pod) {
        return gates(pod).contains(IN_SERVICE);
    }

    private static List<String> gates(Pod pod) {
        return Optional.ofNullable(pod.getSpec()).stream().flatMap(s -> s.getReadinessGates().stream()).map(PodReadinessGate::getConditionType).toList();
    }

    /** What the condition Ready says; of a pod with our gate, what it would say without. */
    private static boolean ready(Pod pod) {
        return declaresGate(pod)
                ? is(pod, "ContainersReady") && gates(pod).stream().filter(g -> !g.equals(IN_SERVICE)).allMatch(g -> is(pod, g)) : is(pod, "Ready");
    }

    private static InServiceGate inService(Pod pod) {
        if (!declaresGate(pod)) {
            return InServiceGate.NOT_DECLARED;
        }
        return condition(pod, IN_SERVICE).map(value -> value.equals("True") ? InServiceGate.IN_SERVICE : InServiceGate.OUT_OF_SERVICE)
                .orElse(InServiceGate.NOT_SET);
    }

    private static boolean is(Pod pod, String type) {
        return condition(pod, type).filter("True"::equals).isPresent();
    }

    private static Optional<String> condition(Pod pod, String type) {
        return Optional.ofNullable(pod.getStatus()).stream().flatMap(s -> s.getConditions().stream()).filter(c -> type.equals(c.getType()))
                .map(c -> Optional.ofNullable(c.getStatus()).orElse("")).findFirst();
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
