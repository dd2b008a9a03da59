package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.NodeRole;
import dev.redismaintenance.api.NodeStatus;
import dev.redismaintenance.api.SnapshotOrigin;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.memory.Call;
import dev.redismaintenance.memory.Ready;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import dev.redismaintenance.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Is every status true, and everything that is done told? At each turn the status is compared with what servers, pods and snapshots
 * themselves are at that moment, before the step; each call that changes something, with what the status says is being done.
 */
final class Witness implements MaintenanceLoop.Watcher {
    /** Whose snapshot is named for this maintenance alone. */
    private static final Set<SnapshotOrigin> OWN = Set.of(SnapshotOrigin.Taken, SnapshotOrigin.Joined);

    private final World world;
    private final Consumer<String> teller;
    private final Map<String, String> told = new TreeMap<>();
    private final List<Decision> decisions = new ArrayList<>();
    private final Majority majority;
    private final SettingsOwed settings;
    private final Restoration restoration;
    private final Cordons cordons;
    private final MachineWitness whole;
    private final Map<String, String> ends = new TreeMap<>();
    private final Map<String, Set<String>> shared = new TreeMap<>();
    private final Map<String, Placement> begun = new TreeMap<>();
    private final Map<String, String> machines = new TreeMap<>();
    private Optional<String> acting = Optional.empty();
    private Set<String> closed = Set.of();
    private List<String> traces = List.of();
    private int statuses;

    /** @param teller is told each status that differs in what it says of Ready */
    Witness(World world, Consumer<String> teller) {
        this.world = world;
        this.teller = teller;
        majority = new Majority(world);
        settings = new SettingsOwed(world);
        restoration = new Restoration(world);
        cordons = new Cordons(world);
        whole = new MachineWitness(world);
        world.eachSecond(majority::check);
        world.watchedBy(this);
        world.cluster.onCall(this::called);
    }

    /** How many were compared. */
    int statuses() {
        return statuses;
    }

    /** Somebody cordons or uncordons a Kubernetes Node: it stays so. */
    void personCordons(String machine, boolean cordon) {
        cordons.personCordons(machine, cordon);
    }

    /** Somebody or something else changes the cluster, before the next turn. */
    void somethingHappens() {
        whole.somethingHappens();
    }

    /** A person deletes a snapshot, and with it what was to be put back. */
    void snapshotDeleted() {
        settings.recordIsLost();
        // where the pod's mark goes as well, nothing shows any more that there was a maintenance
        begun.clear();
    }

    /** What holds when no maintenance is left and all runs again. */
    void ends() {
        cordons.ends();
        require(world.pods.marks().isEmpty(), "marks are left: " + world.pods.marks());
        List<String> snapshots = world.kubernetes.snapshots(InMemoryKubernetes.NAMESPACE).stream().map(Snapshot::name).toList();
        require(snapshots.isEmpty(), "snapshots are left: " + snapshots);
        require(!world.pods.gates().containsValue(InServiceGate.OUT_OF_SERVICE), "not in service: " + world.pods.gates());
        List<String> untold = settings.untold(ends);
        require(untold.isEmpty(), "settings were not put back: " + untold);
    }

    void turnBegins() {
        decisions.clear();
        acting = Optional.empty();
        closed = new TreeSet<>(world.pods.closed());
        traces = traces();
        whole.turnBegins();
        settings.turnBegins();
        cordons.turnBegins();
        majority.turnBegins();
    }

    void turnEnds() {
        if (decisions.stream().noneMatch(d -> d instanceof Decision.Act)) {
            require(traces.equals(traces()), "marks or snapshots were changed by " + decisions + ": " + traces + " and now " + traces());
        }
        closed.removeAll(world.pods.closed());
        for (String pod : closed) {
            boolean wanted = all().stream().anyMatch(m -> pod.equals(m.getSpec().getPodName()) && Peers.holds(m) && Peers.notedBegun(m));
            require(!wanted || !world.pods.exists(pod), pod + " was opened, and somebody wants it closed: " + decisions);
        }
        majority.turnEnds();
        cordons.turnEnds();
        settings.turnEnds();
    }

    @Override
    public void decided(NodeMaintenance resource, Decision decision) {
        decisions.add(decision);
        String uid = resource.getMetadata().getUid();
        if (!Peers.wants(resource) && decision instanceof Decision.Done) {
            machines.remove(uid);
        } else if (decision instanceof Decision.Act act && act.step() instanceof Step.TakeSnapshot) {
            machines.put(uid, world.pods.machineOf(resource.getSpec().getPodName()));
            settings.snapshotTaken();
        }
        acting = decision instanceof Decision.Act ? Optional.of(resource.getMetadata().getName()) : Optional.empty();
    }

    /** Nothing is changed but as a step, and no step is taken before the status says so. */
    private void called(Call call) {
        if (call.changes()) {
            require(acting.isPresent(), call + " is no step: " + decisions);
            Decision.Act act = (Decision.Act) decisions.get(decisions.size() - 1);
            Condition ready = world.kubernetes.get(acting.get()).map(m -> ready(m.getStatus())).orElseThrow();
            require(ready.getReason().equals(act.reason().name()) && ready.getMessage().startsWith(act.message()), call + " is not what the status tells: " + ready);
            boolean dry = world.kubernetes.get(acting.get()).filter(m -> m.getSpec().isDryRun() && m.getMetadata().getDeletionTimestamp() == null).isPresent();
            require(!dry, "a dry run has changed something: " + call);
            if (call.what().equals("set")) {
                settings.set(world.kubernetes.get(acting.get()).orElseThrow().getSpec().getPodName(), call);
            }
        }
    }

    @Override
    public void seen(NodeMaintenance resource, NodeMaintenanceStatus status) {
        String now = resource.getMetadata().getName() + ": " + ready(status).getStatus() + " " + ready(status).getReason() + " " + ready(status).getMessage();
        if (!now.equals(told.put(resource.getMetadata().getName(), now))) {
            teller.accept(now);
        }
        statuses++;
        if (Children.hasNodeName(resource)) {
            whole.machine(resource, status);
            return;
        }
        whole.pod(resource, status);
        String pod = resource.getSpec().getPodName();
        String who = resource.getMetadata().getName() + " " + ready(status).getReason() + ": ";
        Optional<PodFacts> facts = world.pods.find(pod);
        // where nothing could be looked at, nothing is said either
        boolean looked = !Set.of(Reason.MissingPermission.name(), Reason.OverridesOff.name(), Reason.InsufficientCapacity.name()).contains(ready(status).getReason());
        if (!looked) {
            return;
        }
        NodeStatus node = status.getNodes().get(0);
        require(Objects.equals(node.getKubernetesNode(), facts.flatMap(PodFacts::kubernetesNode).orElse(null)), who + "the Kubernetes Node is " + world.pods.machineOf(pod)
                + " and not " + node.getKubernetesNode());
        boolean answers = facts.filter(PodFacts::running).isPresent();
        if (answers) {
            require(world.cluster.id(pod).value().equals(node.getNodeId()), who + "the node is " + world.cluster.id(pod) + " and not " + node.getNodeId());
        }
        if (answers && world.cluster.agreed()) {
            require(node.getRole() == (world.cluster.role(pod) == Role.PRIMARY ? NodeRole.PRIMARY : NodeRole.REPLICA)
                    || node.getRole() == NodeRole.UNKNOWN, who + pod + " is " + world.cluster.role(pod) + " and not " + node.getRole());
            int slots = world.cluster.slots(pod).count();
            require(node.getSlots() == slots, who + pod + " owns " + slots + " slots and not " + node.getSlots());
            is(status, ConditionType.ShardsMigrated, slots == 0, who);
        }
        boolean marked = facts.flatMap(PodFacts::mark).filter(m -> !m.open()).isPresent();
        require(find(status, ConditionType.Closed).getStatus() == (facts.isEmpty() && !marked ? ConditionStatus.Unknown : marked ? ConditionStatus.True : ConditionStatus.False),
                who + "closed: " + marked + ", and not " + find(status, ConditionType.Closed));
        snapshot(status, who);
        facts.filter(f -> f.inService().declared()).ifPresent(f -> is(status, ConditionType.EndpointsRebound,
                (f.inService() == InServiceGate.IN_SERVICE) != Peers.wants(resource), who));
        if (ready(status).getStatus() == ConditionStatus.True && ready(status).getReason().equals(Reason.InMaintenance.name())) {
            require(marked || facts.isEmpty(), who + "without a mark");
            if (resource.getSpec().getOverrideGates().isEmpty()) {
                Ready.check(world.cluster, world.pods, pod, machine(resource, facts.isPresent() ? Optional.empty() : recorded(status).own().kubernetesNode()));
            }
        }
        restoration.check(resource, status, who);
        over(resource, status, marked, who);
    }

    /** What had begun ends restored or forced open, and says so, or says that another maintenance of the same pod has ended it. */
    private void over(NodeMaintenance resource, NodeMaintenanceStatus status, boolean marked, String who) {
        String uid = resource.getMetadata().getUid();
        if (status.getSnapshot() != null && world.kubernetes.snapshotNames().contains(status.getSnapshot().getName())
                && (marked && status.getSnapshot().getOrigin() != SnapshotOrigin.Requested || OWN.contains(status.getSnapshot().getOrigin()))) {
            begun.put(uid, recorded(status));
        } else if (Peers.wants(resource)) {
            // asked for anew before the end was told
            begun.remove(uid);
        }
        Optional<Condition> said = Restoration.said(status.getConditions());
        said.map(Condition::getMessage).ifPresent(message -> ends.merge(resource.getSpec().getPodName(), message, (all, one) -> all.contains(one) ? all : all + "; " + one));
        // what is asked for next takes the place of the end in Ready
        if (!Peers.wants(resource) && !resource.getSpec().getTakeSnapshot().isEmpty()) {
            said.ifPresent(c -> begun.remove(uid));
        }
        boolean ended = !Peers.wants(resource) && ready(status).getStatus() == ConditionStatus.True && !ready(status).getReason().equals(Reason.SnapshotRecorded.name());
        Optional<Placement> was = ended ? Optional.ofNullable(begun.remove(uid)) : Optional.empty();
        require(was.isEmpty() || ConditionList.tellsTheEnd(ready(status)), who + "it had begun");
        require(was.isEmpty() || said.isPresent() != ready(status).getReason().equals(Reason.EndedElsewhere.name()), who + "and it has not said that it is restored");
        shared.computeIfAbsent(resource.getSpec().getPodName(), pod -> new TreeSet<>()).add(uid);
        require(was.isEmpty() || said.isPresent() || shared.get(resource.getSpec().getPodName()).size() > 1, who + "and there was no other one of the pod");
    }

    /** Where its pod was when it took its snapshot; one that took none is judged by the machine on which the pod is. */
    private Optional<String> machine(NodeMaintenance resource, Optional<String> otherwise) {
        return Optional.ofNullable(machines.get(resource.getMetadata().getUid())).or(() -> otherwise);
    }

    private void snapshot(NodeMaintenanceStatus status, String who) {
        boolean said = find(status, ConditionType.SnapshotTaken).getStatus() == ConditionStatus.True;
        if (said) {
            require(world.kubernetes.snapshotNames().contains(status.getSnapshot().getName()), who + "there is no snapshot " + status.getSnapshot());
        }
    }

    private Placement recorded(NodeMaintenanceStatus status) {
        return world.kubernetes.snapshot(InMemoryKubernetes.NAMESPACE, status.getSnapshot().getName()).orElseThrow().placement().orElseThrow();
    }

    private List<String> traces() {
        List<String> all = new ArrayList<>(world.kubernetes.snapshotNames());
        all.add(world.pods.marks().toString());
        return all;
    }

    private List<NodeMaintenance> all() {
        return world.kubernetes.maintenances(InMemoryKubernetes.NAMESPACE);
    }

    private static Condition ready(NodeMaintenanceStatus status) {
        return find(status, ConditionType.Ready);
    }

    private static Condition find(NodeMaintenanceStatus status, ConditionType type) {
        return ConditionList.find(status.getConditions(), type).orElseThrow(() -> new AssertionError("no " + type + ": " + status));
    }

    private static void is(NodeMaintenanceStatus status, ConditionType type, boolean holds, String who) {
        ConditionStatus said = find(status, type).getStatus();
        require(said == ConditionStatus.Unknown || said == (holds ? ConditionStatus.True : ConditionStatus.False), who + type + " is " + holds + ", and not " + find(status, type));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
