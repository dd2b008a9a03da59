package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Overrides;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which gates does a request want passed over, and who wrote that? */
final class OverrideRequest {
    private OverrideRequest() {
    }

    static Overrides of(NodeMaintenance resource) {
        List<String> names = resource.getSpec().getOverrideGates();
        Set<GateName> gates = Arrays.stream(GateName.values()).filter(g -> names.contains(g.name())).collect(Collectors.toSet());
        return gates.isEmpty() ? Overrides.NONE : new Overrides(gates, "spec.overrideGates (" + FieldAuthor.of(resource, "overrideGates") + ")");
    }
}
