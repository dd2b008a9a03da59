package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.gate.Verdict;
import dev.redismaintenance.plan.Decision;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what the loop does: steps by kind, refusals by reason and gate, and what is reached. No label names an object. */
public final class OperatorMetrics implements MaintenanceLoop.Watcher {
    private final MeterRegistry registry;

    public OperatorMetrics(MeterRegistry registry) {
        this.registry = registry;
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
