package dev.redismaintenance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One server's lines, and which of them is of a node. */
class RowsTest {
    private static NodeId id(Random random) {
        return new NodeId(String.format("%016x%016x%08x", random.nextLong(), random.nextLong(), random.nextInt()));
    }

    private static NodeRow row(NodeId id, String... flags) {
        return new NodeRow(id, new Address("10.0.0.1", 6379), Set.of(flags), Optional.empty(), 1, true, SlotRanges.NONE, Set.of());
    }

    @Test
    void the_line_of_each_node_is_found_whatever_their_number_and_none_of_a_node_that_it_does_not_list() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            List<NodeRow> said = new ArrayList<>();
            for (int i = 0; i < seed * 10; i++) {
                said.add(row(id(random), "master"));
            }
            Rows rows = Rows.of(said);
            said.forEach(row -> assertSame(row, rows.row(row.id()).orElseThrow()));
            for (int i = 0; i < 100; i++) {
                assertEquals(Optional.empty(), rows.row(id(random)));
            }
        }
    }

    @Test
    void of_two_lines_of_one_node_the_first_counts() {
        Random random = new Random(7);
        List<NodeRow> said = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            NodeId id = id(random);
            said.add(row(id, "master"));
            said.add(row(id, "slave", "fail"));
        }
        Collections.shuffle(said, random);
        Rows rows = Rows.of(said);
        for (NodeRow row : said) {
            assertSame(said.stream().filter(r -> r.id().equals(row.id())).findFirst().orElseThrow(), rows.row(row.id()).orElseThrow());
        }
    }

    @Test
    void a_node_that_has_changed_since_is_told_as_it_is_now_and_stays_the_server_itself() {
        Random random = new Random(8);
        NodeId own = id(random);
        NodeId other = id(random);
        Rows said = Rows.of(List.of(row(other, "slave"), row(own, "myself", "master")));
        Member now = new Member(own, new Address("10.0.0.1", 6379), Role.REPLICA, Optional.of(other), SlotRanges.NONE, 1, false, true, false, Optional.empty(), Optional.empty(),
                Optional.empty());
        Rows rows = said.since(Map.of(own, now));
        assertEquals(Role.REPLICA, rows.own().orElseThrow().role());
        assertEquals(Optional.of(other), rows.row(own).orElseThrow().primary());
        assertTrue(rows.row(own).orElseThrow().myself());
        assertEquals(rows.own(), Optional.of(rows.get(1)));
        assertSame(said.get(0), rows.row(other).orElseThrow());
        assertEquals(Optional.empty(), Rows.of(List.of(row(other, "slave"))).own());
    }
}
