package dev.redismaintenance.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Is a failover told from slots that move? */
class OwnershipTest {
    private final Simulation simulation = new Simulation(Topology.of(3, 1, 1));
    private final ClusterView before;

    OwnershipTest() {
        simulation.cluster().tick(3);
        before = simulation.view();
    }

    @Test
    void a_replica_that_owns_slots_now_has_taken_over_from_its_primary() {
        ClusterView after = before.afterHandover(id("cache-0"), id("cache-3"));
        assertEquals(List.of(new Ownership.Change(before.member(id("cache-0")).orElseThrow().slots(), id("cache-0"), id("cache-3"), "cache-0", "cache-3")), changes(after));
    }

    @Test
    void slots_that_move_also_to_an_empty_primary_are_no_failover() {
        NodeId from = id("cache-0");
        NodeId empty = before.all().stream().filter(m -> m.slots().isEmpty() && m.primary().isEmpty()).findFirst().orElseThrow().id();
        assertEquals(List.of(), changes(before.afterMoves(List.of(new Transfer(from, empty, before.member(from).orElseThrow().slots())))));
        assertEquals(List.of(), changes(before.afterMoves(List.of(new Transfer(from, id("cache-1"), before.member(from).orElseThrow().slots())))));
        assertEquals(List.of(), changes(before));
    }

    @Test
    void a_replica_that_becomes_an_empty_primary_has_taken_nothing_over() {
        assertEquals(List.of(), changes(before.afterReplicate(id("cache-3"), java.util.Optional.empty())));
    }

    @Test
    void there_and_back_between_two_looks_shows_by_the_config_epoch() {
        Ownership first = Ownership.of(before);
        Map<NodeId, Ownership.Seat> seats = new TreeMap<>(first.seats());
        seats.computeIfPresent(id("cache-0"), (id, s) -> new Ownership.Seat(s.name(), s.role(), s.primary(), s.slots(), s.configEpoch() + 2));
        List<Ownership.Change> changes = new Ownership(seats, first.epoch() + 2).since(first);
        assertEquals(List.of("cache-0 cache-0"), changes.stream().map(c -> c.fromName() + " " + c.toName()).toList());
    }

    @Test
    void an_epoch_that_nobody_has_won_is_an_election_and_one_that_somebody_has_is_none() {
        Ownership first = Ownership.of(before);
        long top = first.seats().values().stream().mapToLong(Ownership.Seat::configEpoch).max().orElseThrow();
        Ownership settled = new Ownership(first.seats(), top);
        assertTrue(new Ownership(first.seats(), top + 1).electionSince(settled));
        assertFalse(settled.electionSince(settled));
        Map<NodeId, Ownership.Seat> won = new TreeMap<>(first.seats());
        won.computeIfPresent(id("cache-1"), (id, s) -> new Ownership.Seat(s.name(), s.role(), s.primary(), s.slots(), top + 1));
        assertFalse(new Ownership(won, top + 1).electionSince(settled));
    }

    private List<Ownership.Change> changes(ClusterView after) {
        return Ownership.of(after).since(Ownership.of(before));
    }

    private NodeId id(String pod) {
        return simulation.cluster().id(pod);
    }
}
