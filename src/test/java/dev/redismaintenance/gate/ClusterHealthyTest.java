package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.ClusterHealthy;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Topology;
import org.junit.jupiter.api.Test;

/** Is the cluster in order? */
class ClusterHealthyTest {
    private final Gate gate = new ClusterHealthy();

    @Test
    void a_cluster_in_order_passes() {
        Says.passes(ClusterHealthy, Asking.of(Topology.of(3, 1, 1)).answerOf(gate), "all 16384 slots are owned, by 3 primaries");
    }

    @Test
    void slots_that_nobody_owns_are_refused() {
        Asking asking = Asking.of(Topology.of(3, 1, 0));
        asking.cluster().dropSlots("cache-0", SlotRanges.of(0, 9));
        asking.cluster().tick(2);
        Says.refuses(ClusterHealthy, asking.answerOf(gate), "10 slots are owned by no node: 0-9", "assign them first");
    }

    @Test
    void slots_that_were_left_half_way_in_a_migration_are_refused() {
        Asking asking = Asking.of(Topology.of(3, 1, 0));
        asking.cluster().openSlot("cache-0", "[93->-" + asking.cluster().id("cache-2") + "]");
        Says.passes(ClusterHealthy, asking.answerOf(gate));
        Says.refuses(ClusterHealthy, asking.left(93).answerOf(gate), "slot 93 from cache-0 to cache-2", "--cluster fix");
    }

    @Test
    void views_that_differ_are_refused_before_anything_has_begun_and_waited_for_after() {
        Asking asking = Asking.of(Topology.of(3, 1, 0));
        asking.cluster().deafen("cache-1", true);
        asking.cluster().personFailsOver("cache-3");
        asking.cluster().tick(5);
        Says.refuses(ClusterHealthy, asking.answerOf(gate), "views of the cluster differ", "to cache-1", "wait until they agree");
        Says.waits(ClusterHealthy, asking.begun().answerOf(gate), "views of the cluster differ");
    }

    @Test
    void a_primary_that_is_no_pod_of_the_namespace_is_refused() {
        Asking asking = Asking.of(Topology.of(3, 1, 0));
        asking.simulation().pods().forget("cache-2");
        Says.refuses(ClusterHealthy, asking.answerOf(gate), "at an address that no pod of this namespace has");
    }

    @Test
    void a_primary_that_is_down_is_refused() {
        Asking asking = Asking.of(Topology.of(3, 0, 0));
        asking.cluster().kill("cache-1");
        asking.cluster().tick(10);
        Says.refuses(ClusterHealthy, asking.answerOf(gate), "primaries that own slots are not in order", "cache-1 (held for failed");
    }

    @Test
    void a_primary_whose_pod_was_deleted_is_down_and_no_stranger() {
        Asking asking = Asking.of(Topology.of(3, 0, 0));
        asking.simulation().pods().delete("cache-1");
        asking.cluster().tick(10);
        Says.refuses(ClusterHealthy, asking.answerOf(gate), "primaries that own slots are not in order", "(held for failed");
    }

    @Test
    void a_dead_replica_is_not_this_gates_business() {
        Asking asking = Asking.of(Topology.of(3, 1, 0));
        asking.cluster().kill("cache-3");
        asking.cluster().tick(10);
        Says.passes(ClusterHealthy, asking.answerOf(gate));
    }

    @Test
    void a_dead_node_without_slots_that_the_views_remember_differently_is_tolerated() {
        Asking asking = Asking.of(Topology.of(3, 1, 1));
        asking.cluster().deafen("cache-1", true);
        asking.cluster().personReplicates("cache-6", "cache-0");
        asking.cluster().tick(2);
        asking.cluster().kill("cache-6");
        asking.cluster().tick(10);
        Says.passes(ClusterHealthy, asking.answerOf(gate));
    }

    @Test
    void a_node_that_is_being_met_makes_the_views_differ() throws Exception {
        Asking asking = Asking.of(Topology.of(3, 1, 0));
        asking.cluster().loseDisk("cache-3");
        asking.cluster().meet(asking.simulation().endpoint("cache-0"), asking.cluster().ip("cache-3"), 6379, 16379);
        Says.waits(ClusterHealthy, asking.begun().answerOf(gate), "being met");
    }
}
