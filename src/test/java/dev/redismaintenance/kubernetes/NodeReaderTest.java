package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Does the API server pick out the cordoned Kubernetes Nodes, and is one that cannot not believed? */
@EnableKubernetesMockClient
class NodeReaderTest {
    KubernetesMockServer server;
    KubernetesClient client;

    private static Node node(String name, boolean cordoned) {
        return new NodeBuilder().withNewMetadata().withName(name).addToLabels(NodeReader.ZONE, "zone-of-" + name).endMetadata()
                .withNewSpec().withUnschedulable(cordoned ? true : null).endSpec().build();
    }

    @Test
    void only_the_cordoned_ones_are_asked_for_and_of_others_in_the_answer_none_is_taken() throws KubernetesException {
        server.expect().get().withPath("/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue")
                .andReturn(200, new NodeListBuilder().withItems(node("worker-1", true), node("worker-2", false)).build()).once();
        assertEquals(Set.of("worker-1"), new NodeReader(client).cordoned());
    }

    @Test
    void zones_are_those_of_all() throws KubernetesException {
        server.expect().get().withPath("/api/v1/nodes")
                .andReturn(200, new NodeListBuilder().withItems(node("worker-1", true), new NodeBuilder().withNewMetadata().withName("worker-2").endMetadata().build()).build()).once();
        assertEquals(Map.of("worker-1", Optional.of("zone-of-worker-1"), "worker-2", Optional.empty()), new NodeReader(client).zones());
    }
}
