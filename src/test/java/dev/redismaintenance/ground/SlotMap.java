package dev.redismaintenance.ground;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Which node does a client send a slot's commands to? What it last heard, from a redirection or from any node that it
 * knows, also from one that is wrong, as common clients do.
 */
final class SlotMap {

    static final int SLOTS = 16384;

    private final JedisClientConfig access;
    private final Set<HostAndPort> known = ConcurrentHashMap.newKeySet();
    private final Supplier<List<HostAndPort>> seeds;
    private final AtomicReferenceArray<HostAndPort> owners = new AtomicReferenceArray<>(SLOTS);

    /** @param seeds where to ask when nobody that is known answers any more, never nobody */
    SlotMap(Supplier<List<HostAndPort>> seeds, JedisClientConfig access) {
        this.seeds = seeds;
        this.access = access;
        known.addAll(seeds.get());
    }

    HostAndPort owner(int slot) {
        HostAndPort owner = owners.get(slot);
        return owner == null ? any() : owner;
    }

    void moved(int slot, HostAndPort owner) {
        owners.set(slot, owner);
        known.add(owner);
    }

    /** Asks nodes in random order until one answers. */
    boolean refresh() {
        for (int attempt = 0; attempt < 3; attempt++) {
            HostAndPort asked = any();
            try (Jedis jedis = new Jedis(asked, access)) {
                take((List<?>) jedis.sendCommand(Protocol.Command.CLUSTER, "SLOTS"), asked);
                return true;
            } catch (JedisException e) {
                // Unreachable now; it comes back by what others say or by being a seed.
                known.remove(asked);
            }
        }
        return false;
    }

    private void take(List<?> ranges, HostAndPort asked) {
        for (Object range : ranges) {
            List<?> parts = (List<?>) range;
            for (int node = 2; node < parts.size(); node++) {
                known.add(address((List<?>) parts.get(node), asked));
            }
            HostAndPort primary = address((List<?>) parts.get(2), asked);
            for (long slot = (Long) parts.get(0); slot <= (Long) parts.get(1); slot++) {
                owners.set((int) slot, primary);
            }
        }
    }

    private static HostAndPort address(List<?> node, HostAndPort asked) {
        Object host = node.get(0);
        String name = host instanceof byte[] bytes ? new String(bytes, java.nio.charset.StandardCharsets.US_ASCII) : "";
        return new HostAndPort(name.isEmpty() ? asked.getHost() : name, ((Long) node.get(1)).intValue());
    }

    private HostAndPort any() {
        // looked at once: another thread may forget the last one meanwhile
        List<HostAndPort> nodes = List.copyOf(known);
        if (nodes.isEmpty()) {
            nodes = List.copyOf(seeds.get());
        }
        return nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()));
    }
}
