package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How data gets from primaries to replicas, and how a replica leaves for a primary that has none. */
final class Replicas {
    /** What an initial copy amounts to per tick, in bytes. */
    static final long COPY_PER_TICK = 16 << 20;

    private final Bus bus;
    private final Map<NodeId, Long> orphanedSince = new HashMap<>();
    private final Map<NodeId, Integer> count = new HashMap<>();
    private int migrations;

    Replicas(Bus bus) {
        this.bus = bus;
    }

    /** The primary whose stream could reach it. */
    Optional<MemoryNode> source(MemoryNode replica) {
        return replica.up && !replica.linkCut && replica.loading == 0 && replica.role() == Role.REPLICA
                ? replica.primary().flatMap(bus::node).filter(p -> p.up && p.role() == Role.PRIMARY && !bus.misses(replica, p)) : Optional.empty();
    }

    boolean linkUp(MemoryNode replica) {
        return replica.syncLeft == 0 && source(replica).isPresent();
    }

    int migrations() {
        return migrations;
    }

    List<MemoryNode> of(MemoryNode primary) {
        return bus.nodes().stream().filter(n -> n.replicaOf(primary.id)).toList();
    }

    void flow() {
        for (MemoryNode replica : bus.nodes()) {
            replica.loading = Math.max(0, replica.loading - 1);
            source(replica).ifPresent(primary -> receive(replica, primary));
        }
    }

    private static void receive(MemoryNode replica, MemoryNode primary) {
        if (replica.syncLeft > 1) {
            replica.syncLeft--;
            return;
        }
        replica.syncLeft = 0;
        primary.hadReplicas = true;
        if (replica.lag == 0) {
            replica.data.clear();
            replica.data.putAll(primary.data);
        }
        replica.offset = Math.max(0, primary.offset - replica.lag);
    }

    /** A shard that has two working replicas or more gives one to a primary that has lost its own. */
    void migrate() {
        for (MemoryNode primary : bus.nodes()) {
            int now = of(primary).size();
            Integer before = count.put(primary.id, now);
            if (now == 0 && before != null && before > 0) {
                // those that left took the mark with them; those that failed do not (clusterNodeRemoveSlave in the servers' code)
                primary.hadReplicas = false;
            }
            boolean orphaned = primary.up && primary.voter() && primary.hadReplicas && of(primary).stream().noneMatch(r -> r.up);
            if (!orphaned) {
                orphanedSince.remove(primary.id);
            } else if (bus.now() - orphanedSince.computeIfAbsent(primary.id, id -> bus.now()) >= bus.timing.migration()) {
                donor(primary).ifPresent(replica -> {
                    bus.follow(replica, primary.id, true);
                    migrations++;
                });
            }
        }
    }

    private Optional<MemoryNode> donor(MemoryNode orphan) {
        return bus.nodes().stream().filter(p -> p.up && p.voter() && p != orphan)
                .map(p -> of(p).stream().filter(this::linkUp).toList()).filter(working -> working.size() >= 2)
                .flatMap(List::stream).filter(r -> "yes".equals(r.settings.get(Setting.ALLOW_REPLICA_MIGRATION)) && r.known.containsKey(orphan.id))
                .min(Comparator.comparing(r -> r.id));
    }
}
