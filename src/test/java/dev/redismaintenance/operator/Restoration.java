package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * At the moment at which a maintenance says for the first time that its node is restored: is it, and is told what is otherwise than recorded?
 *
 * <ol>
 * <li>Of every recorded node that is up: it differs if and only if the message names it, whatever the finding.</li>
 * <li>The node itself never differs by less than it had: it is a primary with all its slots again, or a replica of whoever has its shard (or, promoted
 *     meanwhile, has it itself). Slots of other maintenances (guests) are theirs to give back.</li>
 * <li>A spare that was lent is home, unless it was promoted with nobody to pass the role on to, or has no home any more.</li>
 * </ol>
 * What is left in place because a person skipped the restoring is only told. While the servers differ in what they say, or one is
 * down, nobody can say of it.
 */
final class Restoration {
    private static final Pattern CLAUSE = Pattern.compile("(cache-\\d+) (?:was (?:primary|replica) of|is no longer a member)");
    private final World world;
    private final InMemoryCluster cluster;

    Restoration(World world) {
        this.world = world;
        this.cluster = world.cluster;
    }

    static Optional<Condition> said(List<Condition> conditions) {
        return ConditionList.find(conditions, ConditionType.Restored).filter(c -> c.getStatus() == ConditionStatus.True);
    }

    /** @param resource as it was before the status was written */
    void check(NodeMaintenance resource, NodeMaintenanceStatus status, String who) {
        Optional<Condition> said = said(status.getConditions());
        boolean before = ConditionList.find(resource, ConditionType.Restored).filter(c -> c.getStatus() == ConditionStatus.True).isPresent();
        boolean unknown = said.filter(c -> c.getMessage().contains("nothing is known of the shards") || Condition.isCut(c.getMessage())).isPresent();
        if (said.isEmpty() || before || unknown || status.getSnapshot() == null || !cluster.agreed()) {
            return;
        }
        Optional<Snapshot> snapshot = world.kubernetes.snapshot(InMemoryKubernetes.NAMESPACE, status.getSnapshot().getName());
        if (snapshot.flatMap(Snapshot::placement).isEmpty()) {
            return;
        }
        Placement placement = snapshot.get().placement().get();
        differences(placement, said.get(), who);
        if (!said.get().getReason().equals(Finding.LeftInPlace.name())) {
            own(placement, who);
            snapshot.get().loans().forEach(loan -> home(loan, placement, who));
        }
    }

    private void differences(Placement placement, Condition said, String who) {
        Set<String> told = CLAUSE.matcher(said.getMessage()).results().map(r -> r.group(1)).collect(Collectors.toCollection(TreeSet::new));
        require(told.isEmpty() || !said.getReason().equals(Finding.AsRecorded.name()), who + "as recorded, and it says: " + said.getMessage());
        for (Position was : placement.positions().values()) {
            pod(was.id()).filter(pod -> cluster.role(pod) == Role.PRIMARY || cluster.primaryOf(pod).isPresent()).ifPresent(pod -> {
                boolean differs = cluster.role(pod) != was.role() || !cluster.slots(pod).equals(was.slots()) || !cluster.primaryOf(pod).map(cluster::id).equals(was.primary());
                require(differs == told.contains(pod), who + pod + " was " + was + " and is " + is(pod) + ", and it says: " + said.getMessage());
            });
        }
    }

    /** Also where nobody says anything of it any more. */
    void own(Placement placement, String who) {
        Position was = placement.own();
        SlotRanges guests = guests(placement);
        Optional<String> up = pod(was.id());
        if (up.isEmpty() || !cluster.agreed()) {
            return;
        }
        String pod = up.get();
        SlotRanges shard = placement.shardSlots(was.id()).minus(guests);
        if (was.role() == Role.PRIMARY && !was.slots().isEmpty()) {
            require(cluster.role(pod) == Role.PRIMARY && shard.minus(cluster.slots(pod)).isEmpty(), who + pod + " was " + was + " and is " + is(pod));
        } else if (was.role() == Role.REPLICA && !shard.isEmpty()) {
            require(shard.minus(cluster.slots(cluster.primaryOf(pod).orElse(pod))).isEmpty(), who + pod + " was a replica of " + shard + " and is " + is(pod));
        }
    }

    private void home(Loan loan, Placement placement, String who) {
        Optional<String> spare = pod(loan.spare()).filter(pod -> cluster.slots(pod).isEmpty() && !lentByOthers(placement, loan.spare()));
        SlotRanges shard = loan.former().map(placement::shardSlots).orElse(SlotRanges.NONE).minus(guests(placement));
        List<String> owners = world.topology.pods().stream().filter(p -> cluster.slots(p).intersects(shard)).toList();
        spare.filter(pod -> loan.former().isEmpty()).ifPresent(pod -> require(cluster.role(pod) == Role.PRIMARY, who + pod + " was lent and still is " + is(pod)));
        spare.filter(pod -> owners.size() == 1).ifPresent(pod -> require(cluster.primaryOf(pod).equals(Optional.of(owners.get(0))),
                who + pod + " was lent by the shard of " + owners + " and is " + is(pod)));
    }

    private boolean lentByOthers(Placement placement, NodeId spare) {
        return others(placement).flatMap(s -> s.loans().stream()).anyMatch(l -> l.spare().equals(spare));
    }

    private SlotRanges guests(Placement placement) {
        return others(placement).flatMap(s -> s.guests().stream()).map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus);
    }

    private Stream<Snapshot> others(Placement placement) {
        return world.kubernetes.snapshots(InMemoryKubernetes.NAMESPACE).stream().filter(s -> s.placement().filter(p -> !p.podName().equals(placement.podName())).isPresent());
    }

    private Optional<String> pod(NodeId id) {
        return world.topology.pods().stream().filter(p -> cluster.id(p).equals(id) && cluster.up(p)).findFirst();
    }

    private String is(String pod) {
        return cluster.role(pod) + cluster.primaryOf(pod).map(p -> " of " + p).orElse("") + " [" + cluster.slots(pod) + "]";
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
