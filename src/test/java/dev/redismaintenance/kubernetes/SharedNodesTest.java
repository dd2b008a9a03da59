package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedNodesTest {
    private static final List<String> WORKER = List.of("worker-1");

    private final Map<String, Optional<String>> there = new HashMap<>(Map.of("worker-1", Optional.of("zone-a"), "worker-2", Optional.empty()));
    private final Set<String> cordoned = new HashSet<>();
    private KubernetesException refusal;
    private int asked;
    private int allRead;
    private long now = 5;
    /** Each question takes a moment. */
    private final SharedNodes nodes = new SharedNodes(new SharedNodes.Reader() {
        @Override
        public Set<String> cordoned() throws KubernetesException {
            asked++;
            if (refusal != null) {
                throw refusal;
            }
            return Set.copyOf(cordoned);
        }

        @Override
        public Map<String, Optional<String>> zones() {
            allRead++;
            return there;
        }
    }, () -> ++now);

    private SharedNodes.Facts worker() throws KubernetesException {
        return nodes.of(WORKER).get("worker-1");
    }

    @Test
    void of_each_node_its_zone_is_known_and_whether_it_is_cordoned() throws KubernetesException {
        cordoned.add("worker-1");
        assertEquals(Map.of("worker-1", new SharedNodes.Facts(Optional.of("zone-a"), true), "worker-2", new SharedNodes.Facts(Optional.empty(), false)),
                nodes.of(List.of("worker-1", "worker-2", "worker-1")));
    }

    @Test
    void what_happened_before_the_question_is_in_the_answer() throws KubernetesException {
        assertFalse(worker().cordoned());
        cordoned.add("worker-1");
        assertTrue(worker().cordoned());
    }

    @Test
    void who_had_waited_before_it_was_asked_is_served_by_the_same_answer_and_who_came_later_is_not() throws KubernetesException {
        long early = now;
        worker();
        nodes.of(WORKER, early);
        assertEquals(1, asked);
        nodes.of(WORKER, now);
        assertEquals(2, asked);
    }

    @Test
    void all_are_read_once_and_again_for_one_that_is_new_and_when_that_is_long_ago() throws KubernetesException {
        worker();
        worker();
        assertEquals(1, allRead);
        there.put("worker-3", Optional.of("zone-b"));
        assertEquals(Optional.of("zone-b"), nodes.of(List.of("worker-3")).get("worker-3").zone());
        assertEquals(2, allRead);
        there.put("worker-1", Optional.of("zone-c"));
        now += SharedNodes.ZONES_KEPT.toNanos();
        assertEquals(Optional.of("zone-c"), worker().zone());
    }

    @Test
    void one_that_is_gone_and_whose_pods_are_not_is_not_looked_for_at_each_turn() throws KubernetesException {
        assertEquals(new SharedNodes.Facts(Optional.empty(), false), nodes.of(List.of("gone")).get("gone"));
        nodes.of(List.of("gone"));
        assertEquals(1, allRead);
    }

    @Test
    void where_nodes_may_not_be_listed_none_is_known() throws KubernetesException {
        refusal = new KubernetesException("no", true, null);
        assertEquals(Map.of(), nodes.of(WORKER));
        assertEquals(0, allRead);
    }

    @Test
    void a_failure_is_shared_by_those_who_had_waited_and_not_kept() throws KubernetesException {
        refusal = new KubernetesException("the API server is away", false, null);
        long early = now;
        assertThrows(KubernetesException.class, this::worker);
        assertThrows(KubernetesException.class, () -> nodes.of(WORKER, early));
        assertEquals(1, asked);
        refusal = null;
        assertFalse(worker().cordoned());
    }
}
