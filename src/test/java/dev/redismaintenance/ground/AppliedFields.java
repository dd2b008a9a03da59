package dev.redismaintenance.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What does server-side apply make of an object? What the manager applies is merged in; what the same manager applied
 * before and does not any more is taken away, unless another manager applied it too. There are no conflicts: every
 * apply counts as forced.
 */
final class AppliedFields {

    private static final List<String> NOT_OWNED = List.of("apiVersion", "kind");
    private static final List<String> NOT_OWNED_METADATA =
            List.of("name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields");

    /** By object and part of it, then by manager. */
    private final Map<String, Map<String, JsonNode>> last = new ConcurrentHashMap<>();

    ObjectNode apply(ObjectNode current, ObjectNode applied, String manager, boolean statusOnly) {
        Map<String, JsonNode> managers = managers(current, statusOnly);
        ObjectNode owned = owned(applied, statusOnly);
        List<JsonNode> others = managers.entrySet().stream()
                .filter(e -> !e.getKey().equals(manager)).map(Map.Entry::getValue).toList();
        ObjectNode result = current.deepCopy();
        prune(result, managers.getOrDefault(manager, result.objectNode()), owned, others);
        managers.put(manager, owned);
        return Patches.overlay(result, owned);
    }

    /** Notes what an object was created with. */
    void created(ObjectNode object, ObjectNode applied, String manager) {
        managers(object, false).put(manager, owned(applied, false));
    }

    private Map<String, JsonNode> managers(ObjectNode object, boolean statusOnly) {
        return last.computeIfAbsent(object.path("metadata").path("uid").asText() + (statusOnly ? "/status" : ""),
                x -> new HashMap<>());
    }

    private static ObjectNode owned(ObjectNode applied, boolean statusOnly) {
        ObjectNode result = applied.deepCopy();
        if (statusOnly) {
            return result.retain("status");
        }
        result.remove(NOT_OWNED);
        if (result.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(NOT_OWNED_METADATA);
        }
        return result;
    }

    private static void prune(ObjectNode target, JsonNode before, JsonNode now, List<JsonNode> others) {
        before.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode was = field.getValue();
            JsonNode is = now.path(name);
            List<JsonNode> theirs = others.stream().map(o -> o.path(name)).filter(o -> !o.isMissingNode()).toList();
            if (was.isObject() && target.get(name) instanceof ObjectNode inner) {
                prune(inner, was, is, theirs);
                if (inner.isEmpty() && is.isMissingNode() && theirs.isEmpty()) {
                    target.remove(name);
                }
            } else if (was.isArray() && target.get(name) instanceof ArrayNode list
                    && (KeyedLists.isSet(name) || KeyedLists.key(name).isPresent())) {
                pruneList(name, list, was, is, theirs);
            } else if (is.isMissingNode() && theirs.isEmpty()) {
                target.remove(name);
            }
        });
    }

    private static void pruneList(String name, ArrayNode list, JsonNode was, JsonNode is, List<JsonNode> theirs) {
        for (JsonNode item : was) {
            boolean kept = Stream.concat(Stream.of(is), theirs.stream()).anyMatch(other -> holds(name, other, item));
            if (!kept) {
                KeyedLists.remove(list, KeyedLists.key(name).map(key -> (JsonNode) KeyedLists.find(list, key, item).orElse(null))
                        .filter(Objects::nonNull).orElse(item));
            }
        }
    }

    private static boolean holds(String name, JsonNode list, JsonNode item) {
        return KeyedLists.key(name).map(key -> KeyedLists.find(list, key, item).isPresent())
                .orElseGet(() -> KeyedLists.contains(list, item));
    }
}
