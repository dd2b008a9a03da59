package dev.redismaintenance.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.redismaintenance.docs.EnumSentences;
import dev.redismaintenance.docs.GeneratedDocs;
import dev.redismaintenance.gate.GateName;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What does the API reference for users say, given the schema? */
final class ApiReference {
    private static final String HEAD = """
            # NodeMaintenance

            <!-- Generated from the Java types in dev.redismaintenance.api; change them and run: mvn test -Ddocs.update=true -->

            """;

    private ApiReference() {
    }

    static String of(JSONSchemaProps schema) {
        Map<String, JSONSchemaProps> top = schema.getProperties();
        return HEAD + schema.getDescription() + "\n\n"
                + "`apiVersion: redis-maintenance.dev/v1alpha1`, `kind: NodeMaintenance`, namespaced. Short name: `rnm`.\n"
                + "In scripts write `nodemaintenances.redis-maintenance.dev`: other projects have a NodeMaintenance, too.\n\n"
                + "## spec\n\n" + top.get("spec").getDescription() + "\n\n" + fields(top.get("spec"))
                + "\n### Refused by the API server\n\nBeyond types, lengths and names as in the table:\n\n" + rules(top.get("spec"))
                + "\n### Gates\n\nNames for `overrideGates`, and of `status.gates`.\n\n"
                + GeneratedDocs.table("gate", "passes when the answer is yes", EnumSentences.of(GateName.class, GateName::name, GateName::question))
                + "\n## status\n\n" + top.get("status").getDescription() + "\n\n" + fields(top.get("status"))
                + "\n### Conditions\n\n" + GeneratedDocs.table("type", "True means", EnumSentences.of(ConditionType.class))
                + "\n### Verdicts\n\n" + GeneratedDocs.table("verdict", "meaning", EnumSentences.of(GateAnswer.class))
                + "\n### Where a snapshot came from\n\n" + GeneratedDocs.table("origin", "meaning", EnumSentences.of(SnapshotOrigin.class));
    }

    private static String fields(JSONSchemaProps schema) {
        List<String> rows = new ArrayList<>();
        collect("", schema, rows);
        return "| field | type | default | description |\n|---|---|---|---|\n" + String.join("", rows);
    }

    private static void collect(String prefix, JSONSchemaProps parent, List<String> rows) {
        new TreeMap<>(parent.getProperties()).forEach((name, schema) -> {
            boolean required = parent.getRequired().contains(name);
            rows.add("| `" + prefix + name + "` | " + type(schema) + " | " + defaultOf(schema, required) + " | "
                    + GeneratedDocs.cell(String.valueOf(schema.getDescription())) + " |\n");
            boolean list = schema.getItems() != null;
            collect(prefix + name + (list ? "[]." : "."), list ? schema.getItems().getSchema() : schema, rows);
        });
    }

    private static String type(JSONSchemaProps schema) {
        if (schema.getItems() != null) {
            return "list of " + type(schema.getItems().getSchema()) + limits(null, schema.getMaxItems());
        }
        if (!schema.getEnum().isEmpty()) {
            return schema.getEnum().stream().map(JsonNode::asText).map(value -> "`" + value + "`").collect(Collectors.joining(", "));
        }
        if (schema.getFormat() != null) {
            return schema.getType() + " (" + schema.getFormat() + ")";
        }
        return "integer".equals(schema.getType())
                ? schema.getType() + limits(whole(schema.getMinimum()), whole(schema.getMaximum()))
                : schema.getType() + limits(schema.getMinLength(), schema.getMaxLength());
    }

    private static String limits(Long least, Long most) {
        if (least == null && most == null) {
            return "";
        }
        if (least == null) {
            return " (at most " + most + ")";
        }
        return most == null ? " (at least " + least + ")" : " (" + least + " to " + most + ")";
    }

    private static Long whole(Double limit) {
        return limit == null ? null : limit.longValue();
    }

    private static String defaultOf(JSONSchemaProps schema, boolean required) {
        if (required) {
            return "required";
        }
        return schema.getDefault() == null ? "" : "`" + schema.getDefault() + "`";
    }

    private static String rules(JSONSchemaProps schema) {
        return schema.getXKubernetesValidations().stream()
                .map(rule -> "- " + (rule.getFieldPath() == null ? "" : "`" + rule.getFieldPath().substring(1) + "`: ") + rule.getMessage() + ".\n")
                .collect(Collectors.joining());
    }
}
