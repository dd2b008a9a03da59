package dev.redismaintenance.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.ground.Kubectl;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Does {@code kubectl apply -k} install the same objects as the chart? Only what says that Helm did it may differ. */
class KustomizeIT {

    @ParameterizedTest
    @CsvSource({"cluster, ''", "cluster-node-name, 'nodeName: { allowed: true }'"})
    void for_all_namespaces_they_are_the_same_and_a_namespace_is_made_as_well(String overlay, String values) throws Exception {
        Map<String, Object> ours = byName(Kubectl.run("kustomize", "k8s/overlays/" + overlay));
        // helm makes it with --create-namespace
        ours.remove("Namespace /redis-maintenance");
        assertSame(byName(Chart.render(Chart.NAME, "redis-maintenance", values)), ours);
    }

    @Test
    void for_one_namespace_they_are_the_same_with_what_a_cluster_has_once() throws Exception {
        Map<String, Object> ours = byName(Kubectl.run("kustomize", "k8s/overlays/namespaced"));
        ours.putAll(byName(Kubectl.run("kustomize", "k8s/cluster-wide")));
        assertSame(byName(Chart.render(Chart.NAME, "cache", "{watchNamespaces: [cache], nodes: { list: false }}")), ours);
    }

    /** One object at a time: both whole would be pages. */
    private static void assertSame(Map<String, Object> chart, Map<String, Object> kustomize) {
        assertEquals(chart.keySet(), kustomize.keySet());
        chart.forEach((name, object) -> assertEquals(object, kustomize.get(name), name));
    }

    private static Map<String, Object> byName(String yaml) {
        Map<String, Object> objects = new TreeMap<>();
        for (Map<String, Object> object : Chart.documents(yaml)) {
            Map<?, ?> metadata = (Map<?, ?>) object.get("metadata");
            without(metadata, "labels", List.of("helm.sh/chart", "app.kubernetes.io/managed-by"));
            without(metadata, "annotations", List.of("helm.sh/resource-policy"));
            String namespace = metadata.get("namespace") instanceof String said ? said : "";
            if (objects.put(object.get("kind") + " " + namespace + "/" + metadata.get("name"), plain(object)) != null) {
                throw new IllegalStateException("twice: " + metadata);
            }
        }
        return objects;
    }

    /** kustomize writes 65535 for 65535.0. */
    private static Object plain(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> plain = new TreeMap<>();
            map.forEach((name, inner) -> plain.put(name, plain(inner)));
            return plain;
        }
        return value instanceof List<?> list ? list.stream().map(KustomizeIT::plain).toList() : value instanceof Number number ? number.doubleValue() : value;
    }

    private static void without(Map<?, ?> metadata, String map, List<String> keys) {
        if (metadata.get(map) instanceof Map<?, ?> present) {
            present.keySet().removeAll(keys);
            if (present.isEmpty()) {
                metadata.remove(map);
            }
        }
    }
}
