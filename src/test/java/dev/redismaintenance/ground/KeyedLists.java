package dev.redismaintenance.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which lists does the API server merge item by item, and by which key? All others are replaced as a whole. */
final class KeyedLists {

    private static final Map<String, String> KEYS = Map.of("conditions", "type", "ownerReferences", "uid", "gates", "name",
            "containers", "name", "env", "name", "volumes", "name", "volumeMounts", "mountPath", "readinessGates", "conditionType",
            "addresses", "type", "taints", "key");
    private static final Set<String> SETS = Set.of("finalizers");

    private KeyedLists() {
    }

    static Optional<String> key(String field) {
        return Optional.ofNullable(KEYS.get(field));
    }

    static boolean isSet(String field) {
        return SETS.contains(field);
    }

    /** The item whose key equals that of {@code like}. */
    static Optional<ObjectNode> find(JsonNode list, String key, JsonNode like) {
        for (JsonNode item : list) {
            if (item.isObject() && item.path(key).equals(like.path(key))) {
                return Optional.of((ObjectNode) item);
            }
        }
        return Optional.empty();
    }

    static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode item : list) {
            if (item.equals(value)) {
                return true;
            }
        }
        return false;
    }

    static void remove(ArrayNode list, JsonNode value) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (list.get(i).equals(value)) {
                list.remove(i);
            }
        }
    }
}
