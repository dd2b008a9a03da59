package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.gate.Room;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DestinationsTest {
    private static final long MIB = 1 << 20;

    private static Inventory inventory(NodeId node, SlotRanges slots, java.util.function.IntToLongFunction bytes) {
        Map<Integer, Inventory.Content> content = new HashMap<>();
        slots.stream().forEach(slot -> content.put(slot, new Inventory.Content(1, bytes.applyAsLong(slot))));
        return new Inventory(node, slots, content, true, List.of(), Set.of());
    }

    private static Destinations.Plan plan(Simulation simulation, String pod, java.util.function.IntToLongFunction bytes) {
        ClusterView view = simulation.view();
        Member source = view.ofPod(pod).orElseThrow();
        return Destinations.of(view, source, source.slots(), inventory(source.id(), source.slots(), bytes), Set.of(source.id()), List.of());
    }

    @Test
    void equal_primaries_share_the_bytes_equally_in_few_ranges() {
        Simulation simulation = new Simulation(Topology.of(3, 0, 0));
        Destinations.Plan plan = plan(simulation, "cache-0", slot -> slot < 100 ? MIB : 0);
        assertEquals(2, plan.transfers().size());
        plan.transfers().forEach(t -> assertEquals(1, t.slots().ranges().size(), "" + t));
        plan.incoming().values().forEach(bytes -> assertTrue(Math.abs(bytes - 50 * MIB) <= MIB, "" + plan.incoming()));
    }

    @Test
    void another_zone_is_filled_first_where_all_else_is_equal() {
        Simulation simulation = new Simulation(Topology.of(3, 0, 0).inZone("a", "cache-0", "cache-1").inZone("b", "cache-2"));
        Destinations.Plan plan = plan(simulation, "cache-0", slot -> 1);
        assertEquals(simulation.cluster().id("cache-2"), plan.transfers().get(0).to());
        assertTrue(plan.transfers().get(0).slots().contains(0));
    }

    @Test
    void a_slot_that_is_half_way_goes_where_it_is_going() {
        Simulation simulation = new Simulation(Topology.of(3, 0, 0));
        simulation.cluster().openSlot("cache-0", "[7->-" + simulation.cluster().id("cache-2") + "]");
        Destinations.Plan plan = plan(simulation, "cache-0", slot -> 1);
        assertTrue(plan.transfers().stream().filter(t -> t.to().equals(simulation.cluster().id("cache-2"))).allMatch(t -> t.slots().contains(7)));
    }

    @Test
    void a_slot_still_goes_where_it_was_told_to_go() {
        Simulation simulation = new Simulation(Topology.of(3, 0, 2));
        ClusterView view = simulation.view();
        Member source = view.ofPod("cache-0").orElseThrow();
        NodeId taker = simulation.cluster().id("cache-2");
        Destinations.Plan plan = Destinations.of(view, source, SlotRanges.of(7, 7), inventory(source.id(), source.slots(), slot -> 1), Set.of(source.id()),
                List.of(new Transfer(source.id(), taker, source.slots())));
        assertEquals(List.of(new Transfer(source.id(), taker, SlotRanges.of(7, 7))), plan.transfers());
    }

    @Test
    void whatever_the_cluster_each_slot_goes_to_one_taker_or_is_unplaced_and_nobody_gets_more_than_there_is_room_for() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Simulation simulation = new Simulation(Topology.of(2 + random.nextInt(6), random.nextInt(2), random.nextInt(3)));
            for (var pod : simulation.pods().all()) {
                if (random.nextInt(3) > 0) {
                    simulation.cluster().memory(pod.name(), random.nextInt(100) * MIB, (1 + random.nextInt(200)) * MIB);
                }
            }
            long mean = 1 + random.nextInt(100_000);
            Random sizes = new Random(seed);
            ClusterView view = simulation.view();
            Member source = view.ofPod("cache-0").orElseThrow();
            Map<Integer, Long> bytes = new HashMap<>();
            source.slots().stream().forEach(slot -> bytes.put(slot, sizes.nextInt(50) == 0 ? sizes.nextInt(20) * MIB : Math.abs(sizes.nextLong() % mean)));
            Destinations.Plan plan = plan(simulation, "cache-0", bytes::get);
            SlotRanges seen = plan.unplacedSlots();
            int count = seen.count();
            for (Transfer t : plan.transfers()) {
                seen = seen.plus(t.slots());
                count += t.slots().count();
                long room = Room.of(view, view.members().get(t.to()));
                long comes = t.slots().stream().mapToLong(bytes::get).sum();
                assertTrue(comes <= room, "seed " + seed + ": " + comes + " of " + room);
                assertEquals(comes, plan.incoming().get(t.to()), "seed " + seed);
            }
            assertEquals(source.slots(), seen, "seed " + seed);
            assertEquals(source.slots().count(), count, "no slot twice, seed " + seed);
            assertEquals(plan, plan(simulation, "cache-0", bytes::get), "the same again, seed " + seed);
        }
    }
}
