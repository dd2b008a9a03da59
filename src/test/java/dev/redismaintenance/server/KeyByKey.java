package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.Traffic;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;

/** What holds after slots were moved key by key, and the states in which a cut leaves them. */
final class KeyByKey {
    private KeyByKey() {
    }

    /** Both own what they should, nothing is open anywhere, and the source has no key of the slots. */
    static void assertMoved(ThreePrimaries cluster, SlotRanges slots) {
        assertEquals(ThreePrimaries.OF_SOURCE.minus(slots), cluster.own(cluster.source).slots());
        assertEquals(SlotRanges.of(8192, 12287).plus(slots), cluster.own(cluster.target).slots());
        ThreePrimaries.eventually("the witness knows", () -> cluster.slots(cluster.witness, cluster.target).equals(SlotRanges.of(8192, 12287).plus(slots)));
        assertNothingOpen(cluster);
        for (LocalServer server : List.of(cluster.source, cluster.target)) {
            SlotRanges own = cluster.own(server).slots();
            long inOwn = own.stream().filter(slot -> slots.contains(slot)).mapToLong(slot -> cluster.keys(server, slot)).sum();
            long inMoved = slots.stream().mapToLong(slot -> cluster.keys(server, slot)).sum();
            assertEquals(inOwn, inMoved, "keys in slots that a server does not own");
        }
    }

    static void assertNothingOpen(ThreePrimaries cluster) {
        for (LocalServer server : List.of(cluster.source, cluster.target, cluster.witness)) {
            assertEquals(Set.of(), cluster.own(server).openSlots());
        }
    }

    static Traffic traffic(ThreePrimaries cluster) {
        List<HostAndPort> seeds = cluster.servers().stream().map(s -> new HostAndPort(s.address(), LocalServer.PORT)).toList();
        return Traffic.on(seeds, DefaultJedisClientConfig.builder().build()).keys(4096).opsPerSecond(2000).start();
    }

    static void assertNothingLost(Traffic.Report report) {
        assertEquals(0, report.lost(), report::toString);
        assertEquals(0, report.stale(), report::toString);
    }

    static void setSlot(ThreePrimaries cluster, LocalServer server, int slot, String state, String node) {
        cluster.tell(server, "CLUSTER", "SETSLOT", String.valueOf(slot), state, node);
    }

    static void open(ThreePrimaries cluster, int slot) {
        setSlot(cluster, cluster.target, slot, "IMPORTING", cluster.id(cluster.source).value());
        setSlot(cluster, cluster.source, slot, "MIGRATING", cluster.id(cluster.target).value());
    }

    static void carry(ThreePrimaries cluster, int slot, int... numbers) {
        for (int number : numbers) {
            cluster.tell(cluster.source, "MIGRATE", cluster.target.address(), "6379", ThreePrimaries.key(slot, number), "0", "1000");
        }
    }
}
