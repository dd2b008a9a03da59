package dev.redismaintenance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Is an update of the pods told from one that stands still, from an accident, and from maintenance itself? */
class RolloutTest {
    private static final String OWNER = "StatefulSet cache";
    private final List<PodFacts> pods = new ArrayList<>();

    RolloutTest() {
        for (int i = 0; i < 3; i++) {
            pods.add(pod("cache-" + i, "new", true, false));
        }
    }

    @Test
    void two_revisions_with_a_pod_that_is_not_ready_or_that_goes_are_an_update_under_way() {
        pods.set(0, pod("cache-0", "old", true, false));
        pods.set(1, pod("cache-1", "old", true, true));
        Rollout terminating = new Rollout(OWNER, Map.of("old", List.of("cache-0", "cache-1"), "new", List.of("cache-2")), List.of("cache-1"));
        assertEquals(List.of(terminating), rollouts(Set.of()));
        pods.set(1, pod("cache-1", "new", false, false));
        Rollout starting = new Rollout(OWNER, Map.of("old", List.of("cache-0"), "new", List.of("cache-1", "cache-2")), List.of("cache-1"));
        assertEquals(List.of(starting), rollouts(Set.of()));
    }

    @Test
    void two_revisions_whose_pods_are_all_ready_stand_still() {
        pods.set(0, pod("cache-0", "old", true, false));
        assertEquals(List.of(), rollouts(Set.of()));
    }

    @Test
    void between_two_pods_an_update_goes_on_as_long_as_the_owner_replaces_more_by_itself() {
        pods.set(0, pod("cache-0", "old", true, false));
        pods.set(1, pod("cache-1", "old", true, false));
        Rollout between = new Rollout(OWNER, Map.of("old", List.of("cache-0", "cache-1"), "new", List.of("cache-2")), List.of(), List.of("cache-0", "cache-1"));
        assertEquals(List.of(between), rollouts(Set.of(), rolling(0)));
        assertEquals(List.of("cache-1"), rollouts(Set.of(), rolling(1)).get(0).toCome());
        assertEquals(List.of(), rollouts(Set.of(), rolling(2)), "a partition holds it");
        assertEquals(List.of(), rollouts(Set.of(), new UpdatePlan("new", false, 0)), "OnDelete holds it");
        assertEquals(List.of(), rollouts(Set.of()), "the owner may not be read");
    }

    @Test
    void going_back_to_the_old_revision_is_an_update_too() {
        pods.set(2, pod("cache-2", "old", true, false));
        assertEquals(List.of("cache-2"), rollouts(Set.of(), rolling(0)).get(0).toCome());
    }

    @Test
    void the_first_pod_that_is_replaced_is_the_beginning_of_an_update_though_all_have_one_revision_yet() {
        for (int i = 0; i < 3; i++) {
            pods.set(i, pod("cache-" + i, "old", true, i == 2));
        }
        assertEquals(List.of("cache-2"), rollouts(Set.of(), rolling(0)).get(0).away());
        assertEquals(List.of(), rollouts(Set.of(), new UpdatePlan("old", true, 0)), "none is to come");
        assertEquals(Set.of(OWNER), Rollout.doubtful(view(), pods, Set.of()));
    }

    @Test
    void a_pod_below_the_partition_that_is_away_is_no_update() {
        pods.set(0, pod("cache-0", "old", false, false));
        assertEquals(List.of(), rollouts(Set.of(), rolling(1)));
        assertEquals(1, rollouts(Set.of(), rolling(0)).size());
    }

    @Test
    void an_owner_that_waits_for_a_pod_in_maintenance_is_not_waited_for() {
        pods.set(0, pod("cache-0", "old", true, false));
        pods.set(2, pod("cache-2", "new", false, false));
        assertEquals(List.of(), rollouts(Set.of("cache-2"), rolling(0)));
    }

    @Test
    void an_owner_whose_pods_are_ready_and_alike_is_not_even_asked() {
        assertEquals(Set.of(), Rollout.doubtful(view(), pods, Set.of()));
    }

    @Test
    void a_pod_that_is_away_among_pods_of_one_revision_is_no_update() {
        pods.set(1, pod("cache-1", "new", false, true));
        assertEquals(List.of(), rollouts(Set.of()));
    }

    @Test
    void a_pod_that_is_away_since_it_is_in_maintenance_is_no_update() {
        pods.set(0, pod("cache-0", "old", false, false));
        assertEquals(List.of(), rollouts(Set.of("cache-0")));
    }

    @Test
    void pods_of_another_owner_are_none_of_this_clusters_business() {
        pods.add(pod("web-0", new Revision("StatefulSet web", "old"), true, false));
        pods.add(pod("web-1", new Revision("StatefulSet web", "new"), false, false));
        assertEquals(List.of(), rollouts(Set.of()));
    }

    @Test
    void pods_that_tell_no_revision_are_not_judged() {
        ClusterView view = new Simulation(Topology.of(3, 0, 0)).view();
        assertEquals(List.of(), Rollout.of(view, view.all().stream().flatMap(m -> m.pod().stream()).toList(), Set.of(), Map.of()));
    }

    private static UpdatePlan rolling(int partition) {
        return new UpdatePlan("new", true, partition);
    }

    private List<Rollout> rollouts(Set<String> serviced) {
        return Rollout.of(view(), pods, serviced, Map.of());
    }

    private List<Rollout> rollouts(Set<String> serviced, UpdatePlan plan) {
        return Rollout.of(view(), pods, serviced, Map.of(OWNER, plan));
    }

    private ClusterView view() {
        Simulation simulation = new Simulation(Topology.of(3, 0, 0));
        ClusterView view = simulation.view();
        UnaryOperator<PodFacts> told = pod -> pods.stream().filter(p -> p.name().equals(pod.name())).findFirst().orElseThrow();
        // the pod that is being replaced is nobody's in the view
        for (String pod : List.of("cache-0", "cache-2")) {
            view = view.with(simulation.cluster().id(pod), told);
        }
        return view;
    }

    private static PodFacts pod(String name, String hash, boolean ready, boolean terminating) {
        return pod(name, new Revision(OWNER, hash), ready, terminating);
    }

    private static PodFacts pod(String name, Revision revision, boolean ready, boolean terminating) {
        return new PodFacts(name, "uid", Optional.empty(), Optional.empty(), Optional.empty(), false, true, ready, terminating, List.of(), Optional.empty(), 0,
                Optional.empty(), InServiceGate.NOT_DECLARED, Reach.UNKNOWN, Optional.of(revision));
    }
}
