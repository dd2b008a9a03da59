package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is there, what time it is, and how nodes hear of each other. */
final class Bus {
    final Timing timing;
    private final Map<String, MemoryNode> nodes = new LinkedHashMap<>();
    private final Map<NodeId, MemoryNode> byId = new HashMap<>();
    private final List<Meeting> meetings = new ArrayList<>();
    private long now;
    private Map<NodeId, SlotRanges> truth = Map.of();
    private long truthOf = -1;
    private boolean moved;
    private boolean strangers;

    /** A {@code CLUSTER MEET} that has not been answered yet. */
    record Meeting(MemoryNode via, String host, long due) {
    }

    Bus(Timing timing) {
        this.timing = timing;
    }

    void add(MemoryNode node) {
        nodes.put(node.name, node);
        byId.put(node.id, node);
    }

    Collection<MemoryNode> nodes() {
        return nodes.values();
    }

    MemoryNode named(String name) {
        return Optional.ofNullable(nodes.get(name)).orElseThrow(() -> new IllegalArgumentException("no node " + name));
    }

    Optional<MemoryNode> node(NodeId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Its disk was lost, and its name with it. */
    void rename(MemoryNode node, NodeId id) {
        byId.remove(node.id);
        node.id = id;
        byId.put(id, node);
        strangers = true;
    }

    Optional<MemoryNode> at(String host) {
        return nodes().stream().filter(n -> n.up && n.ip.equals(host)).findFirst();
    }

    long now() {
        return now;
    }

    void turn() {
        now++;
    }

    /** Who owns what when everything that anybody claims is put together. */
    Map<NodeId, SlotRanges> truth() {
        long versions = nodes().stream().mapToLong(MemoryNode::version).sum();
        if (versions != truthOf) {
            truthOf = versions;
            truth = Claim.owners(nodes().stream().map(MemoryNode::claim).toList());
        }
        return truth;
    }

    /** The primaries that own slots, the dead among them. */
    List<MemoryNode> voters() {
        Map<NodeId, SlotRanges> owners = truth();
        return nodes().stream().filter(n -> owners.containsKey(n.id)).toList();
    }

    /** Somebody has come back at another address, and not everybody knows it yet. */
    void moved() {
        moved = true;
    }

    private static boolean finds(MemoryNode a, MemoryNode b) {
        return Optional.ofNullable(a.known.get(b.id)).filter(c -> c.ip().equals(b.ip)).isPresent();
    }

    /** It looks for the other where that is no more. */
    boolean misses(MemoryNode a, MemoryNode b) {
        return moved && a.known.containsKey(b.id) && !finds(a, b);
    }

    /** Who opens the link does not matter. */
    boolean linked(MemoryNode a, MemoryNode b) {
        return !moved || a == b || finds(a, b) || finds(b, a);
    }

    /** A majority of the voters hears of this node. */
    boolean majorityOf(MemoryNode node) {
        List<MemoryNode> voters = voters();
        return voters.stream().filter(n -> n.up && linked(n, node)).count() >= voters.size() / 2 + 1;
    }

    /** A node that is missed is found again through any that both have a link to. */
    private void tellAddresses() {
        for (MemoryNode other : nodes().stream().filter(n -> n.up).toList()) {
            List<MemoryNode> finders = nodes().stream().filter(n -> n.up && n != other && finds(n, other)).toList();
            if (!finders.isEmpty()) {
                nodes().stream().filter(n -> n.up && !n.deaf && misses(n, other) && finders.stream().anyMatch(f -> f != n && linked(n, f))).toList()
                        .forEach(n -> learn(n, other.claim(), other.version()));
            }
        }
        moved = nodes().stream().anyMatch(a -> a.up && nodes().stream().anyMatch(b -> b.up && misses(a, b)));
    }

    boolean majorityUp() {
        List<MemoryNode> voters = voters();
        return voters.stream().filter(n -> n.up).count() >= voters.size() / 2 + 1;
    }

    /** Long enough away to be suspected. */
    boolean overdue(MemoryNode node) {
        return !node.up && now - node.downSince >= timing.failure();
    }

    void meet(MemoryNode via, String host) {
        meetings.add(new Meeting(via, host, now + 1));
    }

    boolean meets(MemoryNode via, MemoryNode other) {
        return meetings.stream().anyMatch(m -> m.via() == via && m.host().equals(other.ip));
    }

    void gossip() {
        meetings.stream().filter(m -> m.due() <= now).toList().forEach(this::introduce);
        meetings.removeIf(m -> m.due() <= now);
        nodes().stream().filter(n -> n.up && n.alone() && n.resetAt > 0 && n.flavour.isMetAgain() && now - n.resetAt >= Timing.MET_AGAIN)
                .forEach(n -> nodes().stream().filter(o -> o.up && o.known.containsKey(n.id)).findFirst()
                        .ifPresent(o -> introduce(new Meeting(o, n.ip, now))));
        for (MemoryNode listener : nodes()) {
            if (listener.up && !listener.deaf) {
                for (MemoryNode speaker : nodes()) {
                    if (speaker.up && speaker != listener && listener.known.containsKey(speaker.id) && linked(listener, speaker)
                            && listener.heard.getOrDefault(speaker.id, -1L) != speaker.version()
                            && now - speaker.changedAt() >= delay(listener, speaker)) {
                        learn(listener, speaker.claim(), speaker.version());
                    }
                }
            }
        }
        if (moved) {
            tellAddresses();
        }
        if (strangers) {
            tellOfStrangers();
        }
        nodes().stream().filter(n -> n.up && !n.deaf && n.voter()).forEach(this::update);
    }

    /** Whoever claims slots that others know to have a newer owner is told so, also when that owner is dead by now. */
    private void update(MemoryNode stale) {
        for (MemoryNode other : nodes()) {
            if (other.up && linked(other, stale) && other.known.containsKey(stale.id) && !stale.slots().equals(other.owners().getOrDefault(stale.id, SlotRanges.NONE))) {
                other.known.values().stream().filter(c -> c.role() == Role.PRIMARY && c.epoch() > stale.epoch() && c.slots().intersects(stale.slots()))
                        .findFirst().filter(c -> stale.known.containsKey(c.id())).ifPresent(c -> learn(stale, c, stale.heard.getOrDefault(c.id(), -1L)));
            }
        }
    }

    /** Whoever was away when a new node joined hears of it from those that know both. */
    private void tellOfStrangers() {
        List<MemoryNode> members = nodes().stream().filter(n -> !n.alone()).toList();
        for (MemoryNode a : members) {
            for (MemoryNode b : members) {
                if (a != b && a.up && b.up && !a.known.containsKey(b.id) && members.stream().anyMatch(c -> c.up && c.known.containsKey(a.id) && c.known.containsKey(b.id)
                        && a.known.containsKey(c.id) && linked(c, a) && linked(c, b))) {
                    a.hear(b.claim(), -1);
                }
            }
        }
        strangers = nodes().stream().anyMatch(MemoryNode::alone) || members.stream().anyMatch(a -> members.stream().anyMatch(b -> a != b && !a.known.containsKey(b.id)));
    }

    private long delay(MemoryNode listener, MemoryNode speaker) {
        return timing.gossip() == 0 ? 0 : Math.floorMod(listener.name.hashCode() * 31 + speaker.name.hashCode(), timing.gossip() + 1);
    }

    /** Both know each other then, the one that was met learns its own address, and hears of all the others. */
    private void introduce(Meeting meeting) {
        at(meeting.host()).filter(met -> met != meeting.via() && meeting.via().up).ifPresent(met -> {
            met.tell(met.ip, now);
            met.resetAt = 0;
            MemoryNode via = meeting.via();
            // another one that was reset listens to nobody until it is met itself
            List<MemoryNode> all = nodes().stream().filter(n -> n == via || via.known.containsKey(n.id) && !n.alone() && linked(via, n)).toList();
            List<MemoryNode> friends = nodes().stream().filter(n -> n == met || met.known.containsKey(n.id) && linked(met, n)).toList();
            for (MemoryNode a : all) {
                for (MemoryNode b : friends) {
                    if (a != b) {
                        if (a.up) {
                            a.known.merge(b.id, b.claim(), (old, now) -> old.ip().equals(now.ip()) ? old : now);
                            a.announce(now);
                        }
                        if (b.up) {
                            b.known.merge(a.id, a.claim(), (old, now) -> old.ip().equals(now.ip()) ? old : now);
                            b.announce(now);
                        }
                    }
                }
            }
        });
    }

    /** What a server does on hearing of another that claims slots with a higher epoch. */
    void learn(MemoryNode listener, Claim claim, long version) {
        SlotRanges formerly = listener.primary().map(p -> listener.owners().getOrDefault(p, SlotRanges.NONE)).orElse(SlotRanges.NONE);
        listener.hear(claim, version);
        if (listener.replicaOf(claim.id()) && claim.primary().filter(p -> !p.equals(listener.id)).isPresent()) {
            follow(listener, claim.primary().get(), false);
        }
        if (claim.role() != Role.PRIMARY || claim.slots().isEmpty()) {
            return;
        }
        if (listener.role() == Role.PRIMARY && claim.epoch() > listener.epoch() && claim.slots().intersects(listener.slots())) {
            SlotRanges left = listener.slots().minus(claim.slots());
            boolean wholeShard = listener.slots().minus(claim.slots()).isEmpty() && claim.slots().equals(listener.slots());
            if (left.isEmpty() && (wholeShard || "yes".equals(listener.settings.get(Setting.ALLOW_REPLICA_MIGRATION)))) {
                follow(listener, claim.id(), !wholeShard);
            } else {
                listener.become(Role.PRIMARY, Optional.empty(), left, listener.epoch(), now);
            }
        } else if (listener.role() == Role.REPLICA && listener.primary().filter(p -> !p.equals(claim.id())).isPresent()
                && formerly.intersects(claim.slots()) && !listener.owners().containsKey(listener.primary().get())) {
            boolean wholeShard = formerly.equals(claim.slots());
            if (wholeShard || "yes".equals(listener.settings.get(Setting.ALLOW_REPLICA_MIGRATION))) {
                follow(listener, claim.id(), !wholeShard);
            }
        }
    }

    /** Becomes a replica; its own data is of use only where it comes from the same shard. */
    void follow(MemoryNode node, NodeId primary, boolean fullSync) {
        node.become(Role.REPLICA, Optional.of(primary), SlotRanges.NONE, node.epoch(), now);
        node.openSlots.clear();
        if (fullSync) {
            node.data.clear();
            node.offset = 0;
            node.syncLeft = Math.max(1, timing.fullSync());
        } else {
            node.syncLeft = 0;
        }
    }
}
