package dev.redismaintenance.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;

/** What does an object look like after a patch, by each of the ways in which a Kubernetes API takes patches? */
final class Patches {

    private Patches() {
    }

    /** RFC 6902. */
    static ObjectNode json(ObjectNode object, JsonNode operations) {
        return (ObjectNode) JsonPatch.apply(operations, object.deepCopy());
    }

    /** RFC 7386: null removes, lists are replaced. */
    static ObjectNode merge(ObjectNode object, JsonNode patch) {
        ObjectNode result = object.deepCopy();
        patch.properties().forEach(field -> {
            JsonNode old = result.path(field.getKey());
            JsonNode value = field.getValue();
            if (value.isNull()) {
                result.remove(field.getKey());
            } else if (value.isObject()) {
                result.set(field.getKey(), merge(old.isObject() ? (ObjectNode) old : result.objectNode(), value));
            } else {
                result.set(field.getKey(), value);
            }
        });
        return result;
    }

    /** As {@link #merge}, but the lists that have a key are merged item by item, and {@code $patch: delete} removes one. */
    static ObjectNode strategic(ObjectNode object, JsonNode patch) {
        ObjectNode result = object.deepCopy();
        patch.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode old = result.path(name);
            JsonNode value = field.getValue();
            if (name.startsWith("$setElementOrder/")) {
                return;
            }
            if (name.startsWith("$deleteFromPrimitiveList/")) {
                JsonNode list = result.path(name.substring(name.indexOf('/') + 1));
                value.forEach(gone -> KeyedLists.remove((ArrayNode) list, gone));
            } else if (value.isNull()) {
                result.remove(name);
            } else if (value.isObject()) {
                result.set(name, strategic(old.isObject() ? (ObjectNode) old : result.objectNode(), value));
            } else if (value.isArray()) {
                result.set(name, list(name, old.isArray() ? (ArrayNode) old : result.arrayNode(), (ArrayNode) value, true));
            } else {
                result.set(name, value);
            }
        });
        return result;
    }

    /** What server-side apply adds: as {@link #strategic}, but null is a value like any other. */
    static ObjectNode overlay(ObjectNode object, JsonNode applied) {
        ObjectNode result = object.deepCopy();
        applied.properties().forEach(field -> {
            JsonNode old = result.path(field.getKey());
            JsonNode value = field.getValue();
            if (value.isObject()) {
                result.set(field.getKey(), overlay(old.isObject() ? (ObjectNode) old : result.objectNode(), value));
            } else if (value.isArray()) {
                result.set(field.getKey(), list(field.getKey(), old.isArray() ? (ArrayNode) old : result.arrayNode(),
                        (ArrayNode) value, false));
            } else {
                result.set(field.getKey(), value);
            }
        });
        return result;
    }

    private static ArrayNode list(String name, ArrayNode old, ArrayNode value, boolean strategic) {
        if (KeyedLists.isSet(name)) {
            ArrayNode union = old.deepCopy();
            value.forEach(item -> {
                if (!KeyedLists.contains(union, item)) {
                    union.add(item);
                }
            });
            return union;
        }
        return KeyedLists.key(name).map(key -> byKey(key, old, value, strategic)).orElse(value);
    }

    private static ArrayNode byKey(String key, ArrayNode old, ArrayNode value, boolean strategic) {
        ArrayNode result = old.deepCopy();
        for (JsonNode item : value) {
            ObjectNode there = KeyedLists.find(result, key, item).orElse(null);
            if (strategic && "delete".equals(item.path("$patch").asText())) {
                KeyedLists.remove(result, there);
            } else if (there == null) {
                result.add(item);
            } else {
                ObjectNode merged = strategic ? strategic(there, item) : overlay(there, item);
                there.removeAll();
                there.setAll(merged);
            }
        }
        return result;
    }
}
