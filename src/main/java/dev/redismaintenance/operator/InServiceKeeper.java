package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.InService;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the readiness gate of pods that declare it: {@link InService} says what it should say, from a fresh read of the pod, of
 * the maintenances and of their snapshots. Also for pods that no maintenance was ever asked for: without somebody to say that they are in
 * service they would never be Ready. It remembers nothing and writes nothing while all is as it should be.
 */
final class InServiceKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(InServiceKeeper.class);
    private final Kubernetes kubernetes;

    InServiceKeeper(Kubernetes kubernetes) {
        this.kubernetes = kubernetes;
    }

    void keep(String namespace, String podName) throws KubernetesException {
        Optional<PodFacts> pod = kubernetes.pod(namespace, podName).filter(p -> p.inService().declared());
        if (pod.isEmpty()) {
            return;
        }
        Optional<Boolean> write = InService.toWrite(pod.get(), begun(namespace, podName));
        if (write.isPresent()) {
            LOG.info("{}/{} is {}", namespace, podName, write.get() ? "in service" : "out of service");
            kubernetes.sayInService(namespace, pod.get(), write.get());
        }
    }

    private boolean begun(String namespace, String podName) throws KubernetesException {
        List<NodeMaintenance> unfinished = kubernetes.maintenances(namespace).stream().filter(m -> podName.equals(m.getSpec().getPodName()))
                .filter(m -> Peers.wants(m) || !restored(m)).toList();
        if (unfinished.isEmpty()) {
            return false;
        }
        Set<String> recorded = kubernetes.snapshots(namespace).stream().flatMap(s -> s.placement().stream()).map(Placement::activation).collect(Collectors.toSet());
        return unfinished.stream().anyMatch(m -> Peers.notedBegun(m) || recorded.contains(m.getMetadata().getUid()));
    }

    private static boolean restored(NodeMaintenance m) {
        return ConditionList.find(m, ConditionType.Restored)
                .map(Condition::getStatus).filter(ConditionStatus.True::equals).isPresent();
    }
}
