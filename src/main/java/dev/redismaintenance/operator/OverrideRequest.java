package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Overrides;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which gates does a request want passed over, and who wrote that? The API server keeps for each field the program that set it last and
 * when ({@code metadata.managedFields}); the user's name stands in its audit log only.
 */
final class OverrideRequest {
    private OverrideRequest() {
    }

    static Overrides of(NodeMaintenance resource) {
        List<String> names = resource.getSpec().getOverrideGates();
        Set<GateName> gates = Arrays.stream(GateName.values()).filter(g -> names.contains(g.name())).collect(Collectors.toSet());
        return gates.isEmpty() ? Overrides.NONE : new Overrides(gates, "spec.overrideGates (" + author(resource) + ")");
    }

    private static String author(NodeMaintenance resource) {
        List<ManagedFieldsEntry> all = Optional.ofNullable(resource.getMetadata().getManagedFields()).orElse(List.of());
        return all.stream().filter(OverrideRequest::setsIt).max(Comparator.comparing(e -> Optional.ofNullable(e.getTime()).orElse("")))
                .map(e -> "set by " + e.getManager() + " at " + e.getTime()).orElse("author unknown");
    }

    private static boolean setsIt(ManagedFieldsEntry entry) {
        Map<String, Object> fields = Optional.ofNullable(entry.getFieldsV1()).map(f -> f.getAdditionalProperties()).orElse(Map.of());
        return fields.get("f:spec") instanceof Map<?, ?> spec && spec.containsKey("f:overrideGates");
    }
}
