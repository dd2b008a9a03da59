package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.CapacityAvailable;

import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.memory.Topology;
import org.junit.jupiter.api.Test;

class CapacityAvailableTest {
    private static final long MIB = 1 << 20;
    private final Gate gate = new CapacityAvailable();

    private static Asking asking() {
        return Asking.of(Topology.of(3, 1, 0));
    }

    @Test
    void a_step_that_moves_no_slot_needs_no_room() {
        Says.passes(CapacityAvailable, asking().answerOf(gate));
    }

    @Test
    void without_a_limit_there_is_room() {
        Says.passes(CapacityAvailable, asking().brings("cache-1", 1L << 40).answerOf(gate));
    }

    @Test
    void below_nine_tenths_of_maxmemory_it_passes_and_above_it_is_refused_with_the_missing_bytes() {
        Asking asking = asking();
        asking.cluster().memory("cache-1", 46 * MIB, 100 * MIB);
        Says.passes(CapacityAvailable, asking.brings("cache-1", 39 * MIB).answerOf(gate));
        Says.refuses(CapacityAvailable, asking.brings("cache-1", 50 * MIB).answerOf(gate), "50.0 MiB have to move", "no room for 10.0 MiB", "cache-1 40.0 MiB",
                "Raise maxmemory");
    }

    @Test
    void a_server_that_evicts_needs_a_quarter_more_below_its_limit_since_it_would_lose_keys_in_silence() {
        Asking asking = asking();
        asking.cluster().memory("cache-1", 50 * MIB, 100 * MIB);
        asking.cluster().configure("cache-1", Setting.MAXMEMORY_POLICY, "allkeys-lru");
        Says.passes(CapacityAvailable, asking.brings("cache-1", 40 * MIB).answerOf(gate));
        Says.refuses(CapacityAvailable, asking.brings("cache-1", 41 * MIB).answerOf(gate), "cache-1 40.0 MiB");
    }

    @Test
    void a_replica_with_less_room_counts() {
        Asking asking = asking();
        asking.cluster().memory("cache-4", 90 * MIB, 100 * MIB);
        Says.refuses(CapacityAvailable, asking.brings("cache-1", MIB).answerOf(gate), "cache-1 0 bytes");
    }

    @Test
    void the_containers_limit_counts() {
        Asking asking = asking();
        asking.cluster().memory("cache-1", 58 * MIB, 0);
        asking.simulation().pods().memoryLimit("cache-1", 100 * MIB);
        Says.passes(CapacityAvailable, asking.brings("cache-1", 20 * MIB).answerOf(gate));
        Says.refuses(CapacityAvailable, asking.brings("cache-1", 21 * MIB).answerOf(gate), "cache-1 20.0 MiB");
    }

    @Test
    void bytes_without_a_place_are_refused() {
        Says.refuses(CapacityAvailable, asking().unplaced(MIB).answerOf(gate), "no room for 1.0 MiB");
    }
}
