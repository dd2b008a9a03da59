package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Recorded;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.snapshot.Snapshot;
import dev.redismaintenance.snapshot.SnapshotMap;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which snapshot does this maintenance use?
 *
 * <p>One belongs to the activation that is going on when it was taken by this resource or by another that asks for the same
 * pod, when the pod's mark names it, or when this resource's status already does (the pod, and its mark with it, may be gone).
 * Among those the oldest: it holds the state before the first change. Otherwise the latest leftover of an earlier activation,
 * for entering only. A named snapshot goes before all, for leaving only. One that was made ahead is used only by its name, and outlives
 * the maintenance that was restored from it.
 *
 * @param recorded  the choice
 * @param trouble   why the one to be used cannot be
 */
record SnapshotChoice(Optional<Recorded> recorded, Optional<Trouble> trouble) {

    /**
     * @param self        uid of this resource
     * @param activations uids of this resource and of others that ask for maintenance of the same pod
     * @param inStatus    the snapshot that this resource's status names
     * @param restored    that status says that everything is restored
     */
    record Claim(String self, String podName, boolean entering, Set<String> activations, Optional<String> inStatus, String snapshotName, boolean restored) {
    }

    static SnapshotChoice of(Claim claim, Optional<PodFacts> pod, Optional<NodeId> node, List<Snapshot> all, Optional<Snapshot> named) {
        List<Snapshot> mine = all.stream().filter(s -> isOf(s, claim.podName(), node))
                .sorted(Comparator.comparing((Snapshot s) -> s.placement().map(Placement::takenAt).orElse("")).thenComparing(Snapshot::name)).toList();
        Optional<Snapshot> current = mine.stream().filter(s -> belongs(s, claim, pod)).findFirst().or(() -> mine.stream().filter(s -> noted(s, claim)).findFirst());
        boolean unmarked = pod.flatMap(PodFacts::mark).isEmpty();
        boolean begun = current.isPresent() || !unmarked || claim.inStatus().isPresent();

        // all that has been done is its own snapshot, which goes again
        boolean onlyRecorded = named.isEmpty() && current.isPresent() && unmarked && claim.inStatus().isEmpty();
        if (!claim.entering() && !claim.snapshotName().isEmpty() && begun && !onlyRecorded) {
            boolean lastStep = current.isEmpty() && unmarked && claim.inStatus().filter(claim.snapshotName()::equals).isPresent();
            boolean gone = named.isEmpty() && current.isEmpty() && unmarked && claim.restored();
            boolean over = gone || lastStep && (named.isEmpty() || named.get().requested() && claim.restored());
            if (over) {
                return new SnapshotChoice(Optional.empty(), Optional.empty());
            }
            if (named.isPresent()) {
                SnapshotChoice choice = use(claim, named.get(), true, current.filter(c -> !c.name().equals(named.get().name())));
                return lastStep && claim.restored() ? choice.restoredTo(node) : choice;
            }
            return new SnapshotChoice(Optional.empty(), Optional.of(new Trouble(Reason.SnapshotMissing, "there is no ConfigMap "
                            + claim.snapshotName() + ", which spec.snapshotName names; list those of the pod with kubectl get configmap -l "
                            + SnapshotMap.POD_LABEL + "=" + SnapshotMap.podLabel(claim.podName()))));
        }
        if (current.isPresent()) {
            return use(claim, current.get(), true, Optional.empty());
        }
        // a leftover that cannot be read is no reason not to take a new one
        Optional<Snapshot> leftover = mine.stream().filter(s -> s.placement().isPresent()).reduce((a, b) -> b)
                .filter(s -> claim.entering() || begun);
        return leftover.map(s -> use(claim, s, !claim.entering(), Optional.empty())).orElse(new SnapshotChoice(Optional.empty(), Optional.empty()));
    }

    private static boolean isOf(Snapshot s, String podName, Optional<NodeId> node) {
        return s.podLabel().equals(SnapshotMap.podLabel(podName)) || node.filter(n -> n.value().equals(s.nodeLabel())).isPresent();
    }

    private static boolean belongs(Snapshot s, Claim claim, Optional<PodFacts> pod) {
        return s.placement().map(Placement::activation).filter(claim.activations()::contains).isPresent()
                || pod.flatMap(PodFacts::mark).map(Mark::snapshot).filter(s.name()::equals).isPresent();
    }

    /** Where the request names the one to restore from, that is the one in the status, and says nothing of the maintenance's own. */
    private static boolean noted(Snapshot s, Claim claim) {
        return claim.inStatus().filter(name -> claim.entering() || !name.equals(claim.snapshotName())).filter(s.name()::equals).isPresent();
    }

    private static SnapshotChoice use(Claim claim, Snapshot s, boolean thisActivation, Optional<Snapshot> superseded) {
        if (s.placement().isEmpty()) {
            return new SnapshotChoice(Optional.empty(), Optional.of(new Trouble(Reason.SnapshotUnusable, "the ConfigMap " + s.name()
                    + " cannot be read as a snapshot: " + s.problem().orElse("") + "; mend it, name another in snapshotName, or set skipShardsRestore: true")));
        }
        // what was changed is what the activation's own snapshot recorded, whichever the placement comes from
        Placement placement = superseded.map(own -> asNoted(s.placement().get(), own)).orElse(s.placement().get());
        return new SnapshotChoice(Optional.of(new Recorded(s.name(), placement, superseded.map(Snapshot::loans).orElse(s.loans()), thisActivation,
                superseded.map(Snapshot::name), superseded.map(Snapshot::transfers).orElse(s.transfers()),
                superseded.map(Snapshot::predecessors).orElse(s.predecessors()), s.requested(), by(claim, placement))), Optional.empty());
    }

    private static Recorded.By by(Claim claim, Placement placement) {
        return placement.activation().equals(claim.self()) ? Recorded.By.ITSELF
                : claim.activations().contains(placement.activation()) ? Recorded.By.ANOTHER : Recorded.By.FORMER;
    }

    /** What noted that the node has another id now is gone already: it was deleted after everything was restored to the node that is there. */
    private SnapshotChoice restoredTo(Optional<NodeId> node) {
        return new SnapshotChoice(recorded.map(r -> node.filter(n -> !n.equals(r.placement().node())).map(r::succeededBy).orElse(r)), trouble);
    }

    /** A node that lost its disk has another id now, also where a snapshot from before it names it. */
    private static Placement asNoted(Placement p, Snapshot noted) {
        Placement own = noted.placement().orElseThrow();
        return withSettings(noted.predecessors().contains(p.node()) ? p.succeededBy(own.node()) : p, own);
    }

    private static Placement withSettings(Placement p, Placement own) {
        Map<NodeId, Map<String, String>> settings = new HashMap<>(p.settings());
        settings.putAll(own.settings());
        return new Placement(p.node(), p.podName(), p.activation(), p.takenBy(), p.takenAt(), p.reason(), p.server(), p.currentEpoch(),
                p.dataBytes(), p.volumes(), p.positions(), settings, p.gated());
    }
}
