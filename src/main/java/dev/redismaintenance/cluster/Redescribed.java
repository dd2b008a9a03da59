package dev.redismaintenance.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What would the servers say of a cluster that has only been thought of? A view after a change still carries the answers from before it;
 * here each server's own {@code CLUSTER NODES} and {@code INFO replication} are made to say what the view says:
 * <ol>
 * <li>every server sees every changed node with its new role, primary and slots, and connected; an isolated one sees itself only;</li>
 * <li>a node that changed its role or primary receives the stream and has all of it;</li>
 * <li>its new primary lists it as online. Replicas that left stay on the old one's list: nothing is decided from that.</li>
 * </ol>
 */
public final class Redescribed {
    private final ClusterView before;
    private final ClusterView after;
    private final Map<NodeId, Member> changed;
    /** Of those, who has another role or another primary. */
    private final Set<NodeId> moved;
    /** Replicas that are new to their primary, by that. */
    private final Map<NodeId, List<Member>> newcomers;
    /** What has changed since servers spoke, by what had until now: by identity, for nearly all servers share one. */
    private final Map<Map<NodeId, Member>, Map<NodeId, Member>> since = new IdentityHashMap<>();

    private Redescribed(ClusterView before, ClusterView after) {
        this.before = before;
        this.after = after;
        List<Member> others = after.othersThanIn(before);
        this.changed = others.stream().filter(this::changed).collect(Collectors.toUnmodifiableMap(Member::id, m -> m));
        this.moved = changed.values().stream().filter(this::moved).map(Member::id).collect(Collectors.toUnmodifiableSet());
        this.newcomers = others.stream().filter(m -> moved.contains(m.id()) && m.role() == Role.REPLICA && m.primary().isPresent())
                .collect(Collectors.groupingBy(m -> m.primary().get()));
    }

    public static ClusterView of(ClusterView before, ClusterView after) {
        Redescribed redescribed = new Redescribed(before, after);
        return after.withAnswers(m -> m.report().map(r -> m.with(redescribed.report(m, r))).orElse(m));
    }

    private NodeReport report(Member m, NodeReport said) {
        return said.with(replication(m, said.replication()), m.isolated() || !said.lines().lists(after.ids()) ? rows(m, said)
                : said.lines().since(since.computeIfAbsent(said.lines().since(), this::andChanged)));
    }

    private Map<NodeId, Member> andChanged(Map<NodeId, Member> earlier) {
        Map<NodeId, Member> both = new HashMap<>(earlier);
        both.putAll(changed);
        return Map.copyOf(both);
    }

    /** Of a server that does not know the very nodes that there are. */
    private List<NodeRow> rows(Member m, NodeReport said) {
        Map<NodeId, NodeRow> old = said.rows().stream().collect(Collectors.toMap(NodeRow::id, row -> row, (a, b) -> a));
        return (m.isolated() ? List.of(m) : after.all()).stream()
                .map(other -> old.containsKey(other.id()) && !changed.containsKey(other.id()) ? old.get(other.id())
                        : Rows.of(other, m.id().equals(other.id()), Optional.ofNullable(old.get(other.id()))))
                .toList();
    }

    private Replication replication(Member m, Replication said) {
        boolean itself = moved.contains(m.id());
        if (!itself && !newcomers.containsKey(m.id())) {
            return said;
        }
        List<ReplicaLink> replicas = new ArrayList<>(said.replicas());
        newcomers.getOrDefault(m.id(), List.of()).forEach(r -> replicas.add(new ReplicaLink(r.address(), true, said.offset(), 0)));
        // a primary without replicas counts no bytes of its stream yet, but one that has a copy has received something
        long offset = itself ? Math.max(1, m.primary().flatMap(after::member).flatMap(Member::report).map(p -> p.replication().offset()).orElse(said.offset())) : said.offset();
        return itself ? new Replication(m.role(), true, false, offset, 0, 0, said.outputBytesPerSecond(), replicas)
                : new Replication(said.role(), said.linkUp(), said.syncing(), offset, said.syncReadBytes(), said.syncTotalBytes(),
                        said.outputBytesPerSecond(), replicas);
    }

    private boolean moved(Member m) {
        return before.member(m.id()).filter(b -> b.role() == m.role() && b.primary().equals(m.primary())).isEmpty();
    }

    private boolean changed(Member m) {
        return moved(m) || before.member(m.id()).filter(b -> b.slots().equals(m.slots()) && b.isolated() == m.isolated()).isEmpty();
    }
}
