package dev.redismaintenance.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.redismaintenance.gate.GateName;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What has to be said in the schema that no annotation of the generator can say? */
final class CrdFinish implements CRDPostProcessor {
    private static final List<String> COLUMNS = Arrays.stream(NodeMaintenance.class.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();

    @Override
    public HasMetadata process(HasMetadata crd, String crdVersion) {
        CustomResourceDefinitionVersion version = ((CustomResourceDefinition) crd).getSpec().getVersions().get(0);
        columnsAsDeclared(version);
        JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
        schema.setDescription(NodeMaintenance.DESCRIPTION);
        Map<String, JSONSchemaProps> spec = schema.getProperties().get("spec").getProperties();
        gateNames(spec.get("overrideGates"));
        Map<String, JSONSchemaProps> status = schema.getProperties().get("status").getProperties();
        mapBy("type", status.get("conditions"));
        mapBy("name", status.get("gates"));
        mapBy("podName", status.get("nodes"));
        status.get("conditions").getItems().getSchema().getProperties().get("lastTransitionTime").setFormat("date-time");
        status.get("snapshot").getProperties().get("takenAt").setFormat("date-time");
        status.get("since").setFormat("date-time");
        return crd;
    }

    /** The generator sorts them by path, which would print the age first. */
    private static void columnsAsDeclared(CustomResourceDefinitionVersion version) {
        version.getAdditionalPrinterColumns().sort(Comparator.comparingInt((CustomResourceColumnDefinition column) -> COLUMNS.indexOf(column.getName())));
    }

    /** Several writers may own single items, and order does not count. */
    private static void mapBy(String key, JSONSchemaProps list) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
    }

    /** A gate that does not exist cannot be overridden: a misspelt name is refused and not ignored. */
    private static void gateNames(JSONSchemaProps list) {
        list.setXKubernetesListType("set");
        list.getItems().getSchema().setEnum(Arrays.stream(GateName.values())
                .map(gate -> (JsonNode) TextNode.valueOf(gate.name()))
                .toList());
    }
}
