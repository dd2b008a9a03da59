package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.Cordon;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.kubernetes.LeaseState;
import dev.redismaintenance.memory.Pods;
import dev.redismaintenance.snapshot.Snapshot;
import dev.redismaintenance.snapshot.SnapshotMap;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The Kubernetes side in memory, over the pods of an in-memory cluster. Snapshots go through their real text. */
final class InMemoryKubernetes implements Kubernetes {
    static final String NAMESPACE = "cache";

    private final Pods pods;
    private final Map<String, NodeMaintenance> resources = new LinkedHashMap<>();
    /** What is handed out of them: a copy through its JSON, made again when it has changed. Readers change nothing in it. */
    private final Map<String, NodeMaintenance> copies = new HashMap<>();
    private final Map<String, ConfigMap> maps = new LinkedHashMap<>();
    private final Map<List<Object>, Snapshot> read = new HashMap<>();
    private final Map<String, Map<String, String>> secrets = new HashMap<>();
    private final Map<String, Set<String>> holders = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private Optional<LeaseState> lease = Optional.empty();
    private boolean ending;
    private int writes;
    private int created;

    InMemoryKubernetes(Pods pods) {
        this.pods = pods;
    }

    synchronized void apply(String name, String podName, Consumer<NodeMaintenanceSpec> more) {
        NodeMaintenance old = resources.get(name);
        NodeMaintenance m = new NodeMaintenance();
        NodeMaintenanceSpec spec = new NodeMaintenanceSpec();
        spec.setPodName(podName);
        more.accept(spec);
        m.setSpec(spec);
        boolean same = old != null && Serialization.asJson(old.getSpec()).equals(Serialization.asJson(spec));
        long generation = old == null ? 1 : old.getMetadata().getGeneration() + (same ? 0 : 1);
        m.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).withGeneration(generation)
                .withUid(old == null ? "%08d-0000".formatted(++created) : old.getMetadata().getUid())
                .withCreationTimestamp(old == null ? "2026-01-01T00:00:%02dZ".formatted(created) : old.getMetadata().getCreationTimestamp()).build());
        if (old != null) {
            m.setStatus(old.getStatus());
        }
        copies.remove(name);
        resources.put(name, m);
    }

    /** As {@code kubectl edit}, which also works on one that is being deleted. */
    synchronized void change(String name, Consumer<NodeMaintenanceSpec> how) {
        NodeMaintenance m = resources.get(name);
        NodeMaintenanceSpec spec = Serialization.clone(m.getSpec());
        how.accept(spec);
        if (!Serialization.asJson(spec).equals(Serialization.asJson(m.getSpec()))) {
            copies.remove(name);
            m.setSpec(spec);
            m.getMetadata().setGeneration(m.getMetadata().getGeneration() + 1);
        }
    }

    private NodeMaintenance copy(NodeMaintenance m) {
        return copies.computeIfAbsent(m.getMetadata().getName(), name -> Serialization.clone(m));
    }

    /** As {@link SnapshotMap#read}, once a text. */
    private Snapshot read(ConfigMap map) {
        var metadata = map.getMetadata();
        List<Object> text = List.of(metadata.getName(), Optional.ofNullable(metadata.getLabels()).map(Map::copyOf).orElse(Map.of()),
                Optional.ofNullable(metadata.getAnnotations()).map(Map::copyOf).orElse(Map.of()), Optional.ofNullable(map.getData()).map(Map::copyOf).orElse(Map.of()));
        return read.computeIfAbsent(text, t -> SnapshotMap.read(map));
    }

    /** The namespace is deleted: what has no finalizer goes but the pods, and nothing can be created any more. */
    synchronized void endNamespace() {
        ending = true;
        maps.clear();
        secrets.clear();
        lease = Optional.empty();
        resources.keySet().forEach(this::delete);
    }

    private void created() throws KubernetesException {
        if (ending) {
            throw KubernetesException.inEndingNamespace("the namespace is being deleted", new IllegalStateException());
        }
    }

    @Override
    public synchronized boolean ends(String namespace) {
        return ending;
    }

    /** As with a finalizer: marked for deletion, gone when the operator releases it. */
    synchronized void delete(String name) {
        copies.remove(name);
        var metadata = resources.get(name).getMetadata();
        metadata.setDeletionTimestamp("2026-01-01T01:00:00Z");
        metadata.setGeneration(metadata.getGeneration() + 1);
    }

    synchronized void released(String name) {
        copies.remove(name);
        resources.remove(name);
    }

    synchronized Optional<NodeMaintenance> get(String name) {
        return Optional.ofNullable(resources.get(name)).map(this::copy);
    }

    synchronized List<String> names() {
        return List.copyOf(resources.keySet());
    }

    synchronized List<String> snapshotNames() {
        return List.copyOf(maps.keySet());
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** How many writes there were, of whatever. */
    synchronized int writes() {
        return writes;
    }

    synchronized void put(ConfigMap map) {
        maps.put(map.getMetadata().getName(), map);
    }

    synchronized ConfigMap map(String name) {
        return maps.get(name);
    }

    synchronized void putSecret(String name, Map<String, String> values) {
        secrets.put(name, values);
    }

    /** What a snapshot says, as a person reads it. */
    synchronized String text(String map) {
        return maps.get(map).getData().get("snapshot.yaml");
    }

    synchronized void remove(String map) {
        maps.remove(map);
    }

    @Override
    public synchronized List<PodFacts> pods(String namespace) {
        return pods.all();
    }

    @Override
    public synchronized Optional<PodFacts> pod(String namespace, String name) {
        return pods.find(name);
    }

    @Override
    public synchronized void sayInService(String namespace, PodFacts pod, boolean inService) {
        if (pods.find(pod.name()).filter(p -> p.uid().equals(pod.uid())).isPresent()) {
            writes++;
            pods.sayInService(pod.name(), inService);
        }
    }

    @Override
    public synchronized List<NodeMaintenance> maintenances(String namespace) {
        return resources.values().stream().map(this::copy).toList();
    }

    @Override
    public synchronized void mark(String namespace, String podName, Mark mark) {
        writes++;
        pods.mark(podName, mark);
    }

    @Override
    public synchronized void unmark(String namespace, String podName) {
        writes++;
        pods.unmark(podName);
    }

    @Override
    public synchronized List<Snapshot> snapshots(String namespace) {
        return labelled().filter(s -> !s.requested()).toList();
    }

    @Override
    public synchronized List<Snapshot> requestedSnapshots(String namespace) {
        return labelled().filter(Snapshot::requested).toList();
    }

    private Stream<Snapshot> labelled() {
        return maps.values().stream().map(this::read).filter(s -> s.kind().isPresent());
    }

    @Override
    public synchronized Optional<Snapshot> snapshot(String namespace, String name) {
        return Optional.ofNullable(maps.get(name)).map(this::read);
    }

    @Override
    public synchronized void createSnapshot(String namespace, String name, String kind, Placement placement) throws KubernetesException {
        created();
        writes++;
        maps.putIfAbsent(name, SnapshotMap.of(namespace, name, kind, placement));
    }

    @Override
    public synchronized void recordLoans(String namespace, String snapshotName, List<Loan> loans) {
        writes++;
        annotate(snapshotName, SnapshotMap.LOANS, dev.redismaintenance.snapshot.LoansText.write(loans));
    }

    @Override
    public synchronized void recordTransfers(String namespace, String snapshotName, List<Transfer> transfers) {
        writes++;
        annotate(snapshotName, SnapshotMap.TRANSFERS, dev.redismaintenance.snapshot.TransfersText.write(transfers));
    }

    @Override
    public synchronized void recordSuccessors(String namespace, String snapshotName, List<NodeId> ids) {
        writes++;
        annotate(snapshotName, SnapshotMap.SUCCESSORS, SnapshotMap.successors(ids));
    }

    private void annotate(String snapshotName, String name, String text) {
        Map<String, String> annotations = new TreeMap<>(Optional.ofNullable(maps.get(snapshotName).getMetadata().getAnnotations()).orElse(Map.of()));
        annotations.put(name, text);
        maps.get(snapshotName).getMetadata().setAnnotations(annotations);
    }

    @Override
    public synchronized void deleteSnapshot(String namespace, String name) {
        writes++;
        maps.remove(name);
    }

    @Override
    public synchronized Optional<Map<String, String>> secret(String namespace, String name) {
        return Optional.ofNullable(secrets.get(name));
    }

    /** Its pods have no owner. */
    @Override
    public synchronized Optional<String> connectionOf(String namespace, String statefulSet) {
        return Optional.empty();
    }

    @Override
    public synchronized Optional<dev.redismaintenance.cluster.UpdatePlan> updateOf(String namespace, String statefulSet) {
        return Optional.empty();
    }

    @Override
    public synchronized Optional<Cordon> cordon(String machine) {
        if (!pods.machine(machine)) {
            holders.remove(machine);
        }
        return pods.machine(machine) ? Optional.of(new Cordon(pods.cordoned(machine), holders.getOrDefault(machine, Set.of()))) : Optional.empty();
    }

    @Override
    public synchronized void changeCordon(String machine, Cordon seen, Cordon wanted) {
        writes++;
        if (wanted.unschedulable()) {
            pods.cordon(machine);
        } else {
            pods.uncordon(machine);
        }
        holders.put(machine, wanted.holders());
    }

    @Override
    public synchronized void createMaintenance(NodeMaintenance maintenance) {
        writes++;
        NodeMaintenance m = Serialization.clone(maintenance);
        if (!resources.containsKey(m.getMetadata().getName())) {
            m.getMetadata().setGeneration(1L);
            m.getMetadata().setUid("%08d-0000".formatted(++created));
            m.getMetadata().setCreationTimestamp("2026-01-01T00:00:%02dZ".formatted(created));
            resources.put(m.getMetadata().getName(), m);
        }
    }

    @Override
    public synchronized void changeMaintenance(NodeMaintenance maintenance) {
        writes++;
        copies.remove(maintenance.getMetadata().getName());
        NodeMaintenance m = resources.get(maintenance.getMetadata().getName());
        if (!Serialization.asJson(m.getSpec()).equals(Serialization.asJson(maintenance.getSpec()))) {
            m.getMetadata().setGeneration(m.getMetadata().getGeneration() + 1);
        }
        m.setSpec(Serialization.clone(maintenance.getSpec()));
        m.getMetadata().setAnnotations(Map.copyOf(maintenance.getMetadata().getAnnotations()));
    }

    @Override
    public synchronized void deleteMaintenance(NodeMaintenance maintenance) {
        writes++;
        if (resources.containsKey(maintenance.getMetadata().getName())) {
            delete(maintenance.getMetadata().getName());
        }
    }

    @Override
    public synchronized Optional<LeaseState> lease(String namespace, String name) {
        return lease;
    }

    @Override
    public synchronized boolean writeLease(String namespace, String name, LeaseState state) throws KubernetesException {
        if (state.version().isEmpty()) {
            created();
        }
        if (!lease.map(LeaseState::version).orElse("").equals(state.version())) {
            return false;
        }
        writes++;
        lease = Optional.of(new LeaseState(state.holder(), state.duration(), state.since().isEmpty() ? "now" : state.since(), "" + writes));
        return true;
    }

    @Override
    public synchronized void writeStatus(NodeMaintenance resource, NodeMaintenanceStatus status) {
        Kstatus.check(status);
        writes++;
        copies.remove(resource.getMetadata().getName());
        Optional.ofNullable(resources.get(resource.getMetadata().getName())).ifPresent(m -> m.setStatus(Serialization.clone(status)));
    }

    @Override
    public synchronized void event(NodeMaintenance about, Event event) {
        writes++;
        if (!ending && !events.contains(event)) {
            events.add(event);
        }
    }
}
