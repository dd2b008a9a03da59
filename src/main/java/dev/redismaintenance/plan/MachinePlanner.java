package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Cordon;
import dev.redismaintenance.plan.Part.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The next step for a whole Kubernetes Node. The cluster nodes on it go one after another, each by a NodeMaintenance of its own, which
 * {@link EnterPlanner} and {@link LeavePlanner} decide about; here is decided whose turn it is, and about the cordon.
 *
 * <p>In:
 * <ol>
 * <li>What the request says now is handed on to those that have begun.</li>
 * <li>Before anything is changed: all are rehearsed one after the other. When one would be refused, all are.</li>
 * <li>The Kubernetes Node is cordoned, unless somebody else has done so. When somebody uncordons it later, that is theirs to decide.</li>
 * <li>One after another, in the order of the rehearsal; the next when the one before is in maintenance.</li>
 * </ol>
 * Out:
 * <ol>
 * <li>The same handing on.</li>
 * <li>The Kubernetes Node is opened first, for a pod that was drained has to be able to come back; only if it was closed for this
 * maintenance and no other one needs it closed.</li>
 * <li>One after another in the opposite order, so that each finds the cluster as it left it. One that a person has to help does not
 * hold up the others.</li>
 * </ol>
 * A dry run of either changes nothing: it says what would be done.
 *
 * <p>Properties: a pure function; each step may be cut and repeated anywhere.
 */
public final class MachinePlanner {
    private final MachineSituation s;

    private MachinePlanner(MachineSituation situation) {
        this.s = situation;
    }

    /**
     * One step of what a dry run foresees for the whole Kubernetes Node.
     *
     * @param target the Kubernetes Node or the pod
     * @param within what comes of it at the pod, as far as that is foreseen
     */
    public record Foreseen(Step step, String target, String message, List<Rehearsal.Foreseen> within) {
    }

    public static Decision enter(MachineSituation situation, boolean dryRun) {
        MachinePlanner p = new MachinePlanner(situation);
        Stream<Supplier<Optional<Decision>>> change = dryRun ? Stream.of(p::planned) : Stream.of(p::cordon, p::next);
        return Stream.<Supplier<Optional<Decision>>>concat(Stream.of(p::exists, () -> dryRun ? Optional.empty() : p.closeAgain(), () -> p.tell(Reason.EnteringNodes, Part::begun),
                () -> p.underWay(dryRun), p::troubled, p::rehearsed), change).flatMap(step -> step.get().stream()).findFirst().orElseGet(p::in);
    }

    /**
     * @param restore what becomes of the shards is asked for, not skipped
     * @param dryRun  nothing is undone; only what is still on its way in is handed the request, so that it stops where it is
     */
    public static Decision leave(MachineSituation situation, boolean restore, boolean dryRun) {
        MachinePlanner p = new MachinePlanner(situation);
        Stream<Supplier<Optional<Decision>>> steps = dryRun
                ? Stream.of(() -> p.tell(Reason.LeavingNodes, part -> part.state() == State.ENTERING || part.state() == State.STALLED), p::counted, () -> p.leavingPlanned(restore), p::comeBack)
                : Stream.of(() -> p.tell(Reason.LeavingNodes, Part::begun), p::uncordon, p::comeBack);
        return steps.flatMap(step -> step.get().stream()).findFirst().orElseGet(() -> p.out(restore));
    }

    /** What a dry run foresees, in this order; what is left to do at a pod that has begun is told by its own NodeMaintenance. */
    public static List<Foreseen> foreseen(MachineSituation situation, boolean entering) {
        MachinePlanner p = new MachinePlanner(situation);
        return entering ? Stream.concat(p.ofTheWhole(p.toCordon()), p.toBegin()).toList()
                : Stream.of(p.toTell(), p.ofTheWhole(p.uncordon()), MachineReturn.foreseen(situation.parts(), situation.ahead())).flatMap(steps -> steps).toList();
    }

    private Stream<Foreseen> ofTheWhole(Optional<Decision> cordon) {
        return cordon.stream().map(d -> new Foreseen(((Decision.Act) d).step(), s.kubernetesNode(), d.message(), List.of()));
    }

    private Optional<Decision> toCordon() {
        return s.cordon().flatMap(c -> closeAgain().or(this::cordon)).filter(d -> d instanceof Decision.Act act && act.step() instanceof Step.CordonNode);
    }

    private Stream<Foreseen> toBegin() {
        return s.ahead().stream().flatMap(a -> a.parts().stream()).map(one -> new Foreseen(new Step.BeginPod(one.pod()), one.pod(),
                "a NodeMaintenance is made for pod " + one.pod(), one.rehearsal().steps()));
    }

    private Stream<Foreseen> toTell() {
        return s.parts().stream().filter(p -> p.begun() && !p.told()).map(p -> new Foreseen(new Step.TellPod(p.pod()), p.pod(), handingOn(p), List.of()));
    }

    private List<Part> lastFirst() {
        return MachineReturn.lastFirst(s.parts());
    }

    private Optional<Decision> exists() {
        return s.cordon().isPresent() ? Optional.empty() : Optional.of(Decisions.refuse(Reason.KubernetesNodeNotFound,
                "there is no Kubernetes Node " + s.kubernetesNode() + (s.begun() ? " any more; if it will not come back, delete this NodeMaintenance"
                        : "; kubectl get nodes lists them; delete this NodeMaintenance and create one with the right name")));
    }

    /** Asked in again on the way out: it was opened by ourselves. */
    private Optional<Decision> closeAgain() {
        Cordon cordon = s.cordon().orElseThrow();
        return s.wasLeaving() && s.begun() && !s.ours() && !cordon.foreign() ? Optional.of(cordonNode()) : Optional.empty();
    }

    private Decision cordonNode() {
        return Decisions.act(new Step.CordonNode(), Reason.Cordoning, "cordoning Kubernetes Node " + s.kubernetesNode());
    }

    private Optional<Decision> tell(Reason phase, Predicate<Part> whom) {
        return s.parts().stream().filter(p -> whom.test(p) && !p.told()).findFirst().map(p -> Decisions.act(new Step.TellPod(p.pod()), phase, handingOn(p)));
    }

    private static String handingOn(Part p) {
        return "handing the changed request on to the NodeMaintenance of pod " + p.pod();
    }

    private Optional<Decision> underWay(boolean dryRun) {
        for (Part p : s.parts()) {
            String told = turn(p) + p.message();
            if (p.state() == State.STALLED || p.state() == State.ENDING_STALLED) {
                return Optional.of(Decisions.refuse(p.reason().orElse(Reason.GateRefused), told));
            } else if (p.state() == State.OFF) {
                return Optional.of(Decisions.refuse(Reason.SwitchedOff, "the NodeMaintenance of pod " + p.pod() + " was switched off by hand: set its mode to On,"
                        + " or delete it, and it is made anew"));
            } else if (p.state() == State.PLANNED && !dryRun) {
                return Optional.of(Decisions.refuse(Reason.SwitchedOff, "the NodeMaintenance of pod " + p.pod() + " was made a dry run by hand: set its dryRun to false"));
            } else if (p.state() == State.ENTERING || p.state() == State.ENDING) {
                return Optional.of(Decisions.wait(Reason.EnteringNodes, told));
            }
        }
        return Optional.empty();
    }

    private String turn(Part p) {
        return "pod " + p.pod() + " (" + (s.parts().indexOf(p) + 1) + " of " + s.parts().size() + "): ";
    }

    private Optional<Decision> troubled() {
        return s.troubles().entrySet().stream().min(Map.Entry.comparingByKey())
                .map(e -> Decisions.refuse(e.getValue().reason(), "pod " + e.getKey() + ": " + e.getValue().message()));
    }

    /** Where it cannot be foreseen how one goes on, that shows when its turn has come; its own gates are asked then as well. */
    private Optional<Decision> rehearsed() {
        Optional<MachineRehearsal.One> stop = s.ahead().flatMap(MachineRehearsal::stop);
        if (stop.isEmpty()) {
            return Optional.empty();
        }
        Rehearsal rehearsal = stop.get().rehearsal();
        Decision end = rehearsal.end();
        String told = "pod " + stop.get().pod() + ": " + end.message();
        if (end instanceof Decision.Refuse) {
            return Optional.of(new Decision.Refuse(end.reason(), told + (s.begun() || s.ours() ? "" : "; nothing was touched"), end.gates()));
        }
        boolean atOnce = rehearsal.steps().isEmpty() && s.ahead().get().parts().size() == 1;
        return counted().or(() -> atOnce ? Optional.of(new Decision.Wait(end.reason(), told, end.gates())) : Optional.empty());
    }

    /** What is to move is counted in truth, for all that comes after it to be foreseen. */
    private Optional<Decision> counted() {
        return s.ahead().flatMap(MachineRehearsal::stop).flatMap(one -> {
            Decision end = one.rehearsal().end();
            String told = "pod " + one.pod() + ": " + end.message();
            return end instanceof Decision.Act act && act.step() instanceof Step.CountSlots ? Optional.of(new Decision.Act(act.step(), act.reason(), told, act.gates()))
                    : end.reason() == Reason.CountingSlots ? Optional.of(new Decision.Wait(end.reason(), told, end.gates())) : Optional.empty();
        });
    }

    /** Nothing to tell of where all is as it was asked for. */
    private Optional<Decision> planned() {
        long steps = count(foreseen(s, true));
        List<String> halfway = names(State.PLANNED);
        if (steps == 0 && halfway.isEmpty()) {
            return Optional.empty();
        }
        List<String> ahead = names(State.AHEAD);
        String so = "dry run: nothing was touched" + (steps == 0 ? "" : "; " + steps + " step(s) are foreseen" + (s.ahead().isEmpty() ? "" : " for " + counted(ahead)) + ", see status.plan");
        if (!halfway.isEmpty()) {
            so += "; " + pods(halfway) + " stopped on the way in, status.plan says what is left to do there" + (ahead.isEmpty() ? "" : "; how it goes on with " + counted(ahead) + " shows after that");
        }
        String told = so;
        return Optional.of(s.ahead().flatMap(MachineRehearsal::stop)
                .map(one -> Decisions.planned(told + "; how it goes on with pod " + one.pod() + " shows only then: " + one.rehearsal().end().message()))
                .orElseGet(() -> Decisions.planned(told + ". Set dryRun: false to have it done")));
    }

    private Optional<Decision> leavingPlanned(boolean restore) {
        long steps = count(foreseen(s, false));
        if (steps == 0) {
            return Optional.empty();
        }
        List<String> ending = s.parts().stream().filter(p -> p.state().ending()).map(Part::pod).toList();
        String already = ending.isEmpty() ? "" : "; " + pods(ending) + " coming back already, for what is deleted is put back";
        String so = "dry run: nothing was touched; " + steps + " step(s) are foreseen, see status.plan";
        Optional<MachineRehearsal.One> helpless = s.ahead().flatMap(a -> a.refused(MachineReturn.toEnd(s.parts())::contains));
        if (helpless.isPresent()) {
            Decision end = helpless.get().rehearsal().end();
            return Optional.of(new Decision.Refuse(end.reason(), so + ", and then it would come to a stop: pod " + helpless.get().pod() + ": " + end.message() + already, end.gates()));
        }
        return Optional.of(Decisions.planned(so + s.ahead().flatMap(MachineRehearsal::stop)
                .map(one -> "; how it goes on with pod " + one.pod() + " shows only then: " + one.rehearsal().end().message() + already)
                .orElseGet(() -> "; then: " + end(restore).message() + already + ". Set dryRun: false to have it done")));
    }

    private static long count(List<Foreseen> steps) {
        return steps.stream().mapToLong(one -> 1 + one.within().size()).sum();
    }

    private Optional<Decision> cordon() {
        Cordon cordon = s.cordon().orElseThrow();
        if (s.ours() && !cordon.unschedulable()) {
            return Optional.of(Decisions.act(new Step.DisownCordon(), Reason.Cordoning, "somebody has uncordoned Kubernetes Node " + s.kubernetesNode()
                    + ", or has registered it anew; it is left as it is"));
        }
        boolean shared = !cordon.holders().isEmpty() && cordon.unschedulable();
        boolean open = !cordon.unschedulable() && !s.begun() && !s.uncordoned();
        return !s.ours() && (shared || open) ? Optional.of(cordonNode()) : Optional.empty();
    }

    private Optional<Decision> next() {
        return s.ahead().flatMap(a -> a.parts().stream().findFirst()).map(one -> new Decision.Act(new Step.BeginPod(one.pod()), Reason.EnteringNodes,
                turn(s.parts().stream().filter(p -> p.pod().equals(one.pod())).findFirst().orElseThrow()) + "it goes into maintenance", one.rehearsal().end().gates()));
    }

    private Decision in() {
        Cordon cordon = s.cordon().orElseThrow();
        String open = s.ours() && cordon.unschedulable() ? "it is cordoned" : cordon.unschedulable() ? "it was cordoned by somebody else, and stays so when this ends"
                : "somebody has uncordoned it, or has registered it anew: new pods may come to run there; cordon it by hand where that is not wanted";
        String nodes = s.parts().isEmpty() ? "no cluster node of this namespace runs on Kubernetes Node " + s.kubernetesNode()
                : "Kubernetes Node " + s.kubernetesNode() + " may be serviced: " + pods(s.parts().stream().map(Part::pod).toList()) + " in maintenance";
        return new Decision.Done(Reason.InMaintenance, nodes + "; " + open + ignored(), List.of());
    }

    private String ignored() {
        return s.ignored().isEmpty() ? "" : "; no cluster nodes: " + s.ignored().stream().sorted().limit(10).collect(Collectors.joining(", "))
                + (s.ignored().size() > 10 ? " and " + (s.ignored().size() - 10) + " more" : "");
    }

    private Optional<Decision> uncordon() {
        return s.ours() ? Optional.of(Decisions.act(new Step.UncordonNode(), Reason.Uncordoning, "uncordoning Kubernetes Node " + s.kubernetesNode()))
                : Optional.empty();
    }

    private Optional<Decision> comeBack() {
        List<Part> left = lastFirst();
        Optional<Decision> wait = left.stream().filter(p -> p.state() == State.ENDING).findFirst()
                .map(p -> Decisions.wait(Reason.LeavingNodes, "pod " + p.pod() + ": " + p.message()));
        Optional<Decision> next = left.stream().filter(p -> !p.state().ending()).findFirst()
                .map(p -> Decisions.act(new Step.EndPod(p.pod()), Reason.LeavingNodes, "pod " + p.pod() + " comes back; " + left.size() + " to go"));
        return wait.or(() -> next).or(() -> left.stream().findFirst()
                .map(p -> Decisions.refuse(p.reason().orElse(Reason.CannotRestore), "pod " + p.pod() + ": " + p.message())));
    }

    private Decision out(boolean restore) {
        if (!s.marked().isEmpty()) {
            return new Decision.Done(Reason.HeldByOthers, pods(s.marked()) + " on Kubernetes Node " + s.kubernetesNode()
                    + " kept in maintenance by another NodeMaintenance", List.of());
        }
        return end(restore);
    }

    private Decision end(boolean restore) {
        return !s.undone() ? new Decision.Done(Reason.NotInMaintenance, "Kubernetes Node " + s.kubernetesNode() + " was not in maintenance", List.of())
                : restore ? new Decision.Done(Reason.Restored, "Kubernetes Node " + s.kubernetesNode() + ": the NodeMaintenances of all its pods have ended", List.of())
                : new Decision.Done(Reason.OpenedWithoutRestore, "Kubernetes Node " + s.kubernetesNode() + " is open again; shards were left where they are", List.of());
    }

    private List<String> names(State state) {
        return s.parts().stream().filter(p -> p.state() == state).map(Part::pod).toList();
    }

    private static String counted(List<String> names) {
        return (names.size() == 1 ? "pod " : names.size() + " pods ") + String.join(", ", names);
    }

    private static String pods(List<String> names) {
        return counted(names) + (names.size() == 1 ? " is" : " are");
    }
}
