package dev.redismaintenance.operator;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.gate.Verdict;
import dev.redismaintenance.plan.Decision;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what the loop does: steps by kind, refusals by reason and gate, and what is reached; and how many nodes are closed just now,
 * and are so for too long. No label names an object.
 */
public final class OperatorMetrics implements MaintenanceLoop.Watcher {
    private final MeterRegistry registry;
    private final Set<String> closed = ConcurrentHashMap.newKeySet();
    private final Set<String> overdue = ConcurrentHashMap.newKeySet();

    public OperatorMetrics(MeterRegistry registry) {
        this.registry = registry;
        registry.gaugeCollectionSize("redis_maintenance_closed", Tags.empty(), closed);
        registry.gaugeCollectionSize("redis_maintenance_overdue", Tags.empty(), overdue);
    }

    @Override
    public void seen(NodeMaintenance resource, NodeMaintenanceStatus status) {
        String key = key(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
        keep(closed, key, status.getSince() != null);
        keep(overdue, key, ConditionList.find(status.getConditions(), ConditionType.Overdue).isPresent());
    }

    @Override
    public void gone(String namespace, String name) {
        keep(closed, key(namespace, name), false);
        keep(overdue, key(namespace, name), false);
    }

    private static String key(String namespace, String name) {
        return namespace + "/" + name;
    }

    private static void keep(Set<String> all, String key, boolean wanted) {
        if (wanted) {
            all.add(key);
        } else {
            all.remove(key);
        }
    }

    @Override
    public void decided(NodeMaintenance resource, Decision decision) {
        registry.counter("redis_maintenance_turns", "outcome", decision.getClass().getSimpleName(), "reason", decision.reason().name()).increment();
        if (decision instanceof Decision.Act act) {
            registry.counter("redis_maintenance_steps", "step", act.step().kind().name()).increment();
        }
        decision.gates().stream().filter(v -> v.answer() == Verdict.Answer.Refused)
                .forEach(v -> registry.counter("redis_maintenance_gate_refusals", "gate", v.gate().name()).increment());
    }
}
