package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What does a kubelet write into a pod's status? Only its own part: conditions of others, readiness gates above all,
 * stay as they are and decide with it whether the pod is Ready.
 *
 * @param waiting why the container does not run, if it does not
 * @param startedAt when this run of the server began
 */
record PodStatusReport(String address, String hostAddress, String containerId, boolean containerReady, int restarts,
        Optional<String> waiting, Instant podStart, Instant startedAt) {

    PodStatus applyTo(Pod pod) {
        PodStatus now = Optional.ofNullable(pod.getStatus()).orElseGet(PodStatus::new);
        List<PodCondition> conditions = new ArrayList<>(now.getConditions());
        set(conditions, "PodScheduled", true);
        set(conditions, "Initialized", true);
        set(conditions, "ContainersReady", containerReady);
        set(conditions, "Ready", containerReady && gates(pod).stream().allMatch(gate -> isTrue(conditions, gate)));
        return new PodStatusBuilder(now)
                .withPhase(waiting.isPresent() && restarts == 0 && containerId.isEmpty() ? "Pending" : "Running")
                .withPodIP(address).withPodIPs(new PodIP(address))
                .withHostIP(hostAddress)
                .withStartTime(time(podStart))
                .withConditions(conditions)
                .withContainerStatuses(pod.getSpec().getContainers().stream().map(this::container).toList())
                .build();
    }

    private ContainerStatus container(Container container) {
        return new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID(container.getImage())
                .withContainerID(containerId)
                .withReady(containerReady)
                .withStarted(waiting.isEmpty())
                .withRestartCount(restarts)
                .withState(state())
                // the API server answers it empty where it is absent, and what differs from its answer would be written again at each tick
                .withNewLastState().endLastState()
                .build();
    }

    private ContainerState state() {
        return waiting
                .map(reason -> new ContainerStateBuilder().withNewWaiting().withReason(reason).endWaiting().build())
                .orElseGet(() -> new ContainerStateBuilder().withNewRunning().withStartedAt(time(startedAt)).endRunning().build());
    }

    private static List<String> gates(Pod pod) {
        return pod.getSpec().getReadinessGates().stream().map(PodReadinessGate::getConditionType).toList();
    }

    private static boolean isTrue(List<PodCondition> conditions, String type) {
        return conditions.stream().anyMatch(c -> c.getType().equals(type) && "True".equals(c.getStatus()));
    }

    private static void set(List<PodCondition> conditions, String type, boolean value) {
        String status = value ? "True" : "False";
        for (int i = 0; i < conditions.size(); i++) {
            PodCondition old = conditions.get(i);
            if (old.getType().equals(type)) {
                if (!status.equals(old.getStatus())) {
                    conditions.set(i, new PodConditionBuilder(old).withStatus(status)
                            .withLastTransitionTime(time(Instant.now())).build());
                }
                return;
            }
        }
        conditions.add(new PodConditionBuilder().withType(type).withStatus(status)
                .withLastTransitionTime(time(Instant.now())).build());
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
