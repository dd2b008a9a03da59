package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Trouble;
import java.util.Optional;

/** Does the request use an option that this operator does not honour? Nothing is silently ignored. */
final class Supported {
    private Supported() {
    }

    /** Options of entering. They may be set after the node was closed, so they do not stand in the way of leaving. */
    static Optional<Trouble> option(NodeMaintenanceSpec spec, boolean overrides) {
        if (!spec.getOverrideGates().isEmpty() && !overrides) {
            return Optional.of(new Trouble(Reason.OverridesOff, "overrideGates is not honoured: remove it, and do what the refusing gate's message says; or have your"
                    + " administrator install the policy redis-maintenance-override, which lets only those set it who may, and set redis-maintenance.override-gates=true"));
        }
        if (spec.getOverrideGates().contains(GateName.CapacityAvailable.name())) {
            return Optional.of(new Trouble(Reason.InsufficientCapacity, "overrideGates names CapacityAvailable, which cannot be passed over:"
                    + " slots for which there is no room have nowhere to go; remove it, and do what the gate's message says"));
        }
        return Optional.empty();
    }
}
