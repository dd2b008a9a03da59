package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.NoOtherOperation;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Rollout;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose turn is it? */
class NoOtherOperationTest {
    private static final ClusterView NOTHING = new ClusterView(Map.of(), List.of(), List.of());
    private final Gate gate = new NoOtherOperation();
    private final Asking asking = Asking.of(Topology.of(1, 0, 0));

    private static Peer peer(boolean wants, boolean earlier, boolean begun, boolean settled) {
        return new Peer("other", "cache-1", Optional.empty(), wants, earlier, begun, settled, Optional.empty());
    }

    @Test
    void alone_it_is_its_turn() {
        Says.passes(NoOtherOperation, asking.answerOf(gate), "no other maintenance is at work");
    }

    @Test
    void who_has_not_begun_waits_for_who_has_even_for_a_later_one() {
        Says.waits(NoOtherOperation, asking.peers(peer(true, false, true, false)).answerOf(gate), "NodeMaintenance other (pod cache-1)", "to settle");
    }

    @Test
    void who_has_not_begun_waits_for_one_that_is_being_left() {
        Says.waits(NoOtherOperation, asking.peers(peer(false, false, true, false)).answerOf(gate));
    }

    @Test
    void of_two_that_have_not_begun_the_earlier_one_goes_first() {
        Says.waits(NoOtherOperation, asking.peers(peer(true, true, false, false)).answerOf(gate));
        Says.passes(NoOtherOperation, asking.peers(peer(true, false, false, false)).answerOf(gate));
    }

    @Test
    void of_two_that_have_begun_the_earlier_one_goes_first() {
        Says.waits(NoOtherOperation, asking.begun().peers(peer(true, true, true, false)).answerOf(gate));
        Says.passes(NoOtherOperation, asking.begun().peers(peer(true, false, true, false)).answerOf(gate));
    }

    @Test
    void who_has_settled_is_not_waited_for() {
        Says.passes(NoOtherOperation, asking.peers(peer(true, true, true, true)).answerOf(gate));
    }

    @Test
    void who_neither_asks_nor_has_begun_is_not_waited_for() {
        Says.passes(NoOtherOperation, asking.peers(peer(false, true, false, false)).answerOf(gate));
    }

    @Test
    void an_update_of_the_pods_that_is_under_way_refuses_and_says_whose_and_which() {
        Rollout rollout = new Rollout("StatefulSet cache", Map.of("cache-5d9", List.of("cache-0", "cache-1"), "cache-7b4", List.of("cache-2")), List.of("cache-1"));
        Says.refuses(NoOtherOperation, asking.updated(rollout).answerOf(gate), "StatefulSet cache", "cache-5d9 on cache-0; cache-1", "cache-7b4 on cache-2",
                "being replaced: cache-1", "wait until");
        Says.waits(NoOtherOperation, asking.begun().updated(rollout).answerOf(gate), "StatefulSet cache");
    }

    @Test
    void an_update_between_two_pods_says_which_are_still_to_be_replaced() {
        Rollout rollout = new Rollout("StatefulSet cache", Map.of("cache-5d9", List.of("cache-0", "cache-1"), "cache-7b4", List.of("cache-2")), List.of(), List.of("cache-0", "cache-1"));
        Says.refuses(NoOtherOperation, asking.updated(rollout).answerOf(gate), "still to be replaced: cache-0; cache-1; wait until");
    }

    @Test
    void a_failover_that_was_not_ours_is_waited_for_and_told_also_once_something_was_begun() {
        Takeover done = Takeover.done(SlotRanges.of(0, 5460), "cache-0", "cache-3", Duration.ofSeconds(7));
        Says.waits(NoOtherOperation, asking.failedOver(done).answerOf(gate), "slots 0-5460", "from cache-0 to cache-3", "waits 7 s more");
        Says.waits(NoOtherOperation, asking.begun().failedOver(done).answerOf(gate), "from cache-0 to cache-3");
        Says.waits(NoOtherOperation, asking.failedOver(Takeover.underWay(SlotRanges.of(0, 5460), "cache-0")).answerOf(gate), "slots 0-5460", "is being failed over", "cache-0");
        Says.waits(NoOtherOperation, asking.failedOver(Takeover.election(Duration.ofSeconds(3))).answerOf(gate), "an election has begun", "waits 3 s more");
    }

    @Test
    void among_any_that_are_at_work_at_least_one_waits_for_nobody() {
        Random random = new Random(42);
        for (int round = 0; round < 2000; round++) {
            int count = 1 + random.nextInt(6);
            List<boolean[]> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                // wants, begun; one that neither wants nor has begun is not at work
                boolean wants = random.nextBoolean();
                all.add(new boolean[] {wants, !wants || random.nextBoolean()});
            }
            boolean somebodyGoes = false;
            for (int i = 0; i < count; i++) {
                List<Peer> peers = new ArrayList<>();
                for (int j = 0; j < count; j++) {
                    if (j != i) {
                        peers.add(peer(all.get(j)[0], j < i, all.get(j)[1], false));
                    }
                }
                somebodyGoes |= gate.ask(new Question(NOTHING, NOTHING, Set.of(), Set.of(), Map.of(), peers, all.get(i)[1])).isPassed();
            }
            assertTrue(somebodyGoes, "all of them wait for each other in round " + round);
        }
    }
}
