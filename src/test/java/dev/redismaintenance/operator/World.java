package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Knife;
import dev.redismaintenance.memory.MemorySlotWork;
import dev.redismaintenance.memory.Pods;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.snapshot.SnapshotMap;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An in-memory cluster with its pods and Kubernetes around it, and the operator's loop over both. Time is the cluster's: a
 * second a tick, one tick a turn, so that a run is the same every time.
 */
final class World {
    static final Duration LEASE = Duration.ofSeconds(4);
    final Topology topology;
    final InMemoryCluster cluster;
    final Pods pods;
    final InMemoryKubernetes kubernetes;
    private final Map<MaintenanceLoop, InServiceKeeper> keepers = new IdentityHashMap<>();
    private boolean served;
    private boolean overrides;
    private boolean heals;
    private boolean triesAgain;
    private int snapshotsKept;
    private boolean foreignHands;
    private boolean kept = true;
    private Runnable eachSecond = () -> { };
    private MaintenanceLoop.Watcher watcher = (resource, decision) -> { };
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    World(Topology topology, Flavour flavour, Timing timing) {
        this.topology = topology;
        this.cluster = new InMemoryCluster(topology, flavour, timing);
        this.pods = new Pods(topology, cluster);
        this.kubernetes = new InMemoryKubernetes(pods);
    }

    World(Topology topology) {
        this(topology, Flavour.VALKEY_9, Timing.PROMPT);
    }

    /** This pod declares the readiness gate and is in service. */
    World gated(String pod) {
        pods.declareGate(pod);
        pods.sayInService(pod, true);
        return this;
    }

    /** From now on operators honour overrideGates. */
    World honouringOverrides() {
        overrides = true;
        return this;
    }

    /** From now on operators introduce servers to each other that all came back at new addresses. */
    World healing() {
        heals = true;
        return this;
    }

    /** What the API server refuses is tried again at the next turn, as the SDK does it. */
    World tryingAgain() {
        triesAgain = true;
        return this;
    }

    /** From now on operators keep so many snapshots that were made ahead of one pod. */
    World keepingSnapshots(int count) {
        snapshotsKept = count;
        return this;
    }

    /** From now on somebody else may take the majority; what only the operator answers for is still asserted. */
    void foreignHands() {
        foreignHands = true;
    }

    /** From now on operators tell this one what they do. */
    World watchedBy(MaintenanceLoop.Watcher one) {
        watcher = one;
        return this;
    }

    /** From now on this is run after every second, also in the middle of a move. */
    void eachSecond(Runnable one) {
        eachSecond = one;
    }

    /** A new operator process: nothing in its memory. */
    MaintenanceLoop operator(CallCounter counter) {
        return operator(counter, CountedKubernetes.of(kubernetes, counter));
    }

    MaintenanceLoop operator(CallCounter counter, Kubernetes port) {
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneId.of("UTC");
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        MaintenanceLoop loop = new MaintenanceLoop(port, new Knife(cluster, counter),
                new MemorySlotWork(cluster, counter, this::tick), Runnable::run, Runnable::run, watcher, clock, Pace.DEFAULT,
                new OperatorSettings(overrides, heals, snapshotsKept), new NamespaceLease(port, "process", LEASE, () -> Duration.between(Instant.EPOCH, now).toNanos()));
        keepers.put(loop, new InServiceKeeper(port));
        return loop;
    }

    MaintenanceLoop operator() {
        return operator(new CallCounter(0));
    }

    /** One turn for each resource, then a second passes. */
    void turn(MaintenanceLoop operator) {
        for (String name : kubernetes.names()) {
            try {
                boolean deleting = kubernetes.get(name).filter(m -> m.getMetadata().getDeletionTimestamp() != null).isPresent();
                if (operator.turn(InMemoryKubernetes.NAMESPACE, name).released() && deleting) {
                    kubernetes.released(name);
                }
            } catch (KubernetesException e) {
                failed(e);
            }
        }
        keepGates(operator);
        pass();
    }

    /** As at the change of a pod or a maintenance, and when the process starts. */
    private void keepGates(MaintenanceLoop operator) {
        kept = true;
        for (PodFacts pod : pods.all()) {
            if (pod.inService().declared()) {
                try {
                    keepers.get(operator).keep(InMemoryKubernetes.NAMESPACE, pod.name());
                } catch (KubernetesException e) {
                    kept = false;
                    failed(e);
                }
            }
        }
    }

    private void failed(KubernetesException e) {
        if (!triesAgain) {
            throw new IllegalStateException(e);
        }
    }

    void pass() {
        passWithoutOperator();
        pods.marks().keySet().stream().filter(pod -> kept).forEach(pod -> assertNotEquals(InServiceGate.IN_SERVICE, pods.gates().get(pod), () -> pod + " is in service with a mark"));
    }

    /** A second in which no process runs: who was marked last is taken out of service by the next one, as it starts. */
    void passWithoutOperator() {
        tick();
        now = now.plus(Duration.ofSeconds(1));
    }

    private void tick() {
        cluster.tick();
        cluster.assertInvariants(foreignHands ? List.of() : pods.closed());
        eachSecond.run();
    }

    /** What the maintenance is for: the pod goes and comes back on a new address. */
    void service(String pod) {
        pods.delete(pod);
        for (int i = 0; i < 8; i++) {
            pass();
        }
        pods.recreate(pod);
        served = true;
    }

    /** As {@link #service}, and its volume is empty then. */
    void serviceOnAnEmptyDisk(String pod) {
        pods.delete(pod);
        for (int i = 0; i < 8; i++) {
            pass();
        }
        pods.recreateEmpty(pod);
        served = true;
    }

    boolean served() {
        return served;
    }

    /** Turns until the resource is as wanted; fails when that does not come. */
    void until(MaintenanceLoop operator, String what, java.util.function.BooleanSupplier reached) {
        for (int turns = 0; turns < 400; turns++) {
            if (reached.getAsBoolean()) {
                return;
            }
            turn(operator);
        }
        throw new AssertionError("not reached: " + what + "; " + kubernetes.names().stream().map(n -> n + ": " + ready(n) + " " + message(n)).toList());
    }

    void untilReady(MaintenanceLoop operator, String name, Enum<?> reason) {
        until(operator, name + " Ready " + reason, () -> ready(name).equals("True " + reason));
    }

    /** A copy of the only snapshot, as a person would make it: of a maintenance that is over, and without what is noted beside it. */
    void copySnapshotByHand(String name) {
        ConfigMap only = kubernetes.map(kubernetes.snapshotNames().get(0));
        Map<String, String> data = new TreeMap<>(only.getData());
        data.replaceAll((key, text) -> text.replaceAll("activation: .*", "activation: of-an-earlier-one"));
        kubernetes.put(new ConfigMapBuilder(only).editMetadata().withName(name).removeFromAnnotations(SnapshotMap.LOANS).endMetadata().withData(data).build());
    }

    /** Status and reason of Ready, for the present generation. */
    String ready(String name) {
        return condition(name, ConditionType.Ready).orElse("");
    }

    boolean stalled(String name) {
        return condition(name, ConditionType.Stalled).filter(c -> c.startsWith(ConditionStatus.True.name())).isPresent();
    }

    Optional<String> condition(String name, ConditionType type) {
        return answered(name).flatMap(m -> ConditionList.find(m.getStatus().getConditions(), type)).map(c -> c.getStatus() + " " + c.getReason());
    }

    String message(String name) {
        return answered(name).flatMap(m -> ConditionList.find(m.getStatus().getConditions(), ConditionType.Ready)).map(c -> c.getMessage()).orElse("");
    }

    private Optional<NodeMaintenance> answered(String name) {
        return kubernetes.get(name).filter(m -> m.getStatus() != null
                && Objects.equals(m.getStatus().getObservedGeneration(), m.getMetadata().getGeneration()));
    }

    /** Those that maintenance may change, as {@code name on pod}. */
    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        topology.pods().forEach(pod -> Setting.CHANGED.forEach(name -> settings.put(name + " on " + pod, cluster.setting(pod, name))));
        return settings;
    }

    /** All that maintenance may have changed, in words: to compare two moments. */
    String state() {
        return cluster.placement() + "\nmarks " + pods.marks() + "\ngates " + new TreeMap<>(pods.gates()) + "\nsnapshots " + kubernetes.snapshotNames() + "\nresources " + kubernetes.names()
                + "\n" + settings();
    }

    static List<Flavour> flavours() {
        return List.of(Flavour.values());
    }
}
