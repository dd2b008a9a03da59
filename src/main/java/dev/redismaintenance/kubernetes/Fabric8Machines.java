package dev.redismaintenance.kubernetes;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Cordon;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** {@link Machines} with the fabric8 client. The cordon and for whom it is are changed in one patch: never one without the other. */
final class Fabric8Machines implements Machines {

    private final KubernetesClient client;

    Fabric8Machines(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Optional<Cordon> cordon(String kubernetesNode) throws KubernetesException {
        return node(kubernetesNode).map(Fabric8Machines::cordon);
    }

    private Optional<Node> node(String name) throws KubernetesException {
        return Optional.ofNullable(Fabric8Kubernetes.call("get", "nodes", () -> client.nodes().withName(name).get()));
    }

    private static Cordon cordon(Node node) {
        String text = Optional.ofNullable(node.getMetadata().getAnnotations()).map(a -> a.get(CORDONED_FOR)).orElse("");
        Set<String> holders = Arrays.stream(text.split(",")).map(String::strip).filter(h -> !h.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
        return new Cordon(NodeReader.cordoned(node), holders);
    }

    @Override
    public void changeCordon(String kubernetesNode, Cordon seen, Cordon wanted) throws KubernetesException {
        Optional<Node> node = node(kubernetesNode);
        if (node.isEmpty()) {
            return;
        }
        if (!cordon(node.get()).equals(seen)) {
            throw new KubernetesException("Kubernetes Node " + kubernetesNode + " has changed meanwhile", false, null);
        }
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("resourceVersion", node.get().getMetadata().getResourceVersion());
        metadata.put("annotations", Collections.singletonMap(CORDONED_FOR,
                wanted.holders().isEmpty() ? null : wanted.holders().stream().sorted().collect(Collectors.joining(","))));
        Map<String, Object> patch = new LinkedHashMap<>();
        patch.put("metadata", metadata);
        if (wanted.unschedulable() != seen.unschedulable()) {
            patch.put("spec", Collections.singletonMap("unschedulable", wanted.unschedulable() ? true : null));
        }
        String text = Fabric8Kubernetes.json(patch);
        Fabric8Kubernetes.call("patch", "nodes", () -> client.nodes().withName(kubernetesNode).patch(Fabric8Kubernetes.MERGE, text));
    }

    @Override
    public void createMaintenance(NodeMaintenance maintenance) throws KubernetesException {
        try {
            client.resource(maintenance).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw Fabric8Kubernetes.told("create", "nodemaintenances", e);
            }
        }
    }

    /** The spec as a whole: what is not in it any more goes. */
    @Override
    public void changeMaintenance(NodeMaintenance maintenance) throws KubernetesException {
        var meta = maintenance.getMetadata();
        Fabric8Kubernetes.call("patch", "nodemaintenances", () -> client.resources(NodeMaintenance.class).inNamespace(meta.getNamespace()).withName(meta.getName())
                .edit(m -> {
                    m.setSpec(maintenance.getSpec());
                    m.getMetadata().setAnnotations(meta.getAnnotations());
                    return m;
                }));
    }

    @Override
    public void deleteMaintenance(NodeMaintenance maintenance) throws KubernetesException {
        var meta = maintenance.getMetadata();
        Fabric8Kubernetes.call("delete", "nodemaintenances",
                () -> client.resources(NodeMaintenance.class).inNamespace(meta.getNamespace()).withName(meta.getName()).delete());
    }
}
