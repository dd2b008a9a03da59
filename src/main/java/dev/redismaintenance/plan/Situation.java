package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Rollout;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.gate.Overrides;
import dev.redismaintenance.gate.Peer;
import dev.redismaintenance.gate.Takeover;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything a decision is made from.
 *
 * @param pod      the pod that the request names, where it exists
 * @param node     the cluster node behind it: what its server says, else what the snapshot recorded
 * @param trouble  why the server in that pod could not be asked, when it could not
 * @param recorded the snapshot to use, where there is one
 * @param denied   by node, commands that the account may not run
 * @param peers    other maintenances of this cluster
 * @param lent     spares that the snapshots of other maintenances name as lent: they go home from where they are now
 * @param slotsDenied by node, commands that the account may not run and that only moving slots needs
 * @param slots    what is known of slots on their way
 * @param guests   slots that other maintenances have told to go: wherever they are, they go home when those end
 * @param overrides gates that are to be passed over
 * @param rollouts updates of the cluster's pods by their owner that are under way
 * @param takeovers failovers that were not ours, of a moment ago or under way
 */
public record Situation(ClusterView view, Optional<PodFacts> pod, Optional<NodeId> node, Optional<Trouble> trouble,
                        Optional<Recorded> recorded, Map<NodeId, List<String>> denied, List<Peer> peers, Set<NodeId> lent,
                        Map<NodeId, List<String>> slotsDenied, SlotsSeen slots, SlotRanges guests, Overrides overrides,
                        List<Rollout> rollouts, List<Takeover> takeovers) {
    /** For telling why nothing could be looked at. */
    public static final Situation NOTHING_SEEN = new Situation(new ClusterView(Map.of(), List.of(), List.of()), Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty(), Map.of(), List.of());

    public Situation {
        denied = Map.copyOf(denied);
        slotsDenied = Map.copyOf(slotsDenied);
        peers = List.copyOf(peers);
        lent = Set.copyOf(lent);
        rollouts = List.copyOf(rollouts);
        takeovers = List.copyOf(takeovers);
    }

    public Situation(ClusterView view, Optional<PodFacts> pod, Optional<NodeId> node, Optional<Trouble> trouble,
                     Optional<Recorded> recorded, Map<NodeId, List<String>> denied, List<Peer> peers, Set<NodeId> lent,
                     Map<NodeId, List<String>> slotsDenied, SlotsSeen slots, SlotRanges guests, Overrides overrides, List<Rollout> rollouts) {
        this(view, pod, node, trouble, recorded, denied, peers, lent, slotsDenied, slots, guests, overrides, rollouts, List.of());
    }

    public Situation(ClusterView view, Optional<PodFacts> pod, Optional<NodeId> node, Optional<Trouble> trouble,
                     Optional<Recorded> recorded, Map<NodeId, List<String>> denied, List<Peer> peers, Set<NodeId> lent,
                     Map<NodeId, List<String>> slotsDenied, SlotsSeen slots, SlotRanges guests) {
        this(view, pod, node, trouble, recorded, denied, peers, lent, slotsDenied, slots, guests, Overrides.NONE, List.of());
    }

    public Situation(ClusterView view, Optional<PodFacts> pod, Optional<NodeId> node, Optional<Trouble> trouble,
                     Optional<Recorded> recorded, Map<NodeId, List<String>> denied, List<Peer> peers) {
        this(view, pod, node, trouble, recorded, denied, peers, Set.of(), Map.of(), SlotsSeen.NOTHING, SlotRanges.NONE);
    }

    public Situation(ClusterView view, Optional<PodFacts> pod, Optional<NodeId> node, Optional<Trouble> trouble,
                     Optional<Recorded> recorded, Map<NodeId, List<String>> denied, List<Peer> peers, Set<NodeId> lent) {
        this(view, pod, node, trouble, recorded, denied, peers, lent, Map.of(), SlotsSeen.NOTHING, SlotRanges.NONE);
    }

    public Optional<Member> target() {
        return node.flatMap(view::member);
    }

    /** The same node, in its cluster as others would leave it. */
    Situation leftBy(ClusterView after, List<Peer> others, Set<NodeId> spares, SlotRanges itsGuests) {
        Optional<PodFacts> itsPod = node.flatMap(after::member).flatMap(Member::pod).or(() -> pod);
        return new Situation(after, itsPod, node, trouble, recorded, denied, others, spares, slotsDenied, slots, itsGuests, overrides, rollouts, takeovers);
    }

    /**
     * The nodes of the other maintenances: in or entering, and those whose pod carries a mark. Before this one has begun also
     * those asked for earlier; afterwards not, since they cannot begin without counting this one: were each counted by the
     * other, both would be refused for ever.
     */
    public Set<NodeId> reservedByOthers() {
        Set<NodeId> reserved = new TreeSet<>();
        peers.stream().filter(p -> p.begun() || !begun() && p.wants() && p.earlier()).forEach(p -> p.node().ifPresent(reserved::add));
        view.all().stream().filter(m -> m.pod().filter(PodFacts::closed).isPresent()).forEach(m -> reserved.add(m.id()));
        node.ifPresent(reserved::remove);
        return reserved;
    }

    /** All that counts as gone when the target's machine is serviced too. */
    public Set<NodeId> goneWithTarget() {
        Set<NodeId> gone = machinesOfOthers();
        gone.addAll(machineOfTarget());
        return gone;
    }

    /**
     * All that goes down with the target's machine, whether or not another maintenance has to do with it. Once begun that is the
     * machine on which the pod was then: it may be away since, or drained onto another machine, which nobody services. Where another
     * maintenance of the pod goes on or has gone before, that may be for the sake of the machine on which the pod is now.
     */
    public Set<NodeId> machineOfTarget() {
        Set<NodeId> nodes = node.map(Set::of).orElse(Set.of());
        Set<NodeId> down = down(nodes, began());
        boolean alone = recorded.filter(r -> r.by() == Recorded.By.ITSELF).isPresent() && alsoHeldBy().isEmpty();
        down.addAll(alone ? Set.of() : view.withMachines(nodes));
        return down;
    }

    /** The Kubernetes Node on which the pod was when its maintenance began; of a snapshot of a former one only where there is no pod to ask. */
    public Optional<String> began() {
        return recorded.filter(Recorded::thisActivation).filter(r -> r.by() != Recorded.By.FORMER || pod.isEmpty())
                .flatMap(r -> r.placement().machine());
    }

    /** All that counts as gone while the target stays. */
    public Set<NodeId> goneWithoutTarget() {
        Set<NodeId> gone = machinesOfOthers();
        node.ifPresent(gone::remove);
        return gone;
    }

    private Set<NodeId> machinesOfOthers() {
        Set<NodeId> gone = new TreeSet<>();
        for (NodeId reserved : reservedByOthers()) {
            List<Peer> begun = peers.stream().filter(p -> p.begun() && p.node().filter(reserved::equals).isPresent()).toList();
            begun.forEach(p -> gone.addAll(down(Set.of(reserved), p.machine())));
            gone.addAll(begun.isEmpty() ? view.withMachines(Set.of(reserved)) : Set.of());
        }
        return gone;
    }

    /** @param began where the maintenance of the nodes began; empty where it has not, or nobody knows */
    private Set<NodeId> down(Set<NodeId> nodes, Optional<String> began) {
        if (began.isEmpty()) {
            return view.withMachines(nodes);
        }
        Set<NodeId> down = new TreeSet<>(nodes);
        down.addAll(view.onMachine(began.get()));
        return down;
    }

    /** The one that has exactly these slots, guests aside; empty where they are several nodes', or nobody's. */
    Optional<Member> ownerOfAll(SlotRanges shard) {
        List<Member> owners = view.ownersOf(shard.minus(guests));
        return owners.stream().filter(o -> owners.size() == 1 && o.slots().minus(guests).equals(shard.minus(guests))).findFirst();
    }

    /** Slots that this maintenance has told to go, and that nobody else is moving on. */
    public SlotRanges ours() {
        return recorded.filter(Recorded::thisActivation).map(r -> r.ours(view)).orElse(SlotRanges.NONE);
    }

    /** The mark on the pod, closed or open. */
    public Optional<Mark> mark() {
        return pod.flatMap(PodFacts::mark);
    }

    /** Something has been changed for this maintenance: its snapshot is there. */
    public boolean begun() {
        return recorded.filter(Recorded::thisActivation).isPresent();
    }

    /** Other resources that ask for maintenance of the same pod: activations add up. */
    public List<Peer> alsoHeldBy() {
        return peers.stream().filter(Peer::wants).filter(p -> pod.filter(f -> f.name().equals(p.podName())).isPresent()
                || node.isPresent() && p.node().equals(node)).toList();
    }
}
