package dev.redismaintenance.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** What does an API server itself write into an object that it is given? */
final class EmbeddedObjects {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EmbeddedObjects() {
    }

    /** What a new object gets, in place. */
    static void complete(ApiPath path, ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (!metadata.has("name") && metadata.has("generateName")) {
            metadata.put("name", metadata.get("generateName").asText() + suffix());
        }
        if (path.pods()) {
            ObjectNode spec = object.withObjectProperty("spec");
            if (!spec.has("terminationGracePeriodSeconds")) {
                spec.put("terminationGracePeriodSeconds", 30);
            }
            if (!spec.has("restartPolicy")) {
                spec.put("restartPolicy", "Always");
            }
            object.putObject("status").put("phase", "Pending");
        }
        if (path.plural().equals("customresourcedefinitions")) {
            for (String type : new String[] {"NamesAccepted", "Established"}) {
                object.withObjectProperty("status").withArrayProperty("conditions").addObject()
                        .put("type", type).put("status", "True").put("reason", "Embedded").put("message", "");
            }
        }
    }

    /** What an object gets on every write, in place. */
    static void encodeSecret(ApiPath path, ObjectNode object) {
        if (path.plural().equals("secrets") && object.get("stringData") instanceof ObjectNode text) {
            ObjectNode data = object.withObjectProperty("data");
            text.properties().forEach(field -> data.put(field.getKey(),
                    Base64.getEncoder().encodeToString(field.getValue().asText().getBytes(StandardCharsets.UTF_8))));
            object.remove("stringData");
        }
    }

    static ObjectNode read(String json) {
        try {
            JsonNode node = JSON.readTree(json.isEmpty() ? "{}" : json);
            return node instanceof ObjectNode object ? object : JSON.createObjectNode();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static JsonNode readAny(String text) {
        return Serialization.unmarshal(text, JsonNode.class);
    }

    private static String suffix() {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            result.append("bcdfghjklmnpqrstvwxz2456789".charAt(ThreadLocalRandom.current().nextInt(27)));
        }
        return result.toString();
    }
}
