package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Does it find what must never be, in what three servers say? */
class TestimonyTest {
    private static final List<String> WHOLE = List.of("0-5460", "5461-10922", "10923-16383");

    private static Testimony all(List<String> slots) {
        Map<String, String> said = new TreeMap<>();
        for (int self = 0; self < 3; self++) {
            said.put("cache-" + self, view(self, slots, List.of(1, 2, 3)));
        }
        return Testimony.of(said);
    }

    private static String view(int self, List<String> slots, List<Integer> epochs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            text.append("id").append(i).append(" 10.0.0.").append(i).append(":6379@16379 ").append(i == self ? "myself,master" : "master").append(" - 0 0 ")
                    .append(epochs.get(i)).append(" connected ").append(slots.get(i)).append('\n');
        }
        return text.toString();
    }

    @Test
    void a_whole_cluster_with_one_node_closed_is_in_order() {
        assertEquals(List.of(), all(WHOLE).broken(Set.of("cache-1")));
        assertEquals(3, all(WHOLE).agreed().orElseThrow().size());
    }

    @Test
    void without_a_majority_that_stays_it_is_not() {
        assertTrue(all(WHOLE).broken(Set.of("cache-1", "cache-2")).get(0).contains("stay"));
    }

    @Test
    void a_slot_without_owner_is_told() {
        assertEquals(List.of("all servers say that 16383 slots are owned"), all(List.of("0-5460", "5461-10922", "10924-16383")).broken(Set.of()));
    }

    @Test
    void two_that_claim_a_slot_in_one_epoch_are_told_and_what_is_under_way_is_not() {
        String one = view(0, List.of("0-5461", "5462-10922", "10923-16383"), List.of(7, 2, 3));
        assertEquals(1, Testimony.of(Map.of("cache-0", one, "cache-1", view(1, WHOLE, List.of(1, 7, 3)))).broken(Set.of()).size());
        assertEquals(List.of(), Testimony.of(Map.of("cache-0", one, "cache-1", view(1, WHOLE, List.of(1, 2, 3)))).broken(Set.of()));
    }
}
