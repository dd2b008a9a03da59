package dev.redismaintenance.bench.operator;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Probe;
import dev.redismaintenance.cluster.ReplicaLink;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.ViewBuilder;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.MachineRehearsal.Candidate;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.SlotsSeen;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the servers of a big cluster would say: primaries with one replica each, five nodes on each Kubernetes Node, none with two of one shard. Each
 * says what a node of a small cluster in memory says, with the big one's {@code CLUSTER NODES}. What is asked about it is asked for the first node.
 */
final class BigCluster {
    static final int ON_A_MACHINE = 5;
    private final int nodes;
    private final List<NodeRow> rows;
    private final List<NodeReport> reports;
    private final ClusterView view;

    BigCluster(int nodes) {
        this.nodes = nodes;
        this.rows = IntStream.range(0, nodes).mapToObj(this::row).toList();
        List<Member> small = List.copyOf(new Simulation(Topology.of(3, 1, 0)).view().all());
        this.reports = IntStream.range(0, nodes).mapToObj(i -> report(i, small)).toList();
        this.view = view();
    }

    List<NodeReport> reports() {
        return reports;
    }

    ClusterView view() {
        return ViewBuilder.build(IntStream.range(0, nodes).mapToObj(i -> Probe.answered(pod(i), reports.get(i))).toList(), Map.of());
    }

    /** For the first node, before anything was done. */
    Candidate asked() {
        return asked(0);
    }

    /** For the first node, which keeps its role; what its slots hold has been counted. */
    Candidate counted() {
        Candidate c = asked();
        Map<Integer, Inventory.Content> found = slots(0).stream().boxed().collect(Collectors.toMap(slot -> slot, slot -> new Inventory.Content(1000, 1_000_000)));
        Situation s = c.situation();
        Request r = c.request();
        return new Candidate(new Situation(s.view(), s.pod(), s.node(), s.trouble(), s.recorded(), s.denied(), s.peers(), s.lent(), s.slotsDenied(),
                new SlotsSeen(Optional.empty(), inventories(found), Optional.empty(), SlotRanges.NONE), s.guests()),
                new Request(r.name(), r.uid(), r.podName(), r.reason(), r.now(), false, Optional.of(false), true, false));
    }

    /** The others hold nothing. */
    private Map<NodeId, Inventory> inventories(Map<Integer, Inventory.Content> first) {
        return IntStream.range(0, nodes / 2).boxed().collect(Collectors.toMap(BigCluster::id, i -> inventory(i, i == 0 ? first : Map.of())));
    }

    private static Inventory inventory(int i, Map<Integer, Inventory.Content> content) {
        return new Inventory(id(i), SlotRanges.of(content.keySet()), content, true, List.of(), Set.of());
    }

    /** For each node on the first one's machine alone. */
    List<Candidate> machine() {
        return IntStream.range(0, nodes).filter(i -> machine(i).equals(machine(0))).mapToObj(this::asked).toList();
    }

    private Candidate asked(int i) {
        return new Candidate(new Situation(view, Optional.of(pod(i)), Optional.of(id(i)), Optional.empty(), Optional.empty(), Map.of(), List.of()),
                new Request("patch", "uid-" + i, "cache-" + i, "kernel patch", "2026-11-22T20:00:00Z", false, Optional.empty(), true, false));
    }

    private boolean replica(int i) {
        return i >= nodes / 2;
    }

    /** The primary of a replica, the replica of a primary. */
    private int partner(int i) {
        return replica(i) ? i - nodes / 2 : i + nodes / 2;
    }

    private String machine(int i) {
        int machines = nodes / ON_A_MACHINE;
        return "worker-" + (replica(i) ? partner(i) + machines / 3 : i) % machines;
    }

    private static NodeId id(int i) {
        return new NodeId(String.format("%08x%032x", i * 0x9E3779B1, i));
    }

    private static Address address(int i) {
        return new Address("10.1." + i / 250 + "." + (i % 250 + 1), 6379);
    }

    private SlotRanges slots(int i) {
        int shards = nodes / 2;
        return replica(i) ? SlotRanges.NONE : SlotRanges.of(i * SlotRanges.ALL / shards, (i + 1) * SlotRanges.ALL / shards - 1);
    }

    private PodFacts pod(int i) {
        return new PodFacts("cache-" + i, "uid-of-" + i, Optional.of(address(i).host()), Optional.of(machine(i)), Optional.of("zone-" + i % 3), false, true, true,
                false, List.of("data-cache-" + i), Optional.empty());
    }

    private NodeRow row(int i) {
        return new NodeRow(id(i), address(i), Set.of(replica(i) ? "slave" : "master"), replica(i) ? Optional.of(id(partner(i))) : Optional.empty(),
                i % (nodes / 2) + 1, true, slots(i), Set.of());
    }

    private NodeReport report(int i, List<Member> small) {
        NodeReport like = small.stream().filter(m -> (m.role() == Role.REPLICA) == replica(i)).findFirst().flatMap(Member::report).orElseThrow();
        List<NodeRow> seen = new ArrayList<>(rows);
        NodeRow own = rows.get(i);
        Set<String> flags = new HashSet<>(own.flags());
        flags.add("myself");
        seen.set(i, new NodeRow(own.id(), own.address(), flags, own.primary(), own.configEpoch(), true, own.slots(), Set.of()));
        Replication said = like.replication();
        List<ReplicaLink> replicas = replica(i) ? List.of() : List.of(new ReplicaLink(address(partner(i)), true, said.offset(), 0));
        return new NodeReport(like.flavour(), like.version(), String.format("%040x", i), true, nodes / 2, 1000L * slots(replica(i) ? partner(i) : i).count(), false,
                new Replication(said.role(), said.linkUp(), said.syncing(), said.offset(), 0, 0, 0, replicas), like.memory(), like.settings(), seen, like.way(), List.of());
    }
}
