package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.gate.Room;
import dev.redismaintenance.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What would be done, step by step, if the request were carried out now?
 * <ol>
 * <li>The planner itself is asked, so a rehearsal cannot say anything else than what it would do.</li>
 * <li>Its step is taken in thought only ({@link Imagined}), and it is asked again.</li>
 * <li>The end is where it decides anything but a step: reached, refused, or a wait for something that only the real cluster can show.</li>
 * </ol>
 *
 * <p>Properties: a pure function. Run for real on an unchanged cluster the same steps are taken in the same order (a property-based
 * test asserts it); what is not foreseen are waits between them, and what the cluster does of its own accord.
 *
 * @param end                  what the planner decides after the last step
 * @param survivesInMaintenance how many further failures of voters the cluster survives then, with the target's machine down; means something
 *                              only where the end is to be in maintenance
 * @param last                 how everything would stand then
 */
public record Rehearsal(List<Foreseen> steps, Decision end, int survivesInMaintenance, Situation last) {
    /** Stands for the snapshot that would be taken. */
    static final String SNAPSHOT = "of this maintenance";
    /** More than any maintenance takes: each node is set, pinned and moved at most a few times. */
    private static final int BOUND = 2000;

    /**
     * One step.
     *
     * @param from     the node that gives, where there is one
     * @param to       the node that takes, where there is one; empty also where several do
     * @param bytes    that are copied
     * @param seconds  that the copying takes, at measured rates
     * @param message  what is done, with the estimate
     * @param gates    the gates that were asked before it, with their answers
     * @param survives how many further failures of voters the cluster survives after it
     */
    public record Foreseen(Step step, Optional<String> from, Optional<String> to, long bytes, long seconds, String message, List<Verdict> gates, int survives) {
    }

    public Rehearsal {
        steps = List.copyOf(steps);
    }

    /** @param entering else leaving */
    public static Rehearsal of(Situation situation, Request request, boolean entering) {
        List<Foreseen> steps = new ArrayList<>();
        Situation s = situation;
        for (int i = 0; i < BOUND; i++) {
            Decision decision = entering ? EnterPlanner.decide(s, request) : LeavePlanner.decide(s, request);
            if (!(decision instanceof Decision.Act act) || act.step() instanceof Step.CountSlots || repeats(act, steps)) {
                return new Rehearsal(steps, decision, s.view().survivableFailures(s.machineOfTarget()), s);
            }
            Situation after = Imagined.after(s, act.step(), request);
            steps.add(foreseen(act, s, after));
            s = after;
        }
        throw new IllegalStateException("no end after " + BOUND + " steps, the last: " + steps.get(BOUND - 1));
    }

    /** In thought the step had no effect: what comes of it only the real cluster can show. */
    private static boolean repeats(Decision.Act act, List<Foreseen> steps) {
        if (steps.isEmpty()) {
            return false;
        }
        Step last = steps.get(steps.size() - 1).step();
        // Java makes the code of a record's equals when it is first called, and the first plan of a process would wait for that
        return last.getClass() == act.step().getClass() && last.equals(act.step());
    }

    /** What is reported of it. The end itself where nothing would be done before it; counting is done in truth, since it only reads. */
    public Decision decision() {
        if (steps.isEmpty()) {
            return end instanceof Decision.Refuse ? new Decision.Refuse(end.reason(), "dry run: it would be refused: " + end.message(), end.gates()) : end;
        }
        String so = "dry run: nothing was touched; " + steps.size() + " step(s) are foreseen, see status.plan";
        if (end instanceof Decision.Refuse) {
            return new Decision.Refuse(end.reason(), so + ", and then it would come to a stop: " + end.message(), end.gates());
        }
        if (end instanceof Decision.Done) {
            return new Decision.Planned(Reason.Planned, so + "; then: " + end.message() + ". Set dryRun: false to have it done", end.gates());
        }
        return new Decision.Planned(Reason.Planned, so + "; how it goes on shows only then: " + end.message(), end.gates());
    }

    private static Foreseen foreseen(Decision.Act act, Situation before, Situation after) {
        Estimate estimate = Estimate.of(act.step(), before);
        String message = act.message() + (estimate.bytes() == 0 ? "" : "; about " + Room.text(estimate.bytes()) + ", " + estimate.seconds() + " s");
        Ends ends = Ends.of(act.step());
        return new Foreseen(act.step(), ends.from().map(before.view()::nameOf), ends.to().map(before.view()::nameOf), estimate.bytes(), estimate.seconds(), message,
                act.gates(), after.view().survivableFailures(Set.of()));
    }

    /** Who gives and who takes. */
    private record Ends(Optional<NodeId> from, Optional<NodeId> to) {
        static Ends of(Step step) {
            if (step instanceof Step.Handover h) {
                return new Ends(Optional.of(h.from()), Optional.of(h.to()));
            } else if (step instanceof Step.Replicate r) {
                return new Ends(Optional.of(r.primary()), Optional.of(r.node()));
            } else if (step instanceof Step.SetSetting s) {
                return new Ends(Optional.empty(), Optional.of(s.node()));
            } else if (step instanceof Step.LetGo l) {
                return new Ends(Optional.of(l.node()), Optional.empty());
            } else if (step instanceof Step.RecordLoan l) {
                return new Ends(Optional.empty(), Optional.of(l.loan().spare()));
            } else if (step instanceof Step.MoveSlots m) {
                boolean one = m.transfers().stream().map(t -> t.to()).distinct().count() == 1;
                boolean oneSource = m.transfers().stream().map(t -> t.from()).distinct().count() == 1;
                return new Ends(oneSource ? Optional.of(m.transfers().get(0).from()) : Optional.empty(), one ? Optional.of(m.transfers().get(0).to()) : Optional.empty());
            }
            return new Ends(Optional.empty(), Optional.empty());
        }
    }
}
