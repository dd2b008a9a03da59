package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.NodeStatus;
import dev.redismaintenance.cluster.Cordon;
import dev.redismaintenance.memory.Ready;
import dev.redismaintenance.plan.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Is the status of a maintenance with {@code nodeName} true?
 *
 * <ol>
 * <li>That nothing was touched is only said where neither cordon nor pod was.</li>
 * <li>In maintenance: every cluster node that runs there is, as its own maintenance says, and all of them may really go down at once; and
 *     what is said of the cordon is so.</li>
 * <li>At the end it names every pod that came back otherwise than as recorded.</li>
 * </ol>
 * It puts together what the maintenances of its pods have said, each in its turn before: where one was not looked at since something
 * happened, it is behind by that turn.
 */
final class MachineWitness {
    /** Turns: until a failed primary is noticed and replaced, and all have heard of it. */
    private static final int EFFECT = 12;

    private final World world;
    private final Map<String, Integer> looked = new HashMap<>();
    private final Map<String, Set<String>> otherwise = new TreeMap<>();
    private int turn;
    private int happened;

    MachineWitness(World world) {
        this.world = world;
    }

    void turnBegins() {
        turn++;
    }

    /** Somebody else did something, before the next turn; a failover, or the failure of a primary, has its effect some turns later. */
    void somethingHappens() {
        happened = turn + EFFECT;
    }

    /** One of a pod has told. */
    void pod(NodeMaintenance resource, NodeMaintenanceStatus status) {
        looked.put(resource.getMetadata().getName(), turn);
        boolean differs = Restoration.said(status.getConditions()).filter(c -> !c.getReason().equals(Finding.AsRecorded.name())).isPresent();
        boolean over = resource.getMetadata().getDeletionTimestamp() != null && ConditionList.find(status.getConditions(), ConditionType.Ready)
                .filter(c -> c.getStatus() == ConditionStatus.True && ConditionList.tellsTheEnd(c)).isPresent();
        Children.owner(resource, all()).filter(owner -> differs && over && !Peers.wants(owner))
                .ifPresent(owner -> otherwise.computeIfAbsent(owner.getMetadata().getUid(), uid -> new TreeSet<>()).add(resource.getSpec().getPodName()));
    }

    void machine(NodeMaintenance resource, NodeMaintenanceStatus status) {
        Condition ready = ConditionList.find(status.getConditions(), ConditionType.Ready).orElseThrow();
        String who = resource.getMetadata().getName() + " " + ready.getReason() + ": ";
        String machine = resource.getSpec().getNodeName();
        Cordon cordon = world.kubernetes.cordon(machine).orElseThrow();
        List<NodeMaintenance> children = Children.of(resource, all());
        if (ready.getMessage().endsWith("nothing was touched")) {
            String self = InMemoryKubernetes.NAMESPACE + "/" + resource.getMetadata().getName();
            require(children.isEmpty() && !cordon.heldFor(self), who + ready.getMessage() + ", and there are " + children + " and " + cordon);
        }
        if (Peers.wants(resource)) {
            otherwise.remove(resource.getMetadata().getUid());
            if (ready.getStatus() == ConditionStatus.True && ready.getReason().equals(Reason.InMaintenance.name())) {
                cordon(cordon, status, who);
                pods(resource, children, status, who);
            }
        } else if (ready.getStatus() == ConditionStatus.True) {
            Set<String> names = Optional.ofNullable(otherwise.remove(resource.getMetadata().getUid())).orElse(Set.of());
            Optional<String> told = ConditionList.find(status.getConditions(), ConditionType.Restored).map(Condition::getMessage);
            require(told.filter(Condition::isCut).isPresent() || names.stream().allMatch(pod -> told.filter(t -> t.contains("pod " + pod + ": ")).isPresent()),
                    who + names + " came back otherwise than as recorded, and it says: " + told);
        }
    }

    private void cordon(Cordon cordon, NodeMaintenanceStatus status, String who) {
        Condition closed = ConditionList.find(status.getConditions(), ConditionType.Closed).orElseThrow();
        if (closed.getReason().equals(Finding.PodAbsent.name())) {
            // that there is no mark on one of its pods goes before
            return;
        }
        require((closed.getStatus() == ConditionStatus.True) == cordon.unschedulable(), who + cordon + ", and it says: " + closed);
        require(closed.getReason().equals(Finding.CordonedByOthers.name()) == cordon.foreign() || closed.getReason().equals(Finding.MovedAway.name()),
                who + cordon + ", and it says: " + closed);
    }

    private void pods(NodeMaintenance resource, List<NodeMaintenance> children, NodeMaintenanceStatus status, String who) {
        List<String> named = status.getNodes().stream().map(NodeStatus::getPodName).toList();
        String machine = resource.getSpec().getNodeName();
        List<String> there = world.topology.pods().stream().filter(p -> world.pods.exists(p) && world.cluster.up(p) && world.cluster.isMember(p)
                && world.pods.machineOf(p).equals(machine)).toList();
        for (String pod : there) {
            Optional<NodeMaintenance> own = children.stream().filter(c -> c.getSpec().getPodName().equals(pod)).findFirst();
            require(named.contains(pod) && own.isPresent(), who + pod + " runs there, and it knows " + named);
            require(ConditionList.find(own.get(), ConditionType.Ready).filter(c -> c.getStatus() == ConditionStatus.True).isPresent(), who + pod + " is not in maintenance");
        }
        if (children.stream().allMatch(c -> looked.getOrDefault(c.getMetadata().getName(), 0) >= Math.max(happened, turn - 1)) && resource.getSpec().getOverrideGates().isEmpty()) {
            there.forEach(pod -> Ready.check(world.cluster, world.pods, pod, Optional.of(machine)));
        }
    }

    private List<NodeMaintenance> all() {
        return world.kubernetes.maintenances(InMemoryKubernetes.NAMESPACE);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
