package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedNodesTest {
    private final List<Node> there = new ArrayList<>();
    private KubernetesException refusal;
    private int asked;
    private long now = 5;
    /** Each question takes a moment. */
    private final SharedNodes nodes = new SharedNodes(() -> {
        asked++;
        if (refusal != null) {
            throw refusal;
        }
        return there;
    }, () -> ++now);

    private static Node node(String name, boolean cordoned) {
        return new NodeBuilder().withNewMetadata().withName(name).addToLabels(PodReader.ZONE, "zone-a").endMetadata()
                .withNewSpec().withUnschedulable(cordoned ? true : null).endSpec().build();
    }

    @Test
    void of_each_node_its_zone_is_known_and_whether_it_is_cordoned() throws KubernetesException {
        there.add(node("worker-1", true));
        there.add(new NodeBuilder().withNewMetadata().withName("worker-2").endMetadata().withNewSpec().endSpec().build());
        assertEquals(Map.of("worker-1", new SharedNodes.Facts(Optional.of("zone-a"), true), "worker-2", new SharedNodes.Facts(Optional.empty(), false)),
                nodes.byName());
    }

    @Test
    void what_happened_before_the_question_is_in_the_answer() throws KubernetesException {
        there.add(node("worker-1", false));
        assertEquals(false, nodes.byName().get("worker-1").cordoned());
        there.set(0, node("worker-1", true));
        assertEquals(true, nodes.byName().get("worker-1").cordoned());
    }

    @Test
    void who_had_waited_before_it_was_asked_is_served_by_the_same_answer_and_who_came_later_is_not() throws KubernetesException {
        long early = now;
        nodes.byName();
        nodes.byName(early);
        assertEquals(1, asked);
        nodes.byName(now);
        assertEquals(2, asked);
    }

    @Test
    void where_nodes_may_not_be_listed_none_is_known() throws KubernetesException {
        refusal = new KubernetesException("no", true, null);
        assertEquals(Map.of(), nodes.byName());
    }

    @Test
    void a_failure_is_shared_by_those_who_had_waited_and_not_kept() throws KubernetesException {
        there.add(node("worker-1", false));
        refusal = new KubernetesException("the API server is away", false, null);
        long early = now;
        assertThrows(KubernetesException.class, nodes::byName);
        assertThrows(KubernetesException.class, () -> nodes.byName(early));
        assertEquals(1, asked);
        refusal = null;
        assertEquals(false, nodes.byName().get("worker-1").cordoned());
    }
}
