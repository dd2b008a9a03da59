package dev.redismaintenance.memory;

import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What holds of every single step, whatever else happens to the cluster; asked of the servers and pods themselves. */
final class StepRules {
    private final InMemoryCluster cluster;
    private final Pods pods;
    private final Set<String> snapshots;
    private final Set<String> closed;
    private final int changes;
    private final boolean majority;

    /** Before the step. */
    StepRules(InMemoryCluster cluster, Pods pods, Set<String> snapshots) {
        this.cluster = cluster;
        this.pods = pods;
        this.snapshots = new TreeSet<>(snapshots);
        this.closed = new TreeSet<>(pods.closed());
        this.changes = cluster.changeCount();
        this.majority = cluster.majorityWithout(closed);
    }

    /** After it, and before anything else happens. */
    void check(Decision decision, Maintenance maintenance, List<Maintenance> all, Set<String> snapshotsNow) {
        List<String> broken = new ArrayList<>();
        boolean acted = decision instanceof Decision.Act;
        boolean changed = cluster.changeCount() > changes || !snapshots.equals(snapshotsNow) || !closed.equals(Set.copyOf(pods.closed()));
        if (!acted && changed) {
            broken.add("something was changed by " + decision);
        }
        if (acted && !snapshots.contains(maintenance.pod()) && !mayBeFirst((Decision.Act) decision)) {
            broken.add("before there is a snapshot: " + decision);
        }
        if (majority && !cluster.majorityWithout(closed)) {
            broken.add("the majority of the voters, without " + closed + ", was taken by " + decision);
        }
        for (String pod : closed) {
            boolean wanted = all.stream().anyMatch(m -> m.pod().equals(pod) && m.wants());
            if (wanted && acted && !pods.closed().contains(pod)) {
                broken.add(pod + " was opened, and somebody still wants it closed, by " + decision);
            }
        }
        if (!broken.isEmpty()) {
            throw new AssertionError(String.join("\n", broken) + "\n" + cluster.placement());
        }
    }

    /** It reads, finishes what somebody left half-way, or takes away the mark of a maintenance whose snapshot a person has deleted. */
    private static boolean mayBeFirst(Decision.Act act) {
        Step step = act.step();
        boolean others = step instanceof Step.MoveSlots && act.reason() == Reason.WaitingForTurn;
        return step instanceof Step.TakeSnapshot || step instanceof Step.CountSlots || others || step instanceof Step.RemoveMark;
    }
}
