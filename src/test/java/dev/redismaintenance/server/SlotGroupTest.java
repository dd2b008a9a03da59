package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.SlotRanges;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotGroupTest {

    private static List<String> groups(SlotRanges slots, Map<Integer, Long> keys, long bytesOfKey) {
        return SlotGroup.of(slots, SlotGroup.BYTES, keys, slot -> keys.get(slot) * bytesOfKey).stream().map(g -> g.slots() + "/" + g.keys() + "/" + g.bytes()).toList();
    }

    private static Map<Integer, Long> keys(int from, int to, long each) {
        Map<Integer, Long> keys = new HashMap<>();
        for (int slot = from; slot <= to; slot++) {
            keys.put(slot, each);
        }
        return keys;
    }

    @Test
    void many_slots_without_keys_go_together() {
        assertEquals(List.of("0-255/0/0", "256-511/0/0", "512-600/0/0"), groups(SlotRanges.of(0, 600), Map.of(), 1));
    }

    @Test
    void few_slots_with_keys_go_together() {
        assertEquals(List.of("0-23/24/24", "24-47/24/24", "48-49/2/2"), groups(SlotRanges.of(0, 49), keys(0, 49, 1), 1));
    }

    @Test
    void a_group_ends_at_so_many_bytes_and_a_big_slot_is_alone() {
        Map<Integer, Long> keys = keys(0, 5, 1);
        keys.put(3, 100L);
        assertEquals(List.of("0-1/2/2000000", "2/1/1000000", "3/100/100000000", "4-5/2/2000000"), groups(SlotRanges.of(0, 5), keys, 1_000_000));
    }

    @Test
    void where_each_slot_is_news_to_all_a_group_ends_earlier() {
        Map<Integer, Long> keys = keys(0, 5, 100);
        assertEquals(List.of("0-2/300/300000", "3-5/300/300000"), SlotGroup.of(SlotRanges.of(0, 5), SlotGroup.BYTES_TOLD_EACH, keys, slot -> keys.get(slot) * 1000)
                .stream().map(g -> g.slots() + "/" + g.keys() + "/" + g.bytes()).toList());
    }

    @Test
    void slots_without_keys_join_those_with_some() {
        assertEquals(List.of("0-99 200/1/5"), groups(SlotRanges.parse("0-99 200"), Map.of(7, 1L), 5));
    }

    @Test
    void no_slots_make_no_group() {
        assertEquals(List.of(), groups(SlotRanges.NONE, Map.of(), 1));
    }
}
