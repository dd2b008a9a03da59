package dev.redismaintenance.gate;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Rollout;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A question to a gate, put together from a cluster in memory and the names of its pods. */
final class Asking {
    private final Simulation simulation;
    private UnaryOperator<ClusterView> step = view -> view;
    private Set<NodeId> gone = Set.of();
    private Set<NodeId> touched = Set.of();
    private Map<NodeId, List<String>> denied = Map.of();
    private List<Peer> peers = List.of();
    private boolean begun;
    private Moving moving = Moving.NOTHING;
    private List<Rollout> rollouts = List.of();
    private List<Takeover> takeovers = List.of();

    private Asking(Topology topology) {
        simulation = new Simulation(topology);
        simulation.cluster().tick(3);
    }

    static Asking of(Topology topology) {
        return new Asking(topology);
    }

    InMemoryCluster cluster() {
        return simulation.cluster();
    }

    Simulation simulation() {
        return simulation;
    }

    /** These pods count as gone, and all on their machines. */
    Asking gone(String... pods) {
        gone = simulation.view().withMachines(ids(pods));
        return this;
    }

    Asking touched(String... pods) {
        touched = ids(pods);
        return this;
    }

    /** The step is that {@code to} takes over from {@code from}. */
    Asking handover(String from, String to) {
        step = view -> view.afterHandover(cluster().id(from), cluster().id(to));
        return touched(from);
    }

    Asking denied(String pod, String... commands) {
        denied = Map.of(cluster().id(pod), List.of(commands));
        return this;
    }

    Asking peers(Peer... all) {
        peers = List.of(all);
        return this;
    }

    /** The owner of these pods is updating them. */
    Asking updated(Rollout... all) {
        rollouts = List.of(all);
        return this;
    }

    /** Somebody else failed over. */
    Asking failedOver(Takeover... all) {
        takeovers = List.of(all);
        return this;
    }

    /** Nothing has become of this slot for a while. */
    Asking left(int slot) {
        moving = new Moving(moving.incoming(), moving.unplaced(), moving.ours(), SlotRanges.of(slot, slot));
        return this;
    }

    /** The step brings so many bytes to a pod. */
    Asking brings(String pod, long bytes) {
        moving = new Moving(Map.of(cluster().id(pod), bytes), moving.unplaced(), moving.ours(), moving.left());
        return this;
    }

    /** For so many bytes there is no place. */
    Asking unplaced(long bytes) {
        moving = new Moving(moving.incoming(), bytes, moving.ours(), moving.left());
        return this;
    }

    /** The maintenance that asks has told this slot to go. */
    Asking ours(int slot) {
        moving = new Moving(moving.incoming(), moving.unplaced(), SlotRanges.of(slot, slot), moving.left());
        return this;
    }

    Asking begun() {
        begun = true;
        return this;
    }

    Verdict answerOf(Gate gate) {
        ClusterView now = simulation.view();
        return gate.ask(new Question(now, step.apply(now), gone, touched, denied, peers, begun, moving, rollouts, takeovers));
    }

    private Set<NodeId> ids(String... pods) {
        return new TreeSet<>(Stream.of(pods).map(cluster()::id).toList());
    }
}
