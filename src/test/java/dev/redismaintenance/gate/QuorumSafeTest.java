package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.QuorumSafe;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Does a majority of the voters stay? */
class QuorumSafeTest {
    private final Gate gate = new QuorumSafe();

    @Test
    void three_primaries_can_spare_one() {
        Says.passes(QuorumSafe, Asking.of(Topology.of(3, 1, 0)).gone("cache-0").handover("cache-0", "cache-3").answerOf(gate),
                "3 of 3 voting primaries stay, 2 are needed; 1 further failure");
    }

    @Test
    void three_primaries_cannot_spare_two() {
        Says.refuses(QuorumSafe, Asking.of(Topology.of(3, 1, 0)).gone("cache-0", "cache-1").answerOf(gate),
                "only 1 of 3", "2 are needed", "cache-0", "cache-1", "end the other maintenance first, or spread the primaries");
    }

    @Test
    void five_primaries_can_spare_two_but_not_three() {
        Says.passes(QuorumSafe, Asking.of(Topology.of(5, 1, 0)).gone("cache-0", "cache-1").answerOf(gate), "3 of 5", "0 further");
        Says.refuses(QuorumSafe, Asking.of(Topology.of(5, 1, 0)).gone("cache-0", "cache-1", "cache-2").answerOf(gate), "only 2 of 5");
    }

    @Test
    void replicas_and_empty_primaries_have_no_vote_to_lose() {
        Says.passes(QuorumSafe, Asking.of(Topology.of(3, 1, 2)).gone("cache-3", "cache-4", "cache-5", "cache-6", "cache-7").answerOf(gate), "3 of 3");
    }

    @Test
    void two_voters_on_one_machine_go_together() {
        Topology shared = Topology.of(3, 1, 0).onMachine("worker-0", "cache-0", "cache-1");
        Says.refuses(QuorumSafe, Asking.of(shared).gone("cache-0").answerOf(gate), "only 1 of 3", "cache-0", "cache-1", "shares its machine");
    }

    @Test
    void a_voter_that_is_down_still_counts_in_the_quorum() {
        Asking asking = Asking.of(Topology.of(3, 0, 0));
        asking.cluster().kill("cache-1");
        Says.refuses(QuorumSafe, asking.gone("cache-0").answerOf(gate), "only 1 of 3", "cache-1 (down)");
    }

    @Test
    void an_heir_on_a_machine_that_goes_too_is_seen_in_the_cluster_after_the_step() {
        Topology shared = Topology.of(3, 1, 0).onMachine("worker-9", "cache-3", "cache-4", "cache-9").onMachine("worker-1", "cache-1");
        Asking asking = Asking.of(shared).gone("cache-0", "cache-4").handover("cache-0", "cache-3");
        Says.passes(QuorumSafe, asking.answerOf(gate), "after the step, 2 of 3");
        Asking both = Asking.of(shared).gone("cache-4", "cache-1").handover("cache-0", "cache-3");
        Says.refuses(QuorumSafe, both.answerOf(gate), "after the step, only 1 of 3", "cache-3");
    }

    @Test
    void a_single_primary_cannot_be_spared() {
        Says.refuses(QuorumSafe, Asking.of(Topology.of(1, 1, 0)).gone("cache-0").answerOf(gate), "only 0 of 1");
    }

    @Test
    void a_primary_without_slots_does_not_vote_after_it_was_emptied() {
        Asking asking = Asking.of(Topology.of(List.of(1, 1, 1), 0));
        SlotRanges slots = asking.cluster().slots("cache-0");
        asking.cluster().configure("cache-0", "cluster-allow-replica-migration", "no");
        asking.cluster().configure("cache-3", "cluster-allow-replica-migration", "no");
        asking.cluster().personMovesSlots("cache-0", "cache-1", slots);
        asking.cluster().tick(5);
        // two voters are left, and two are needed: the measured trap of emptying one of three primaries
        Says.passes(QuorumSafe, asking.gone("cache-0").answerOf(gate), "2 of 2", "0 further failure");
        Says.refuses(QuorumSafe, asking.gone("cache-2").answerOf(gate), "only 1 of 2");
    }
}
