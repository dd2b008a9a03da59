package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Is a failover under way, and may the next step be taken?
 *
 * <p>The servers answer OK and show the outcome later, or never. Until it shows, no step is taken at all: whoever leaves in
 * that moment would take the cluster for restored, and the failover would come after. A failover that the servers give up
 * stalls the shard's writes for up to twice the manual failover timeout of 5 s, so a second one is asked for only after
 * {@link #BOUND}; after {@link #TRIES} a person is told, and it is tried on with pauses of {@link #PAUSE}.
 *
 * <p>A new process does not know what its predecessor asked for a moment ago, but the status says that it was about to: then
 * {@link #inherit} holds the first step back as long.
 */
final class Flights {
    static final Duration BOUND = Duration.ofSeconds(10);
    static final Duration PAUSE = Duration.ofSeconds(60);
    static final int TRIES = 3;

    private final Map<String, Flight> byNamespace = new ConcurrentHashMap<>();
    private final ElectionPause elections = new ElectionPause();
    private final ForeignFailovers foreign;
    private final Consumer<Boolean> told;

    /** @param told of each failover whether the replica was promoted: true when it is seen, false when another one has to be asked for */
    Flights(ForeignFailovers foreign, Consumer<Boolean> told) {
        this.foreign = foreign;
        this.told = told;
    }

    /**
     * @param asking   name of the maintenance that asked for it
     * @param handover empty for one that a predecessor may have asked for
     * @param watched  the node that shows whether it has landed
     * @param serves   whether that node owns slots then
     */
    private record Flight(String asking, Optional<Step.Handover> handover, NodeId watched, boolean serves, Instant asked, int tries) {
    }

    /** What a predecessor may have asked for a moment ago: the node was to take its role back, or to give it away. */
    void inherit(String namespace, String asking, NodeId node, boolean takesBack, Instant now) {
        foreign.inherited(namespace, node, now);
        byNamespace.putIfAbsent(namespace, new Flight(asking, Optional.empty(), node, takesBack, now, 0));
    }

    /** The decision, or what has to be waited for instead. */
    Decision pace(String namespace, String asking, Decision decision, ClusterView view, Instant now) {
        elections.seen(namespace, view, now);
        Optional<Flight> begun = Optional.ofNullable(byNamespace.get(namespace));
        begun.filter(f -> landed(f, view)).flatMap(Flight::handover).ifPresent(h -> {
            elections.held(h, now);
            told.accept(true);
        });
        Optional<Flight> flight = begun.filter(f -> !landed(f, view));
        if (flight.isEmpty()) {
            byNamespace.remove(namespace);
            return unlessTooSoon(decision, view, now);
        }
        Flight f = flight.get();
        Duration age = Duration.between(f.asked(), now);
        // views that differ are what a failover that is landing looks like
        boolean held = decision instanceof Decision.Act || f.asking().equals(asking) && decision.reason() == Reason.WaitingForViews;
        if (held && age.compareTo(BOUND) < 0) {
            return new Decision.Wait(Reason.WaitingForHandover, "a failover "
                    + f.handover().map(h -> "to " + name(view, h.to()) + " was asked for").orElse("may have been asked for before the operator started")
                    + " and has not shown an outcome yet", decision.gates());
        }
        if (!(decision instanceof Decision.Act act)) {
            return decision;
        }
        boolean same = f.handover().filter(act.step()::equals).isPresent();
        if (same && f.tries() >= TRIES && age.compareTo(PAUSE) < 0) {
            return new Decision.Refuse(Reason.HandoverFailed, name(view, f.handover().get().to()) + " was asked " + f.tries() + " times to take over from "
                    + name(view, f.handover().get().from()) + " and was not promoted; look at the logs of both servers. It is tried again every "
                    + PAUSE.toSeconds() + " s", List.copyOf(act.gates()));
        }
        return unlessTooSoon(decision, view, now);
    }

    private Decision unlessTooSoon(Decision decision, ClusterView view, Instant now) {
        if (decision instanceof Decision.Act act && act.step() instanceof Step.LetGo g && elections.stillAsked(g.node(), now)) {
            return new Decision.Wait(Reason.WaitingForReplica, name(view, g.node()) + " still sends clients on to the node that took its shard over", act.gates());
        }
        return decision instanceof Decision.Act act && act.step() instanceof Step.Handover h && elections.lasts(h, view, now)
                ? new Decision.Wait(Reason.WaitingForReplica, name(view, h.to()) + " is not asked to take over from " + name(view, h.from())
                        + " yet: Redis holds no new election before four times the " + Setting.NODE_TIMEOUT + " has passed", act.gates())
                : decision;
    }

    /** To be called before the failover is asked for. */
    void begin(String namespace, String asking, Step.Handover handover, Instant now) {
        elections.held(handover, now);
        Optional.ofNullable(byNamespace.get(namespace)).flatMap(Flight::handover).ifPresent(unseen -> told.accept(false));
        foreign.asked(namespace, handover, now);
        byNamespace.compute(namespace, (ns, f) -> new Flight(asking, Optional.of(handover), handover.to(), true, now,
                f != null && f.handover().filter(handover::equals).isPresent() ? f.tries() + 1 : 1));
    }

    private static boolean landed(Flight f, ClusterView view) {
        return view.agreed() && view.member(f.watched()).filter(m -> m.voter() == f.serves()).isPresent();
    }

    private static String name(ClusterView view, NodeId id) {
        return view.member(id).map(Member::name).orElse(id.brief());
    }
}
