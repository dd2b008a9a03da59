package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.RedundancyKept;

import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.memory.Topology;
import org.junit.jupiter.api.Test;

/** Does every touched shard keep an in-sync copy? */
class RedundancyKeptTest {
    private final Gate gate = new RedundancyKept();

    @Test
    void a_replica_elsewhere_is_enough() {
        Says.passes(RedundancyKept, Asking.of(Topology.of(3, 1, 0)).gone("cache-0").handover("cache-0", "cache-3").answerOf(gate),
                "slots 0-5460 on cache-3");
    }

    @Test
    void a_shard_without_replica_has_no_other_copy() {
        Says.refuses(RedundancyKept, Asking.of(Topology.of(3, 0, 0)).gone("cache-0").touched("cache-0").answerOf(gate),
                "the shard of cache-0 (slots 0-5460)", "no in-sync copy", "add a replica on another machine");
    }

    @Test
    void a_replica_that_lags_is_no_copy() {
        Asking asking = Asking.of(Topology.of(3, 1, 0)).gone("cache-0").touched("cache-0");
        asking.cluster().lag("cache-3", 5 << 20);
        Says.refuses(RedundancyKept, asking.answerOf(gate), "no in-sync copy", "wait until one is in sync");
    }

    @Test
    void a_replica_whose_link_is_cut_is_no_copy() {
        Asking asking = Asking.of(Topology.of(3, 1, 0)).gone("cache-0").touched("cache-0");
        asking.cluster().cutLink("cache-3", true);
        Says.refuses(RedundancyKept, asking.answerOf(gate), "no in-sync copy");
    }

    @Test
    void a_replica_on_the_same_machine_goes_too() {
        Topology shared = Topology.of(3, 1, 0).onMachine("worker-0", "cache-0", "cache-3");
        Says.refuses(RedundancyKept, Asking.of(shared).gone("cache-0").touched("cache-0").answerOf(gate), "outside the machines that are counted as gone");
    }

    @Test
    void a_replica_may_go_while_its_primary_stays() {
        Says.passes(RedundancyKept, Asking.of(Topology.of(3, 1, 0)).gone("cache-3").touched("cache-3").answerOf(gate), "slots 0-5460 on cache-0");
    }

    @Test
    void writes_must_not_stop_for_want_of_good_replicas() {
        Asking asking = Asking.of(Topology.of(3, 1, 0)).gone("cache-3").touched("cache-3");
        asking.cluster().configure("cache-0", Setting.MIN_REPLICAS_TO_WRITE, "1");
        Says.refuses(RedundancyKept, asking.answerOf(gate), "the writes of the shard of cache-0 would stop",
                "min-replicas-to-write is 1 and 0 good replica(s) would stay", "add a replica or lower the setting");
    }

    @Test
    void the_new_primary_demands_its_own_number_of_replicas() {
        Asking two = Asking.of(Topology.of(3, 2, 0)).gone("cache-0").handover("cache-0", "cache-3");
        two.cluster().configure("cache-3", Setting.MIN_REPLICAS_TO_WRITE, "1");
        Says.passes(RedundancyKept, two.answerOf(gate), "cache-3", "cache-6");
        Asking one = Asking.of(Topology.of(3, 1, 0)).gone("cache-0").handover("cache-0", "cache-3");
        one.cluster().configure("cache-3", Setting.MIN_REPLICAS_TO_WRITE, "1");
        Says.refuses(RedundancyKept, one.answerOf(gate), "the shard of cache-3");
    }

    @Test
    void shards_that_are_not_touched_are_not_asked_about() {
        Says.passes(RedundancyKept, Asking.of(Topology.of(3, 0, 1)).gone("cache-3").touched("cache-3").answerOf(gate), "no shard is touched");
    }
}
