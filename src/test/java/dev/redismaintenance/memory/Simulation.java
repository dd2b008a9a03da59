package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Probe;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.cluster.ViewBuilder;
import dev.redismaintenance.gate.Peer;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.EnterPlanner;
import dev.redismaintenance.plan.InService;
import dev.redismaintenance.plan.LeavePlanner;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Recorded;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.SlotsSeen;
import dev.redismaintenance.plan.Step;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The operator's loop at its smallest, for tests of the planners: look, decide, take the one step, turn the clock, and assert
 * the invariants. It remembers nothing between two steps but pods, snapshots and resources, which the API server would.
 */
public final class Simulation {
    /** More than anything takes that ends by itself. */
    public static final int PATIENCE = 40;
    private static final int BOUND = 300;

    private final InMemoryCluster cluster;
    private final Pods pods;
    private final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
    private final Map<Maintenance, String> machines = new HashMap<>();
    private final List<Maintenance> maintenances = new ArrayList<>();
    private final List<Decision> history = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private boolean keeper = true;
    private boolean foreignHands;
    private int taken;
    private final Map<String, Map<NodeId, Inventory>> counted = new HashMap<>();
    private final Map<String, SlotsSeen.Failure> failed = new HashMap<>();
    private SlotRanges left = SlotRanges.NONE;

    /** A snapshot ConfigMap; the loans are remembered beside it. */
    public record Snapshot(String name, Placement placement, List<Loan> loans, List<Transfer> transfers, List<NodeId> predecessors) {
        Snapshot(String name, Placement placement, List<Loan> loans, List<Transfer> transfers) {
            this(name, placement, loans, transfers, List.of());
        }

        List<Transfer> guests() {
            return new dev.redismaintenance.snapshot.Snapshot(name, Optional.empty(), "", "", Optional.of(placement), loans, transfers, predecessors, Optional.empty())
                    .guests();
        }
    }

    public Simulation(Topology topology, InMemoryCluster cluster) {
        this.cluster = cluster;
        this.pods = new Pods(topology, cluster);
    }

    public Simulation(Topology topology) {
        this(topology, new InMemoryCluster(topology));
    }

    public InMemoryCluster cluster() {
        return cluster;
    }

    public Pods pods() {
        return pods;
    }

    public Map<String, Snapshot> snapshots() {
        return snapshots;
    }

    /** Every decision so far, of all maintenances. */
    public List<Decision> history() {
        return List.copyOf(history);
    }

    /** Steps that a server would not take, in words; the planner sees for itself what came of them. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** From now on somebody else may take the majority or bring back a role; what only the operator answers for is still asserted. */
    public void foreignHands() {
        foreignHands = true;
    }

    /** Somebody deletes the snapshot of that pod. */
    public void personDeletesSnapshot(String pod) {
        snapshots.remove(pod);
    }

    /** A new NodeMaintenance, {@code mode: On}, everything else as it is by default. */
    public Maintenance ask(String name, String pod) {
        Maintenance maintenance = new Maintenance(maintenances.size(), new Request(name, name + "-uid", pod, "kernel patch", "2025-11-22T20:00:00Z",
                false, Optional.empty(), true, false));
        maintenances.add(maintenance);
        return maintenance;
    }

    /** Steps until Done or Refuse, or until it has waited for the same for {@value #PATIENCE} ticks; the last decision. */
    public Decision run(Maintenance maintenance) {
        int alike = 0;
        for (int i = 0; i < BOUND; i++) {
            Optional<Decision> before = maintenance.last();
            Decision decision = step(maintenance);
            alike = decision instanceof Decision.Wait && before.filter(decision::equals).isPresent() ? alike + 1 : 0;
            if (maintenance.settled() || alike >= PATIENCE) {
                return decision;
            }
        }
        throw new AssertionError("no end after " + BOUND + " steps");
    }

    /** Where the pod was when this maintenance took its snapshot; of one that took none it is the machine on which the pod is now that counts. */
    public Optional<String> machineOf(Maintenance maintenance) {
        return Optional.ofNullable(machines.get(maintenance));
    }

    /** One look, one decision, one step, one tick; {@link Ready} and {@link StepRules} hold of each. */
    public Decision step(Maintenance maintenance) {
        Situation situation = situation(maintenance);
        Decision decision = decide(maintenance, situation);
        situation.recorded().filter(Recorded::thisActivation).ifPresent(r -> maintenance.usesSnapshot(r.snapshot()));
        history.add(decision);
        maintenance.decided(decision);
        if (decision instanceof Decision.Done && decision.reason() == Reason.InMaintenance) {
            Ready.check(cluster, pods, maintenance.pod(), machineOf(maintenance)
                    .or(() -> pods.exists(maintenance.pod()) ? Optional.empty() : snapshots.get(maintenance.pod()).placement().own().kubernetesNode()));
        }
        if (!maintenance.wants() && decision instanceof Decision.Done) {
            machines.remove(maintenance);
        }
        StepRules rules = new StepRules(cluster, pods, snapshots.keySet());
        if (decision instanceof Decision.Act act) {
            try {
                take(act.step(), maintenance);
            } catch (ServerException e) {
                failures.add(act.step() + ": " + e.getMessage());
            }
        }
        rules.check(decision, maintenance, maintenances, snapshots.keySet());
        keepGates();
        cluster.tick();
        cluster.assertInvariants(foreignHands ? List.of() : pods.closed());
        return decision;
    }

    /** What the operator's keeper does beside the planners. */
    private void keepGates() {
        if (keeper) {
            pods.all().forEach(pod -> InService.toWrite(pod, maintenances.stream().anyMatch(m -> m.pod().equals(pod.name()) && keepsOut(m)))
                    .ifPresent(in -> pods.sayInService(pod.name(), in)));
        }
    }

    private boolean keepsOut(Maintenance m) {
        boolean recorded = Optional.ofNullable(snapshots.get(m.pod())).filter(s -> inUse(s, m)).isPresent();
        return recorded && (m.wants() || m.last().filter(d -> Set.of(Reason.CleaningUp, Reason.ReturningToService).contains(d.reason())).isEmpty());
    }

    /** From now on nobody says what readiness gates say. */
    public void withoutKeeper() {
        keeper = false;
    }

    /** What the planner says now; nothing is done. */
    public Decision decide(Maintenance maintenance) {
        return decide(maintenance, situation(maintenance));
    }

    private static Decision decide(Maintenance maintenance, Situation situation) {
        return maintenance.wants() ? EnterPlanner.decide(situation, maintenance.request()) : LeavePlanner.decide(situation, maintenance.request());
    }

    public Situation situation(Maintenance maintenance) {
        List<Probe> probes = pods.all().stream().map(this::probe).toList();
        Optional<Snapshot> snapshot = Optional.ofNullable(snapshots.get(maintenance.pod()));
        Map<String, NodeId> remembered = new HashMap<>();
        snapshot.ifPresent(s -> s.placement().positions().values().forEach(p -> remembered.put(p.podName(), p.id())));
        ClusterView view = ViewBuilder.build(probes, remembered);
        Optional<Probe> own = probes.stream().filter(p -> p.pod().name().equals(maintenance.pod())).findFirst();
        Map<NodeId, List<String>> denied = new HashMap<>();
        for (Member m : view.all()) {
            m.report().ifPresent(r -> denied(m).ifPresent(commands -> denied.put(m.id(), commands)));
        }
        return new Situation(view, own.map(Probe::pod), node(maintenance.pod(), own), trouble(own, maintenance.pod()),
                snapshot.map(s -> recorded(s, maintenance)), denied,
                maintenances.stream().filter(m -> m != maintenance && !m.gone()).map(m -> peer(m, maintenance, probes)).toList(), lentByOthers(maintenance),
                Map.of(), new SlotsSeen(Optional.empty(), counted.getOrDefault(maintenance.pod(), Map.of()),
                        Optional.ofNullable(failed.remove(maintenance.pod())), left),
                guests(maintenance).stream().map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus));
    }

    private List<Transfer> guests(Maintenance maintenance) {
        return snapshots.entrySet().stream().filter(e -> !e.getKey().equals(maintenance.pod()))
                .flatMap(e -> e.getValue().guests().stream()).toList();
    }

    private Set<NodeId> lentByOthers(Maintenance maintenance) {
        return snapshots.entrySet().stream().filter(e -> !e.getKey().equals(maintenance.pod()))
                .flatMap(e -> e.getValue().loans().stream()).map(Loan::spare).collect(Collectors.toSet());
    }

    public ClusterView view() {
        return ViewBuilder.build(pods.all().stream().map(this::probe).toList(), Map.of());
    }

    private Optional<List<String>> denied(Member member) {
        try {
            return Optional.of(cluster.denied(endpoint(member.pod().orElseThrow())).always()).filter(list -> !list.isEmpty());
        } catch (ServerException e) {
            return Optional.empty();
        }
    }

    private Probe probe(PodFacts pod) {
        if (!pod.running()) {
            return Probe.silent(pod, "the pod does not run");
        }
        try {
            return Probe.answered(pod, cluster.report(endpoint(pod)));
        } catch (ServerException e) {
            return Probe.silent(pod, e.getMessage());
        }
    }

    private Optional<NodeId> node(String pod, Optional<Probe> own) {
        return own.flatMap(Probe::report).map(NodeReport::id)
                .or(() -> Optional.ofNullable(snapshots.get(pod)).map(s -> s.placement().node()));
    }

    private static Optional<Trouble> trouble(Optional<Probe> own, String pod) {
        if (own.isEmpty()) {
            return Optional.of(new Trouble(Reason.PodNotFound, "there is no pod " + pod));
        }
        if (!own.get().pod().running()) {
            return Optional.of(new Trouble(Reason.PodNotRunning, "pod " + pod + " does not run"));
        }
        return own.get().problem().map(p -> new Trouble(Reason.NodeUnreachable, p));
    }

    private Recorded recorded(Snapshot snapshot, Maintenance maintenance) {
        return new Recorded(snapshot.name(), snapshot.placement(), snapshot.loans(), inUse(snapshot, maintenance), Optional.empty(), snapshot.transfers(),
                snapshot.predecessors(), false, by(snapshot, maintenance));
    }

    private Recorded.By by(Snapshot snapshot, Maintenance maintenance) {
        String taker = snapshot.placement().activation();
        return taker.equals(maintenance.request().uid()) ? Recorded.By.ITSELF
                : maintenances.stream().anyMatch(m -> m.wants() && m.pod().equals(maintenance.pod()) && m.request().uid().equals(taker)) ? Recorded.By.ANOTHER : Recorded.By.FORMER;
    }

    /** Taken by this maintenance or another that asks for the same pod, or the one that the pod's mark or the resource's status names. */
    private boolean inUse(Snapshot snapshot, Maintenance maintenance) {
        return maintenances.stream().filter(m -> m == maintenance || m.wants() && m.pod().equals(maintenance.pod()))
                .anyMatch(m -> snapshot.placement().activation().equals(m.request().uid()))
                || maintenance.snapshotInStatus().filter(snapshot.name()::equals).isPresent()
                || pods.find(maintenance.pod()).flatMap(PodFacts::mark).filter(m -> m.snapshot().equals(snapshot.name())).isPresent();
    }

    private Peer peer(Maintenance other, Maintenance asking, List<Probe> probes) {
        Optional<Probe> own = probes.stream().filter(p -> p.pod().name().equals(other.pod())).findFirst();
        boolean begun = pods.marks().containsKey(other.pod())
                || Optional.ofNullable(snapshots.get(other.pod())).filter(s -> inUse(s, other)).isPresent();
        // whoever shares the pod is part of the same activation and is not waited for
        boolean samePod = other.pod().equals(asking.pod());
        return new Peer(other.name(), other.pod(), node(other.pod(), own), other.wants(), other.earlierThan(asking), !samePod && begun,
                samePod || other.settled(), begun ? Optional.ofNullable(snapshots.get(other.pod())).filter(s -> inUse(s, other))
                        .map(s -> s.placement().own()).flatMap(Position::kubernetesNode) : Optional.empty());
    }

    private void take(Step step, Maintenance maintenance) throws ServerException {
        if (step instanceof Step.TakeSnapshot) {
            taken++;
            machines.put(maintenance, pods.machineOf(maintenance.pod()));
            Placement placement = placement(maintenance);
            snapshots.put(maintenance.pod(), new Snapshot("snapshot-" + taken, placement, List.of(), List.of()));
        } else if (step instanceof Step.WriteMark write) {
            pods.mark(maintenance.pod(), write.mark());
        } else if (step instanceof Step.RemoveMark) {
            pods.unmark(maintenance.pod());
        } else if (step instanceof Step.DeleteSnapshot) {
            snapshots.remove(maintenance.pod());
        } else if (step instanceof Step.RecordLoan record) {
            snapshots.computeIfPresent(maintenance.pod(), (pod, s) -> {
                List<Loan> loans = new ArrayList<>(s.loans());
                loans.add(record.loan());
                return new Snapshot(s.name(), s.placement(), List.copyOf(loans), s.transfers(), s.predecessors());
            });
        } else if (step instanceof Step.RecordTransfers record) {
            snapshots.computeIfPresent(maintenance.pod(), (pod, s) -> new Snapshot(s.name(), s.placement(), s.loans(), record.transfers(), s.predecessors()));
        } else if (step instanceof Step.RecordSuccessor record) {
            snapshots.computeIfPresent(maintenance.pod(), (pod, s) -> {
                Recorded after = recorded(s, maintenance).succeededBy(record.successor());
                return new Snapshot(s.name(), after.placement(), s.loans(), after.transfers(), after.predecessors());
            });
        } else if (step instanceof Step.Forget forget) {
            for (NodeId id : forget.by()) {
                cluster.forget(endpoint(id), forget.dead());
            }
        } else if (step instanceof Step.CountSlots count) {
            for (Map.Entry<NodeId, SlotRanges> e : count.slots().entrySet()) {
                counts(maintenance, e.getKey(), e.getValue());
            }
        } else if (step instanceof Step.Adopt adopt) {
            for (Transfer t : adopt.transfers()) {
                for (int slot : t.slots().stream().toArray()) {
                    NodeId taker = cluster.keysInSlot(endpoint(t.from()), slot) > 0 ? t.from() : t.to();
                    cluster.own(endpoint(taker), taker, taker.equals(t.to()) ? t.from() : t.to(), slot);
                }
            }
        } else if (step instanceof Step.MoveSlots move) {
            move(move, maintenance);
        } else if (step instanceof Step.SetSetting set) {
            cluster.set(endpoint(set.node()), set.name(), set.value());
        } else if (step instanceof Step.Handover handover) {
            cluster.failover(endpoint(handover.to()));
            // to ask again before the outcome is known starts the failover anew
            for (int i = 0; i < Timing.PAUSE && cluster.failoverRunning(); i++) {
                cluster.tick();
            }
        } else if (step instanceof Step.Replicate replicate) {
            cluster.replicate(endpoint(replicate.node()), replicate.primary());
        } else if (step instanceof Step.LetGo letGo) {
            cluster.letGo(endpoint(letGo.node()));
        } else if (step instanceof Step.Meet meet) {
            cluster.meet(endpoint(meet.via()), meet.host(), meet.port(), meet.busPort());
        }
    }

    /** A worker's work, done at once; time passes meanwhile, and the invariants hold after each group of slots. */
    private void move(Step.MoveSlots move, Maintenance maintenance) throws ServerException {
        MemorySlotWork work = new MemorySlotWork(cluster, new CallCounter(0), () -> {
            cluster.tick();
            cluster.assertInvariants(foreignHands ? List.of() : pods.closed());
        });
        counted.remove(maintenance.pod());
        for (Transfer t : move.transfers()) {
            try {
                work.move(new SlotWork.Order(t, endpoint(t.from()), endpoint(t.to()), List.of(), Optional.empty()), new SlotWork.Listener() {
                    @Override
                    public boolean stopped() {
                        return false;
                    }

                    @Override
                    public void moved(SlotRanges slots, long keys, long bytes) {
                        // seen in the cluster
                    }
                });
            } catch (ServerException e) {
                failed.put(maintenance.pod(), new SlotsSeen.Failure(e.kind() == ServerException.Kind.OutOfMemory, e.getMessage()));
                throw e;
            }
        }
    }

    /** This is what is known of the node by counting. */
    public void counts(Maintenance maintenance, NodeId node, SlotRanges slots) throws ServerException {
        counted.computeIfAbsent(maintenance.pod(), p -> new HashMap<>()).put(node, cluster.count(endpoint(node), node, slots));
    }

    /** What was counted is too old to be believed. */
    public void countAnew() {
        counted.clear();
    }

    /** From now on the operator knows these as left half-way by somebody. */
    public void left(SlotRanges slots) {
        left = slots;
    }

    public Endpoint endpoint(String pod) {
        return endpoint(pods.find(pod).orElseThrow());
    }

    private Endpoint endpoint(NodeId id) {
        return endpoint(pods.all().stream().filter(p -> p.running() && cluster.id(p.name()).equals(id)).findFirst().orElseThrow());
    }

    private static Endpoint endpoint(PodFacts pod) {
        return new Endpoint(pod.ip().orElseThrow(), MemoryNode.PORT, ConnectionSettings.PLAIN);
    }

    /** What a snapshot of now would hold. */
    public Placement placement(Maintenance maintenance) {
        Request request = maintenance.request();
        List<Placement> others = snapshots.entrySet().stream().filter(e -> !e.getKey().equals(request.podName())).map(e -> e.getValue().placement()).toList();
        return Placement.of(view(), cluster.id(request.podName()), request.podName(), request.uid(), request.name(), request.now(), request.reason())
                .without(others).withGuestsHome(guests(maintenance));
    }
}
