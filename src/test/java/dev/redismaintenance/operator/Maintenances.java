package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** What a person does with NodeMaintenances in one namespace, and what they see. */
public final class Maintenances {
    private final KubernetesClient client;
    private final String namespace;

    public Maintenances(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    public void on(String name, String podName) {
        on(name, podName, spec -> { });
    }

    public void on(String name, String podName, Consumer<NodeMaintenanceSpec> more) {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
        NodeMaintenanceSpec spec = new NodeMaintenanceSpec();
        spec.setPodName(podName);
        more.accept(spec);
        m.setSpec(spec);
        client.resource(m).create();
    }

    public void edit(String name, Consumer<NodeMaintenanceSpec> change) {
        resource(name).edit(m -> {
            change.accept(m.getSpec());
            return m;
        });
    }

    public void mode(String name, Mode mode) {
        edit(name, spec -> spec.setMode(mode));
    }

    public void delete(String name) {
        resource(name).delete();
    }

    public Optional<NodeMaintenance> get(String name) {
        return Optional.ofNullable(resource(name).get());
    }

    private Resource<NodeMaintenance> resource(String name) {
        return client.resources(NodeMaintenance.class).inNamespace(namespace).withName(name);
    }

    public Optional<Condition> condition(String name, ConditionType type) {
        return get(name).map(NodeMaintenance::getStatus).flatMap(s -> ConditionList.find(s.getConditions(), type));
    }

    /** Waits until the operator has answered this generation with Ready=True for this reason. */
    public NodeMaintenance awaitReady(String name, Enum<?> reason) {
        return await(name, "Ready=True " + reason, m -> has(m, ConditionType.Ready, ConditionStatus.True, reason));
    }

    public NodeMaintenance awaitStalled(String name, Enum<?> reason) {
        return await(name, "Stalled=True " + reason, m -> has(m, ConditionType.Stalled, ConditionStatus.True, reason));
    }

    /** Waits until slots are on their way and have been counted. */
    public NodeMaintenance awaitMoving(String name) {
        return await(name, "moving", m -> m.getStatus().getMove() != null && m.getStatus().getMove().getTotalBytes() != null);
    }

    public NodeMaintenance await(String name, String what, Predicate<NodeMaintenance> seen) {
        Awaitility.await(name + ": " + what + "; seen: " + get(name).map(NodeMaintenance::getStatus)).atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
                    NodeMaintenance m = get(name).orElseThrow(() -> new AssertionError(name + " does not exist"));
                    if (m.getStatus() == null || !Objects.equals(m.getStatus().getObservedGeneration(), m.getMetadata().getGeneration()) || !seen.test(m)) {
                        throw new AssertionError("not yet " + what + ": " + m.getStatus());
                    }
                });
        return get(name).orElseThrow();
    }

    public void awaitGone(String name) {
        Awaitility.await(name + " gone").atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            Optional<NodeMaintenance> m = get(name);
            if (m.isPresent()) {
                throw new AssertionError("still there: " + m.get().getStatus());
            }
        });
    }

    public List<ConfigMap> snapshots() {
        return client.configMaps().inNamespace(namespace).withLabel("redis-maintenance.dev/snapshot").list().getItems();
    }

    public static boolean has(NodeMaintenance m, ConditionType type, ConditionStatus status, Enum<?> reason) {
        return ConditionList.find(m.getStatus().getConditions(), type)
                .filter(c -> c.getStatus() == status && c.getReason().equals(reason.name())).isPresent();
    }
}
