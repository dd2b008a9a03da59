package dev.redismaintenance.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Which values does a custom resource get from the defaults in its schema? */
final class SchemaDefaults {

    private SchemaDefaults() {
    }

    /** Fills in what is missing, in place. */
    static void fill(JsonNode object, JsonNode schema) {
        if (object instanceof ObjectNode node) {
            schema.path("properties").properties().forEach(property -> {
                JsonNode value = property.getValue().path("default");
                if (!node.has(property.getKey()) && !value.isMissingNode()) {
                    node.set(property.getKey(), value.deepCopy());
                }
                fill(node.path(property.getKey()), property.getValue());
            });
        } else if (object.isArray()) {
            object.forEach(item -> fill(item, schema.path("items")));
        }
    }
}
