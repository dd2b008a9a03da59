package dev.redismaintenance.server;

import static dev.redismaintenance.server.KeyByKey.assertMoved;
import static dev.redismaintenance.server.KeyByKey.assertNothingLost;
import static dev.redismaintenance.server.KeyByKey.assertNothingOpen;
import static dev.redismaintenance.server.KeyByKey.carry;
import static dev.redismaintenance.server.KeyByKey.open;
import static dev.redismaintenance.server.KeyByKey.traffic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.server.ServerException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Slots that are moved key by key while a server has no room, dies, freezes or hands over: one server of each family, whose code differs there. */
@ParameterizedClass
@EnumSource(names = {"REDIS_70", "VALKEY_81"})
class KeyByKeyTroubleIT {
    @Parameter
    Flavour flavour;

    private final KeyByKeyMove mover = new KeyByKeyMove(Duration.ofSeconds(2), Duration.ofSeconds(3));

    @Test
    void a_target_without_room_is_refused_before_a_slot_is_opened_and_one_that_evicts_too() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            SlotRanges slots = SlotRanges.of(0, 199);
            cluster.fill(slots, 10, 5000);
            for (String policy : List.of("noeviction", "allkeys-lru")) {
                long used = InfoText.parse(cluster.tell(cluster.target, "INFO", "memory")).requiredNumber("used_memory");
                cluster.tell(cluster.target, "CONFIG", "SET", "maxmemory", String.valueOf(used + 4_000_000), "maxmemory-policy", policy);
                long before = total(cluster);
                Refused.as(Kind.OutOfMemory, () -> mover.move(cluster.order(slots), new Steps()), cluster.target.address(), "maxmemory", policy);
                assertNothingOpen(cluster);
                assertEquals(before, total(cluster));
                assertFalse(cluster.own(cluster.source).slots().common(slots).isEmpty());
            }
            cluster.tell(cluster.target, "CONFIG", "SET", "maxmemory", "0");
            mover.move(cluster.order(slots), new Steps());
            assertMoved(cluster, slots);
            assertEquals(2000, total(cluster));
        }
    }

    private static long total(ThreePrimaries cluster) {
        return List.of(cluster.source, cluster.target).stream().mapToLong(s -> Long.parseLong(cluster.tell(s, "DBSIZE"))).sum();
    }

    @Test
    void a_target_that_runs_out_of_memory_in_the_middle_of_a_slot_gets_the_rest_later() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            cluster.fill(SlotRanges.of(100, 300), 10, 10);
            cluster.fill(SlotRanges.of(7, 7), 20, 1_000_000);
            long used = InfoText.parse(cluster.tell(cluster.target, "INFO", "memory")).requiredNumber("used_memory");
            // the average key says that this is enough
            cluster.tell(cluster.target, "CONFIG", "SET", "maxmemory", String.valueOf(used + 8_000_000));
            Refused.as(Kind.OutOfMemory, () -> mover.move(cluster.order(SlotRanges.of(7, 7)), new Steps()), cluster.target.address(), "maxmemory");
            cluster.tell(cluster.target, "CONFIG", "SET", "maxmemory", "0");
            mover.move(cluster.order(SlotRanges.of(7, 7)), new Steps());
            assertMoved(cluster, SlotRanges.of(7, 7));
            assertEquals(20, cluster.keys(cluster.target, 7));
        }
    }

    @Test
    void a_target_that_is_killed_and_comes_back_gets_the_rest() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour, "--appendonly", "yes", "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "30000")) {
            SlotRanges slots = SlotRanges.of(0, 1999);
            try (Traffic traffic = traffic(cluster)) {
                cluster.fill(slots, 10, 1000);
                traffic.awaitWrites(500);
                Thread[] killer = new Thread[1];
                Steps steps = new Steps(s -> {
                    if (s.moved.count() > 500 && killer[0] == null) {
                        killer[0] = new Thread(cluster.target::crash);
                        killer[0].start();
                    }
                });
                Refused.as(Kind.Unreachable, () -> mover.move(cluster.order(slots), steps));
                killer[0].join();
                cluster.target.rise();
                cluster.awaitAgreement();
                mover.move(cluster.order(slots), new Steps());
                traffic.awaitWrites(500);
                assertNothingLost(traffic.stop());
            }
            assertMoved(cluster, slots);
            assertTrue(slots.stream().allMatch(slot -> cluster.keys(cluster.target, slot) >= 10));
        }
    }

    /** What was on its way when it froze arrives when it thaws, after the move has been given up. */
    @Test
    void a_target_that_freezes_ends_the_move_and_gets_the_rest_when_it_runs_again() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour, "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "30000")) {
            SlotRanges slots = SlotRanges.of(0, 999);
            try (Traffic traffic = traffic(cluster)) {
                cluster.fill(slots, 10, 1000);
                traffic.awaitWrites(500);
                boolean[] frozen = new boolean[1];
                Steps steps = new Steps(s -> {
                    if (s.moved.count() > 300 && !frozen[0]) {
                        frozen[0] = true;
                        cluster.target.freeze();
                    }
                });
                Refused.as(Kind.Unreachable, () -> mover.move(cluster.order(slots), steps), cluster.target.address());
                assertTrue(frozen[0] && steps.moved.count() < slots.count(), () -> steps.moved.toString());
                cluster.target.thaw();
                mover.move(cluster.order(slots), new Steps());
                traffic.awaitWrites(500);
                assertNothingLost(traffic.stop());
            }
            assertMoved(cluster, slots);
            for (int slot : slots.stream().toArray()) {
                assertTrue(cluster.keys(cluster.target, slot) >= 10, "keys in slot " + slot);
            }
        }
    }

    @Test
    void a_source_that_is_killed_hands_over_the_rest_from_its_replica() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour, "--cluster-require-full-coverage", "no")) {
            LocalServer replica = cluster.addReplica(flavour, cluster.source, "--cluster-allow-replica-migration", "no", "--cluster-require-full-coverage", "no");
            SlotRanges slots = SlotRanges.of(0, 1999);
            cluster.fill(slots, 10, 1000);
            // what has not reached it yet nobody could save
            ThreePrimaries.eventually("the replica has it", () -> slots.stream().allMatch(slot -> cluster.keys(replica, slot) == 10));
            Thread[] killer = new Thread[1];
            Steps steps = new Steps(s -> {
                if (s.moved.count() > 500 && killer[0] == null) {
                    killer[0] = new Thread(cluster.source::crash);
                    killer[0].start();
                }
            });
            Refused.as(Kind.Unreachable, () -> mover.move(cluster.order(slots), steps));
            killer[0].join();
            ThreePrimaries.eventually("promoted", () -> cluster.slots(cluster.target, replica).count() > 4000 && cluster.own(replica).slots().count() > 4000);
            mover.move(cluster.order(replica, slots, ConnectionSettings.PLAIN, Optional.empty()), new Steps());
            assertEquals(SlotRanges.of(8192, 12287).plus(slots), cluster.own(cluster.target).slots());
            assertEquals(ThreePrimaries.OF_SOURCE.minus(slots), cluster.own(replica).slots());
            assertEquals(Set.of(), cluster.own(replica).openSlots());
            assertEquals(Set.of(), cluster.own(cluster.target).openSlots());
            for (int slot : slots.stream().toArray()) {
                assertEquals(10, cluster.keys(cluster.target, slot), "keys in slot " + slot);
            }
        }
    }

    /** All slots have to be covered here, as is the servers' default: a target that has not heard whose the open ones are takes no key. */
    @Test
    void slots_that_are_open_while_the_source_hands_over_to_its_replica_are_finished_from_there() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            LocalServer heir = cluster.addReplica(flavour, cluster.source, "--cluster-allow-replica-migration", "no");
            SlotRanges slots = halfMoved(cluster);
            failOver(cluster, heir);
            ThreePrimaries.eventually("the target has heard", () -> cluster.slots(cluster.target, heir).count() > 8000);

            mover.move(cluster.order(heir, slots, ConnectionSettings.PLAIN, Optional.empty()), new Steps());

            assertFinished(cluster, slots, cluster.target);
        }
    }

    @Test
    void slots_that_are_open_while_the_target_hands_over_to_its_replica_are_finished_there() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            LocalServer heir = cluster.addReplica(flavour, cluster.target, "--cluster-allow-replica-migration", "no");
            SlotRanges slots = halfMoved(cluster);
            failOver(cluster, heir);
            ThreePrimaries.eventually("the source has heard", () -> cluster.slots(cluster.source, heir).count() > 4000);

            mover.move(new SlotWork.Order(new Transfer(cluster.id(cluster.source), cluster.id(heir), slots), cluster.source.endpoint(), heir.endpoint(),
                    List.of(cluster.witness.endpoint()), Optional.empty()), new Steps());

            assertFinished(cluster, slots, heir);
        }
    }

    /** Ten slots of four keys, open at both ends, two keys of each carried over. */
    private static SlotRanges halfMoved(ThreePrimaries cluster) throws ServerException {
        SlotRanges slots = SlotRanges.of(0, 9);
        cluster.fill(slots, 4, 10);
        slots.stream().forEach(slot -> {
            open(cluster, slot);
            carry(cluster, slot, 0, 1);
        });
        return slots;
    }

    private static void failOver(ThreePrimaries cluster, LocalServer heir) {
        cluster.tell(heir, "CLUSTER", "FAILOVER");
        ThreePrimaries.eventually("promoted", () -> cluster.own(heir).role() == Role.PRIMARY);
        ThreePrimaries.eventually("known to all", () -> cluster.servers().stream()
                .allMatch(s -> cluster.rows(s).stream().filter(r -> r.role() == Role.PRIMARY).count() == 3));
    }

    private static void assertFinished(ThreePrimaries cluster, SlotRanges slots, LocalServer owner) {
        assertEquals(SlotRanges.NONE, slots.minus(cluster.own(owner).slots()));
        for (LocalServer server : cluster.servers()) {
            ThreePrimaries.eventually("nothing open on " + server.address(), () -> cluster.own(server).openSlots().isEmpty());
            ThreePrimaries.eventually("in order to " + server.address(), () -> cluster.tell(server, "CLUSTER", "INFO").contains("cluster_state:ok"));
            ThreePrimaries.eventually("known to " + server.address(), () -> slots.minus(cluster.slots(server, owner)).isEmpty());
        }
        for (int slot : slots.stream().toArray()) {
            assertEquals(4, cluster.keys(owner, slot), "keys in slot " + slot);
            for (int number = 0; number < 4; number++) {
                assertEquals("x".repeat(10), cluster.tell(owner, "GET", ThreePrimaries.key(slot, number)));
            }
        }
    }
}
