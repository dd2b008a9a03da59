package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Would a changed status be written, and an unchanged one not? */
class StatusEqualityTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void a_status_read_back_equals_the_one_written() throws Exception {
        NodeMaintenanceStatus status = StatusExample.inMaintenance();
        NodeMaintenanceStatus copy = MAPPER.treeToValue(MAPPER.valueToTree(status), NodeMaintenanceStatus.class);
        assertEquals(status, copy);
        assertEquals(status.hashCode(), copy.hashCode());
        assertEquals(status.toString(), copy.toString());
    }

    @Test
    void a_status_without_any_one_of_its_fields_is_another_status() throws Exception {
        List<String> pointers = new ArrayList<>();
        collect("", MAPPER.valueToTree(StatusExample.inMaintenance()), pointers);
        for (String pointer : pointers) {
            JsonNode tree = MAPPER.valueToTree(StatusExample.inMaintenance());
            int slash = pointer.lastIndexOf('/');
            ((ObjectNode) tree.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
            assertNotEquals(StatusExample.inMaintenance(), MAPPER.treeToValue(tree, NodeMaintenanceStatus.class), pointer);
        }
    }

    @Test
    void an_absent_list_and_an_empty_one_are_the_same() throws JsonProcessingException {
        NodeMaintenanceStatus empty = new NodeMaintenanceStatus();
        assertEquals(empty, MAPPER.readValue("{}", NodeMaintenanceStatus.class));
        assertEquals(empty, MAPPER.readValue("{\"gates\": null, \"conditions\": []}", NodeMaintenanceStatus.class));
        assertEquals("{}", MAPPER.writeValueAsString(empty));
    }

    @Test
    void an_object_made_to_carry_a_status_says_nothing_about_the_spec() {
        assertEquals(List.of("apiVersion", "kind", "metadata"),
                MAPPER.<ObjectNode>valueToTree(new NodeMaintenance()).properties().stream()
                        .filter(field -> !field.getValue().isNull()).map(field -> field.getKey()).sorted().toList());
    }

    private static void collect(String pointer, JsonNode node, List<String> pointers) {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                collect(pointer + "/" + i, array.get(i), pointers);
            }
        } else if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                pointers.add(pointer + "/" + field.getKey());
                collect(pointer + "/" + field.getKey(), field.getValue(), pointers);
            });
        }
    }
}
