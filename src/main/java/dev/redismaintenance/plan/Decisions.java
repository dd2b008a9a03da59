package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Gates;
import dev.redismaintenance.gate.Moving;
import dev.redismaintenance.gate.Question;
import dev.redismaintenance.gate.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What entering and leaving share: asking the gates before a step, and turning their answers into a decision. */
final class Decisions {
    private Decisions() {
    }

    /** The gates' answers for a change of the cluster from what the situation shows to {@code after}. */
    static List<Verdict> ask(Situation s, ClusterView after, Set<NodeId> gone, Set<NodeId> touched) {
        return s.overrides().apply(Gates.ask(new Question(s.view(), after, gone, touched, s.denied(), s.peers(), s.begun(),
                new Moving(Map.of(), 0, s.ours(), s.slots().left()), s.rollouts(), s.takeovers())));
    }

    /** As {@link #ask}, for a change that moves slots: the account needs more, and the targets need room. */
    static List<Verdict> askForSlots(Situation s, Destinations.Plan plan, Set<NodeId> gone, Set<NodeId> touched) {
        Map<NodeId, List<String>> denied = new TreeMap<>(s.denied());
        s.slotsDenied().forEach((id, commands) -> denied.merge(id, commands,
                (a, b) -> Stream.concat(a.stream(), b.stream()).distinct().toList()));
        Set<NodeId> all = new TreeSet<>(touched);
        plan.transfers().forEach(t -> all.add(t.to()));
        return s.overrides().apply(Gates.ask(new Question(s.view(), s.view().afterMoves(plan.transfers()), gone, all, denied, s.peers(), s.begun(),
                new Moving(plan.incoming(), plan.unplaced(), s.ours(), s.slots().left()), s.rollouts(), s.takeovers())));
    }

    /** Empty when all gates passed, else the wait or the refusal. A wait comes first: what it waits for may change the rest. */
    static Optional<Decision> blocked(List<Verdict> verdicts, Reason whenRefused) {
        Optional<Decision> wait = verdicts.stream().filter(v -> v.answer() == Verdict.Answer.Waiting).findFirst()
                .map(v -> new Decision.Wait(v.gate() == GateName.NoOtherOperation ? Reason.WaitingForTurn : Reason.WaitingForViews,
                        v.gate() + ": " + v.message(), verdicts));
        return wait.or(() -> verdicts.stream().filter(v -> v.answer() == Verdict.Answer.Refused).findFirst()
                .map(v -> new Decision.Refuse(v.gate() == GateName.CapacityAvailable ? Reason.InsufficientCapacity : whenRefused,
                        v.gate() + ": " + v.message(), verdicts)));
    }

    /** The step, if the gates let it pass in this very situation. */
    static Decision gated(Situation s, ClusterView after, Set<NodeId> gone, Set<NodeId> touched, Step step, Reason reason, String message) {
        List<Verdict> verdicts = ask(s, after, gone, touched);
        return blocked(verdicts, Reason.GateRefused).orElseGet(() -> new Decision.Act(step, reason, message, verdicts));
    }

    /** Would this server refuse {@code CONFIG SET}? */
    static boolean settingsDenied(Situation s, NodeId server) {
        return s.denied().getOrDefault(server, List.of()).contains("config|set");
    }

    static Decision act(Step step, Reason reason, String message) {
        return new Decision.Act(step, reason, message, List.of());
    }

    static Decision wait(Reason reason, String message) {
        return new Decision.Wait(reason, message, List.of());
    }

    static Decision refuse(Reason reason, String message) {
        return new Decision.Refuse(reason, message, List.of());
    }

    static Decision planned(String message) {
        return new Decision.Planned(Reason.Planned, message, List.of());
    }
}
