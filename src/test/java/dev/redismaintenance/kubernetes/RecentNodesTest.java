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

class RecentNodesTest {
    private final List<Node> there = new ArrayList<>();
    private KubernetesException refusal;
    private Runnable during = () -> { };
    private int asked;
    private long now = 5;
    private final RecentNodes nodes = new RecentNodes(() -> {
        asked++;
        during.run();
        if (refusal != null) {
            throw refusal;
        }
        return there;
    }, () -> now);

    private static Node node(String name, boolean cordoned) {
        return new NodeBuilder().withNewMetadata().withName(name).addToLabels(PodReader.ZONE, "zone-a").endMetadata()
                .withNewSpec().withUnschedulable(cordoned ? true : null).endSpec().build();
    }

    private boolean cordoned() throws KubernetesException {
        return nodes.byName().get("worker-1").cordoned();
    }

    @Test
    void of_each_node_its_zone_is_known_and_whether_it_is_cordoned() throws KubernetesException {
        there.add(node("worker-1", true));
        there.add(new NodeBuilder().withNewMetadata().withName("worker-2").endMetadata().withNewSpec().endSpec().build());
        assertEquals(Map.of("worker-1", new RecentNodes.Facts(Optional.of("zone-a"), true), "worker-2", new RecentNodes.Facts(Optional.empty(), false)),
                nodes.byName());
    }

    @Test
    void one_answer_serves_for_a_while_and_no_longer() throws KubernetesException {
        there.add(node("worker-1", false));
        nodes.byName();
        there.set(0, node("worker-1", true));
        now += RecentNodes.FOR.toNanos() - 1;
        assertEquals(false, cordoned());
        assertEquals(1, asked);
        now++;
        assertEquals(true, cordoned());
        assertEquals(2, asked);
    }

    @Test
    void what_we_changed_ourselves_is_seen_at_once() throws KubernetesException {
        there.add(node("worker-1", false));
        nodes.byName();
        there.set(0, node("worker-1", true));
        nodes.forget();
        assertEquals(true, cordoned());
    }

    @Test
    void where_nodes_may_not_be_listed_none_is_known_and_the_question_is_not_put_at_each_turn() throws KubernetesException {
        refusal = new KubernetesException("no", true, null);
        assertEquals(Map.of(), nodes.byName());
        assertEquals(Map.of(), nodes.byName());
        assertEquals(1, asked);
    }

    @Test
    void an_answer_that_failed_is_not_kept() throws KubernetesException {
        there.add(node("worker-1", false));
        refusal = new KubernetesException("the API server is away", false, null);
        assertThrows(KubernetesException.class, nodes::byName);
        refusal = null;
        assertEquals(false, cordoned());
    }

    @Test
    void a_failure_is_shared_by_those_who_had_asked_before_it_was_known() {
        refusal = new KubernetesException("the API server is away", false, null);
        during = () -> now = 10;
        assertThrows(KubernetesException.class, nodes::byName);
        now = 7;
        assertThrows(KubernetesException.class, nodes::byName);
        assertEquals(1, asked);
        now = 11;
        assertThrows(KubernetesException.class, nodes::byName);
        assertEquals(2, asked);
    }

    @Test
    void what_we_change_while_the_list_is_on_its_way_has_it_asked_for_again() throws KubernetesException {
        there.add(node("worker-1", false));
        during = this::cordonItself;
        nodes.byName();
        during = () -> { };
        there.set(0, node("worker-1", true));
        assertEquals(true, cordoned());
    }

    private void cordonItself() {
        nodes.forget();
    }
}
