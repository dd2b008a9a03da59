package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Is a failover under way that this process asked for, and may the next disruptive step be taken?
 *
 * <p>The servers answer OK and show the outcome later, or never. A failover that they give up stalls the shard's writes for
 * up to twice the manual failover timeout of 5 s, so a second one is asked for only after {@link #BOUND}; after
 * {@link #TRIES} a person is told, and it is tried on with pauses of {@link #PAUSE}. This is pacing, not memory that anything
 * depends on: a new process begins with a first try, which a running failover survives.
 */
final class Flights {
    static final Duration BOUND = Duration.ofSeconds(10);
    static final Duration PAUSE = Duration.ofSeconds(60);
    static final int TRIES = 3;

    private final Map<String, Flight> byNamespace = new ConcurrentHashMap<>();

    private record Flight(NodeId from, NodeId to, Instant asked, int tries) {
    }

    /** The decision, or what has to be waited for instead. */
    Decision pace(String namespace, Decision decision, ClusterView view, Instant now) {
        Optional<Flight> flight = Optional.ofNullable(byNamespace.get(namespace)).filter(f -> !landed(f, view));
        if (flight.isEmpty()) {
            byNamespace.remove(namespace);
            return decision;
        }
        if (!(decision instanceof Decision.Act act) || !disruptive(act.step())) {
            return decision;
        }
        Flight f = flight.get();
        Duration age = Duration.between(f.asked(), now);
        if (age.compareTo(BOUND) < 0) {
            return new Decision.Wait(Reason.WaitingForHandover, "a failover to " + name(view, f.to()) + " was asked for "
                    + "and has not shown an outcome yet", act.gates());
        }
        boolean same = act.step() instanceof Step.Handover h && h.from().equals(f.from()) && h.to().equals(f.to());
        if (same && f.tries() >= TRIES && age.compareTo(PAUSE) < 0) {
            return new Decision.Refuse(Reason.HandoverFailed, name(view, f.to()) + " was asked " + f.tries() + " times to take over from "
                    + name(view, f.from()) + " and was not promoted; look at the logs of both servers. It is tried again every "
                    + PAUSE.toSeconds() + " s", List.copyOf(act.gates()));
        }
        return decision;
    }

    /** To be called before the failover is asked for. */
    void begin(String namespace, Step.Handover handover, Instant now) {
        byNamespace.compute(namespace, (ns, f) -> new Flight(handover.from(), handover.to(), now,
                f != null && f.from().equals(handover.from()) && f.to().equals(handover.to()) ? f.tries() + 1 : 1));
    }

    private static boolean landed(Flight f, ClusterView view) {
        return view.agreed() && view.member(f.to()).filter(Member::voter).isPresent();
    }

    private static boolean disruptive(Step step) {
        return step instanceof Step.Handover || step instanceof Step.Replicate || step instanceof Step.LetGo;
    }

    private static String name(ClusterView view, NodeId id) {
        return view.member(id).map(Member::name).orElse(id.brief());
    }
}
