package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.ReplicaLink;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What one server answers to {@code INFO}, {@code CONFIG GET} and {@code CLUSTER NODES}: the cluster in its own eyes. */
final class Eyes {
    private final Bus bus;
    private final Replicas replicas;

    Eyes(Bus bus, Replicas replicas) {
        this.bus = bus;
        this.replicas = replicas;
    }

    NodeReport report(MemoryNode node) {
        Map<String, String> settings = new HashMap<>(node.settings);
        settings.keySet().retainAll(Setting.READ);
        String runId = String.format("%040x", node.name.hashCode() * 31L + node.restarts & 0xffffffffL);
        return new NodeReport(node.flavour.server(), node.flavour.version(), runId, stateOk(node), node.currentEpoch, node.data.size(),
                node.loading > 0, replication(node), new Memory(node.role() == Role.PRIMARY ? node.slots().count() * InMemoryCluster.BYTES_PER_SLOT : node.data.size() * 1000L, node.usedMemory, node.memoryLimit), settings, rows(node),
                node.flavour == Flavour.VALKEY_9 ? MoveWay.ATOMIC_FROM_SOURCE : MoveWay.KEY_BY_KEY, List.of());
    }

    private boolean stateOk(MemoryNode node) {
        int covered = 0;
        int voters = 0;
        int reachable = 0;
        for (Map.Entry<NodeId, SlotRanges> owner : node.owners().entrySet()) {
            boolean failed = failed(node, owner.getKey());
            covered += failed ? 0 : owner.getValue().count();
            voters++;
            reachable += failed ? 0 : 1;
        }
        return covered == SlotRanges.ALL && reachable >= voters / 2 + 1;
    }

    private boolean failed(MemoryNode eyes, NodeId id) {
        return bus.node(id).filter(n -> !bus.overdue(n) && !(n.up && !bus.linked(eyes, n))).isEmpty();
    }

    private Replication replication(MemoryNode node) {
        if (node.role() == Role.PRIMARY) {
            List<ReplicaLink> links = replicas.of(node).stream().filter(r -> r.up && !r.linkCut)
                    .map(r -> new ReplicaLink(new Address(r.ip, MemoryNode.PORT), replicas.linkUp(r), r.offset, 0)).toList();
            return new Replication(Role.PRIMARY, true, false, node.offset, 0, 0, 0, links);
        }
        long total = Math.max(1, bus.timing.fullSync()) * Replicas.COPY_PER_TICK;
        boolean syncing = node.syncLeft > 0 && replicas.source(node).isPresent();
        return new Replication(Role.REPLICA, replicas.linkUp(node), syncing, node.offset,
                syncing ? total - node.syncLeft * Replicas.COPY_PER_TICK : 0, syncing ? total : 0, 0, List.of());
    }

    private List<NodeRow> rows(MemoryNode node) {
        List<NodeRow> rows = new ArrayList<>();
        rows.add(row(node, node.claim(), Optional.of(node), node.told()));
        node.known.values().forEach(claim -> rows.add(row(node, claim, bus.node(claim.id()), claim.ip())));
        bus.nodes().stream().filter(other -> other != node && !node.known.containsKey(other.id) && bus.meets(node, other))
                .forEach(other -> rows.add(new NodeRow(handshakeId(other), new Address(other.ip, MemoryNode.PORT),
                        Set.of("master", "handshake"), Optional.empty(), 0, true, SlotRanges.NONE, Set.of())));
        return rows;
    }

    /** Until it answers, a node that is being met goes by a name of its own. */
    private static NodeId handshakeId(MemoryNode other) {
        return new NodeId("ffff" + other.id.value().substring(4));
    }

    private NodeRow row(MemoryNode eyes, Claim claim, Optional<MemoryNode> node, String ip) {
        Set<String> flags = new TreeSet<>();
        flags.add(claim.role() == Role.PRIMARY ? "master" : "slave");
        boolean myself = node.filter(eyes::equals).isPresent();
        if (myself) {
            flags.add("myself");
        } else if (failed(eyes, claim.id())) {
            flags.add(bus.majorityOf(eyes) ? "fail" : "fail?");
        }
        if (claim.noFailover()) {
            flags.add("nofailover");
        }
        return new NodeRow(claim.id(), new Address(ip, MemoryNode.PORT), flags, claim.primary(), claim.epoch(),
                myself || node.filter(n -> n.up && bus.linked(eyes, n)).isPresent(), eyes.owners().getOrDefault(claim.id(), SlotRanges.NONE),
                myself ? Set.copyOf(eyes.openSlots) : Set.of());
    }
}
