package dev.redismaintenance.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads from Kubernetes Nodes in which zone they are, and whether they are cordoned. */
final class NodeReader implements SharedNodes.Reader {
    static final String ZONE = "topology.kubernetes.io/zone";
    private static final String CORDONED = "spec.unschedulable";

    private final KubernetesClient client;

    NodeReader(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Set<String> cordoned() throws KubernetesException {
        return Fabric8Kubernetes.call("list", "nodes", () -> client.nodes().withField(CORDONED, "true").list().getItems()).stream()
                // a server that does not know the selector answers with all
                .filter(NodeReader::cordoned).map(node -> node.getMetadata().getName()).collect(Collectors.toSet());
    }

    @Override
    public Map<String, Optional<String>> zones() throws KubernetesException {
        Map<String, Optional<String>> zones = new HashMap<>();
        Fabric8Kubernetes.call("list", "nodes", () -> client.nodes().list().getItems()).forEach(node -> zones.put(node.getMetadata().getName(), zone(node)));
        return zones;
    }

    static boolean cordoned(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    static Optional<String> zone(Node node) {
        return Optional.ofNullable(node.getMetadata().getLabels()).map(labels -> labels.get(ZONE));
    }
}
