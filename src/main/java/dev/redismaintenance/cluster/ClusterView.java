package dev.redismaintenance.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The whole cluster at one moment, put together from what several of its nodes said. Immutable; {@link #afterHandover},
 * {@link #afterReplicate} and {@link #afterMoves} give the cluster as it would be.
 */
public final class ClusterView {
    /** Sorted also in its type: only then copies of it need no comparing. */
    private final SortedMap<NodeId, Member> members;
    private final List<String> disagreements;
    private final List<OpenSlot> openSlots;
    /** The same object for all views of the same nodes that come of one. */
    private final Set<NodeId> ids;
    /** Made when somebody asks for a node's replicas: of views that are only on the way to another nobody does. */
    private volatile Map<NodeId, List<Member>> replicas;
    /** As that, by Kubernetes Node: for each of several maintenances it is asked who goes down with its machine. */
    private volatile Map<String, List<NodeId>> machines;

    /**
     * @param disagreements in what the views differ, in words; empty when all agree
     * @param openSlots     slots that are half-way in a key-by-key move, as each node that was asked says of itself
     */
    public ClusterView(Map<NodeId, Member> members, List<String> disagreements, List<OpenSlot> openSlots) {
        this(new TreeMap<>(members), List.copyOf(disagreements), List.copyOf(openSlots), Set.copyOf(members.keySet()));
    }

    /** Takes over what nobody else has. */
    private ClusterView(TreeMap<NodeId, Member> members, List<String> disagreements, List<OpenSlot> openSlots, Set<NodeId> ids) {
        this.members = Collections.unmodifiableSortedMap(members);
        this.disagreements = disagreements;
        this.openSlots = openSlots;
        this.ids = ids;
    }

    /** The same nodes, some of them other than before. */
    private ClusterView with(TreeMap<NodeId, Member> after) {
        return new ClusterView(after, disagreements, openSlots, ids);
    }

    public SortedMap<NodeId, Member> members() {
        return members;
    }

    Set<NodeId> ids() {
        return ids;
    }

    /** The same cluster where each server may have another answer. */
    ClusterView withAnswers(UnaryOperator<Member> anew) {
        TreeMap<NodeId, Member> after = new TreeMap<>(members);
        after.replaceAll((id, m) -> anew.apply(m));
        return with(after);
    }

    /** Those of which the other view may tell something else. */
    List<Member> othersThanIn(ClusterView before) {
        if (ids != before.ids) {
            return List.copyOf(all());
        }
        List<Member> others = new ArrayList<>();
        Iterator<Member> theirs = before.all().iterator();
        for (Member m : all()) {
            // a change leaves the rest as it is
            if (m != theirs.next()) {
                others.add(m);
            }
        }
        return others;
    }

    public List<String> disagreements() {
        return disagreements;
    }

    public List<OpenSlot> openSlots() {
        return openSlots;
    }

    public Optional<Member> member(NodeId id) {
        return Optional.ofNullable(members.get(id));
    }

    public Optional<Member> ofPod(String podName) {
        return all().stream().filter(m -> m.pod().filter(p -> p.name().equals(podName)).isPresent()).findFirst();
    }

    public Collection<Member> all() {
        return members.values();
    }

    public Stream<Member> voters() {
        return all().stream().filter(Member::voter);
    }

    /** More than half of the voters: what an election needs. */
    public int quorum() {
        return (int) voters().count() / 2 + 1;
    }

    public List<Member> replicasOf(NodeId primary) {
        Map<NodeId, List<Member>> known = replicas;
        if (known == null) {
            known = byPrimary();
            replicas = known;
        }
        return Collections.unmodifiableList(known.getOrDefault(primary, List.of()));
    }

    private Map<NodeId, List<Member>> byPrimary() {
        Map<NodeId, List<Member>> byPrimary = new HashMap<>();
        for (Member m : all()) {
            if (m.role() == Role.REPLICA && m.primary().isPresent()) {
                byPrimary.computeIfAbsent(m.primary().get(), id -> new ArrayList<>(2)).add(m);
            }
        }
        return byPrimary;
    }

    /** The primary, where it is known, and its replicas. */
    public Stream<Member> shardOf(NodeId primary) {
        return Stream.concat(member(primary).stream(), replicasOf(primary).stream());
    }

    /** The primary of the shard that the node belongs to: itself, or the one it replicates. */
    public Optional<Member> primaryOf(NodeId id) {
        return member(id).flatMap(m -> m.role() == Role.PRIMARY ? Optional.of(m) : m.primary().flatMap(this::member));
    }

    /** The primaries that own any of these slots. */
    public List<Member> ownersOf(SlotRanges slots) {
        return voters().filter(m -> m.slots().intersects(slots)).toList();
    }

    /** Atomic migrations that are going on, each as its source or else its target tells. */
    public List<SlotJob> activeJobs() {
        Map<String, SlotJob> jobs = new TreeMap<>();
        for (Member m : all()) {
            for (SlotJob job : m.report().isPresent() ? m.report().get().jobs() : List.<SlotJob>of()) {
                if (job.active()) {
                    jobs.merge(job.id(), job, (a, b) -> a.export() ? a : b);
                }
            }
        }
        return List.copyOf(jobs.values());
    }

    /** How many more voters may fail, one after the other, until no election is won any more, when these are down already; negative: none is won now. */
    public int survivableFailures(Set<NodeId> down) {
        return (int) voters().filter(m -> m.goodVoter() && !down.contains(m.id())).count() - quorum();
    }

    /** A person's words for a node of this cluster. */
    public String nameOf(NodeId id) {
        return member(id).map(Member::name).orElseGet(() -> "node " + id.brief());
    }

    /** Slots that no node owns. */
    public SlotRanges uncovered() {
        return without(Member::slots);
    }

    /**
     * Slots that no primary says to be its own. More than {@link #uncovered}: where each of two says that the other has a slot, both
     * their views cover it, and gossip never mends it, since only claims travel.
     */
    public SlotRanges unclaimed() {
        return without(m -> m.report().map(r -> r.own().slots()).orElse(m.slots()));
    }

    private SlotRanges without(Function<Member, SlotRanges> slots) {
        return SlotRanges.of(0, SlotRanges.ALL - 1).minus(SlotRanges.union(all().stream().map(slots)));
    }

    public boolean agreed() {
        return disagreements.isEmpty();
    }

    /** The cluster after {@code to} has taken over from the primary {@code from}: same shard, roles changed, other replicas follow. */
    public ClusterView afterHandover(NodeId from, NodeId to) {
        Member old = members.get(from);
        TreeMap<NodeId, Member> after = new TreeMap<>(members);
        for (Member m : all()) {
            if (m.id().equals(to)) {
                after.put(to, m.as(Role.PRIMARY, Optional.empty(), old.slots()));
            } else if (m.id().equals(from) || m.replicaOf(from)) {
                after.put(m.id(), m.as(Role.REPLICA, Optional.of(to), SlotRanges.NONE));
            }
        }
        return with(after);
    }

    /** The cluster after {@code node} has become a replica of {@code primary}, or an empty primary where that is empty. */
    public ClusterView afterReplicate(NodeId node, Optional<NodeId> primary) {
        TreeMap<NodeId, Member> after = new TreeMap<>(members);
        after.computeIfPresent(node, (id, m) -> m.as(primary.isPresent() ? Role.REPLICA : Role.PRIMARY, primary, SlotRanges.NONE));
        return with(after);
    }

    /** The cluster after slots have moved; roles stay, a primary may own nothing then. */
    public ClusterView afterMoves(List<Transfer> transfers) {
        TreeMap<NodeId, Member> after = new TreeMap<>(members);
        for (Transfer t : transfers) {
            after.computeIfPresent(t.from(), (id, m) -> m.as(m.role(), m.primary(), m.slots().minus(t.slots())));
            after.computeIfPresent(t.to(), (id, m) -> m.as(m.role(), m.primary(), m.slots().plus(t.slots())));
        }
        return with(after);
    }

    /** The cluster with another fact of a node's pod. */
    public ClusterView with(NodeId node, UnaryOperator<PodFacts> pod) {
        return changed(node, m -> m.pod().map(p -> m.with(pod.apply(p))).orElse(m));
    }

    /** The cluster with another answer of one server, where it answers. */
    public ClusterView withReport(NodeId node, UnaryOperator<NodeReport> report) {
        return withReports(Set.of(node), (id, r) -> report.apply(r));
    }

    /** The same for several. */
    public ClusterView withReports(Set<NodeId> nodes, BiFunction<NodeId, NodeReport, NodeReport> report) {
        TreeMap<NodeId, Member> after = new TreeMap<>(members);
        nodes.forEach(node -> after.computeIfPresent(node, (id, m) -> m.report().map(r -> m.with(report.apply(id, r))).orElse(m)));
        return with(after);
    }

    /** The cluster once everybody has forgotten a node. */
    public ClusterView without(NodeId forgotten) {
        TreeMap<NodeId, Member> after = new TreeMap<>(members);
        after.remove(forgotten);
        after.replaceAll((id, m) -> m.report().map(r -> m.with(r.without(forgotten))).orElse(m));
        return new ClusterView(after, disagreements, openSlots, Set.copyOf(after.keySet()));
    }

    /** The cluster once a node knows all others and, as a replica, has all data. */
    public ClusterView settled(NodeId node) {
        return changed(node, m -> m.inSyncAnd(false));
    }

    /** The cluster once a node has forgotten all others. */
    public ClusterView isolated(NodeId node) {
        return changed(node, m -> m.inSyncAnd(true));
    }

    private ClusterView changed(NodeId node, UnaryOperator<Member> change) {
        TreeMap<NodeId, Member> after = new TreeMap<>(members);
        after.computeIfPresent(node, (id, m) -> change.apply(m));
        return with(after);
    }

    /** The cluster without slots half-way among these. */
    public ClusterView closed(SlotRanges slots) {
        return new ClusterView(new TreeMap<>(members), disagreements, openSlots.stream().filter(o -> !slots.contains(o.slot())).toList(), ids);
    }

    /** The nodes whose pods are on this Kubernetes Node. */
    public List<NodeId> onMachine(String machine) {
        Map<String, List<NodeId>> known = machines;
        if (known == null) {
            known = new HashMap<>();
            for (Member m : all()) {
                if (m.machine().isPresent()) {
                    known.computeIfAbsent(m.machine().get(), name -> new ArrayList<>()).add(m.id());
                }
            }
            machines = known;
        }
        return Collections.unmodifiableList(known.getOrDefault(machine, List.of()));
    }

    /** These nodes and all that share a machine with one of them: what goes down when their machines do. */
    public Set<NodeId> withMachines(Set<NodeId> nodes) {
        Set<NodeId> all = new TreeSet<>(nodes);
        nodes.forEach(id -> member(id).flatMap(Member::machine).map(this::onMachine).ifPresent(all::addAll));
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterView view && members.equals(view.members) && disagreements.equals(view.disagreements) && openSlots.equals(view.openSlots);
    }

    @Override
    public int hashCode() {
        return Objects.hash(members, disagreements, openSlots);
    }

    @Override
    public String toString() {
        return "ClusterView[members=" + members + ", disagreements=" + disagreements + ", openSlots=" + openSlots + "]";
    }
}
