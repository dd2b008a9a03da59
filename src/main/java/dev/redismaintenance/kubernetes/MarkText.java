package dev.redismaintenance.kubernetes;

import dev.redismaintenance.cluster.Mark;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The mark on a pod: a label to select by, {@code redis-maintenance.dev/closed: "true"}, while it is closed, and an annotation
 * with who, why, since when and the snapshot.
 */
public final class MarkText {
    public static final String LABEL = "redis-maintenance.dev/closed";
    public static final String ANNOTATION = "redis-maintenance.dev/maintenance";

    private MarkText() {
    }

    static String write(Mark mark) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("state", mark.open() ? "opening" : "closed");
        fields.put("owner", mark.owner());
        fields.put("reason", mark.reason());
        fields.put("since", mark.since());
        fields.put("snapshot", mark.snapshot());
        return Serialization.asJson(fields).replaceAll("\\s*\\R\\s*", " ");
    }

    /**
     * Empty for a pod without a mark. A label whose annotation was removed or garbled, and an annotation that says closed and whose label was
     * removed, are still a closed mark, without an owner: it is to be written again.
     */
    static Optional<Mark> read(Map<String, String> labels, Map<String, String> annotations) {
        boolean label = "true".equals(labels.get(LABEL));
        String text = annotations.get(ANNOTATION);
        if (text == null) {
            return label ? Optional.of(new Mark("", "", "", "", false)) : Optional.empty();
        }
        try {
            Map<?, ?> fields = Optional.<Map<?, ?>>ofNullable(Serialization.unmarshal(text, Map.class)).orElse(Map.of());
            boolean open = !label && "opening".equals(field(fields, "state"));
            return Optional.of(new Mark(label || open ? field(fields, "owner") : "", field(fields, "reason"), field(fields, "since"),
                    field(fields, "snapshot"), open));
        } catch (IllegalArgumentException | KubernetesClientException garbled) {
            return Optional.of(new Mark("", "", "", "", false));
        }
    }

    private static String field(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? text : "";
    }
}
