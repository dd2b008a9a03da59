package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who wrote a field of a request? The API server keeps for each field the program that set it last and when
 * ({@code metadata.managedFields}); the user's name stands in its audit log only.
 */
final class FieldAuthor {
    private FieldAuthor() {
    }

    /** @param field of the spec */
    static String of(NodeMaintenance resource, String field) {
        List<ManagedFieldsEntry> all = Optional.ofNullable(resource.getMetadata().getManagedFields()).orElse(List.of());
        return all.stream().filter(e -> sets(e, field)).max(Comparator.comparing(e -> Optional.ofNullable(e.getTime()).orElse("")))
                .map(e -> "set by " + e.getManager() + " at " + e.getTime()).orElse("author unknown");
    }

    private static boolean sets(ManagedFieldsEntry entry, String field) {
        Map<String, Object> fields = Optional.ofNullable(entry.getFieldsV1()).map(f -> f.getAdditionalProperties()).orElse(Map.of());
        return fields.get("f:spec") instanceof Map<?, ?> spec && spec.containsKey("f:" + field);
    }
}
