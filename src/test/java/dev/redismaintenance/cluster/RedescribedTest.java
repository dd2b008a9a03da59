package dev.redismaintenance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What servers would say after a step. */
class RedescribedTest {
    /** Of one node, in one server's eyes. */
    private record Told(Role role, Optional<NodeId> primary, SlotRanges slots, boolean myself) {
    }

    private static Simulation settled() {
        Simulation simulation = new Simulation(Topology.of(3, 1, 1));
        simulation.cluster().tick(3);
        return simulation;
    }

    private static NodeId id(ClusterView view, String pod) {
        return view.ofPod(pod).orElseThrow().id();
    }

    /** By server, by node: read line by line, by number, and by id. */
    private static Map<NodeId, Map<NodeId, Told>> told(ClusterView view) {
        Map<NodeId, Map<NodeId, Told>> all = new TreeMap<>();
        view.all().forEach(m -> m.report().ifPresent(r -> {
            Map<NodeId, Told> rows = new TreeMap<>();
            r.rows().forEach(row -> rows.put(row.id(), told(row)));
            all.put(m.id(), rows);
            assertEquals(rows.get(m.id()), told(r.own()));
            assertTrue(r.own().myself());
            rows.forEach((id, row) -> assertEquals(row, told(r.row(id).orElseThrow())));
            assertEquals(r.rows().size(), rows.size());
        }));
        return all;
    }

    private static Told told(NodeRow row) {
        return new Told(row.role(), row.primary(), row.slots(), row.myself());
    }

    @Test
    void a_failover_that_is_only_thought_of_is_told_as_servers_tell_a_real_one() {
        Simulation simulation = settled();
        ClusterView before = simulation.view();
        ClusterView imagined = Redescribed.of(before, before.afterHandover(id(before, "cache-0"), id(before, "cache-3")));
        simulation.cluster().personFailsOver("cache-3");
        simulation.cluster().tick(6);
        assertEquals(told(simulation.view()), told(imagined));
        assertTrue(imagined.members().get(id(before, "cache-3")).report().orElseThrow().replication().replicas().stream().allMatch(ReplicaLink::online));
    }

    @Test
    void one_step_after_the_other_each_server_tells_what_the_last_left_and_there_and_back_is_nothing() {
        ClusterView before = settled().view();
        NodeId primary = id(before, "cache-0");
        NodeId replica = id(before, "cache-3");
        NodeId other = id(before, "cache-1");
        Transfer some = new Transfer(replica, other, SlotRanges.of(0, 99));
        ClusterView over = Redescribed.of(before, before.afterHandover(primary, replica));
        ClusterView moved = Redescribed.of(over, over.afterMoves(List.of(some)));
        told(moved).forEach((server, rows) -> {
            assertEquals(new Told(Role.PRIMARY, Optional.empty(), SlotRanges.parse("100-5460"), server.equals(replica)), rows.get(replica));
            assertEquals(new Told(Role.REPLICA, Optional.of(replica), SlotRanges.NONE, server.equals(primary)), rows.get(primary));
            assertTrue(rows.get(other).slots().contains(0));
        });
        ClusterView back = Redescribed.of(moved, moved.afterMoves(List.of(new Transfer(other, replica, some.slots()))));
        assertEquals(told(before), told(Redescribed.of(back, back.afterHandover(replica, primary))));
    }

    @Test
    void one_that_forgets_the_others_tells_of_itself_only_and_one_that_is_let_in_again_of_all() {
        ClusterView before = settled().view();
        NodeId spare = id(before, "cache-6");
        ClusterView alone = Redescribed.of(before, before.isolated(spare));
        assertEquals(1, told(alone).get(spare).size());
        assertEquals(told(before).get(id(before, "cache-0")), told(alone).get(id(before, "cache-0")));
        assertEquals(told(before), told(Redescribed.of(alone, alone.settled(spare))));
    }

    @Test
    void a_server_that_does_not_list_all_of_them_yet_is_taken_to_have_heard_of_all() {
        ClusterView before = settled().view();
        NodeId unheard = id(before, "cache-6");
        NodeId deaf = id(before, "cache-1");
        ClusterView partial = before.withReport(deaf, r -> r.without(unheard));
        assertEquals(told(before).get(deaf).size() - 1, told(partial).get(deaf).size());
        ClusterView after = Redescribed.of(partial, partial.afterHandover(id(before, "cache-0"), id(before, "cache-3")));
        assertEquals(told(before).get(deaf).keySet(), told(after).get(deaf).keySet());
    }

    @Test
    void views_are_equal_by_what_is_in_them() {
        ClusterView before = settled().view();
        ClusterView same = before.afterMoves(List.of());
        assertEquals(before, same);
        assertEquals(before.hashCode(), same.hashCode());
        assertEquals(before, Redescribed.of(before, same));
    }
}
