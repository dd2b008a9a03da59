package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.PodFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The pods behind an {@link InMemoryCluster}: where they run, whether they are ready, and their marks. */
public final class Pods {
    private final Topology topology;
    private final InMemoryCluster cluster;
    private final Map<String, Integer> incarnations = new LinkedHashMap<>();
    private final Map<String, Mark> marks = new LinkedHashMap<>();
    private final Set<String> cordoned = new TreeSet<>();
    private final Set<String> unready = new TreeSet<>();
    private final Set<String> terminating = new TreeSet<>();
    private final Set<String> missing = new TreeSet<>();
    private final Map<String, InServiceGate> gates = new TreeMap<>();
    private final Set<String> gated = new TreeSet<>();
    private final Map<String, Long> limits = new TreeMap<>();
    private final Map<String, String> machines = new TreeMap<>();
    private final Set<String> unregistered = new TreeSet<>();
    private final Set<String> astray = new TreeSet<>();

    public Pods(Topology topology, InMemoryCluster cluster) {
        this.topology = topology;
        this.cluster = cluster;
        topology.pods().forEach(pod -> incarnations.put(pod, 0));
        machines.putAll(topology.machines());
    }

    /** Every pod that there ever was. */
    public List<String> known() {
        return List.copyOf(incarnations.keySet());
    }

    /** The Kubernetes Node on which it runs, or ran last. */
    public String machineOf(String pod) {
        return machines.get(pod);
    }

    /** Every pod that exists. */
    public List<PodFacts> all() {
        return incarnations.keySet().stream().flatMap(pod -> find(pod).stream()).toList();
    }

    public Optional<PodFacts> find(String pod) {
        if (!incarnations.containsKey(pod) || missing.contains(pod)) {
            return Optional.empty();
        }
        boolean up = cluster.up(pod);
        String machine = machines.get(pod);
        PodFacts facts = new PodFacts(pod, pod + "-uid-" + incarnations.get(pod), Optional.of(cluster.ip(pod)),
                Optional.of(machine), topology.zone(pod), cordoned.contains(machine), up, up && !unready.contains(pod),
                terminating.contains(pod), List.of("data-" + pod), Optional.ofNullable(marks.get(pod)), limits.getOrDefault(pod, 0L), Optional.empty(),
                gated.contains(pod) ? gates.getOrDefault(pod, InServiceGate.NOT_SET) : InServiceGate.NOT_DECLARED);
        return Optional.of(astray.contains(pod) ? facts.astray(pod + ".cache.example") : facts);
    }

    /** Whether the name that its server announces leads to it. */
    public void name(String pod, boolean leadsToIt) {
        if (leadsToIt) {
            astray.remove(pod);
        } else {
            astray.add(pod);
        }
    }

    /** From now on this pod declares the readiness gate; nobody has said anything yet. */
    public void declareGate(String pod) {
        gated.add(pod);
    }

    public void declareGates() {
        topology.pods().forEach(this::declareGate);
    }

    public void sayInService(String pod, boolean inService) {
        gates.put(pod, inService ? InServiceGate.IN_SERVICE : InServiceGate.OUT_OF_SERVICE);
    }

    /** What the gates say, by pod. */
    public Map<String, InServiceGate> gates() {
        return Map.copyOf(gates);
    }

    public void mark(String pod, Mark mark) {
        marks.put(pod, mark);
    }

    public void unmark(String pod) {
        marks.remove(pod);
    }

    /** The pods that carry a closed mark. */
    public List<String> closed() {
        return marks.entrySet().stream().filter(e -> !e.getValue().open()).map(Map.Entry::getKey).toList();
    }

    public Map<String, Mark> marks() {
        return Map.copyOf(marks);
    }

    public void cordon(String machine) {
        cordoned.add(machine);
    }

    public void uncordon(String machine) {
        cordoned.remove(machine);
    }

    public boolean cordoned(String machine) {
        return cordoned.contains(machine);
    }

    public boolean machine(String name) {
        return !unregistered.contains(name) && (topology.machines().containsValue(name) || machines.containsValue(name));
    }

    /** Its object is deleted, as when the machine is to be replaced; with it go the cordon and whatever was noted on it. */
    public void unregister(String machine) {
        unregistered.add(machine);
        cordoned.remove(machine);
    }

    public void registerAnew(String machine) {
        unregistered.remove(machine);
    }

    public void memoryLimit(String pod, long bytes) {
        limits.put(pod, bytes);
    }

    public void notReady(String pod) {
        unready.add(pod);
    }

    public void terminating(String pod) {
        terminating.add(pod);
    }

    /** The pod is deleted: process, mark and address are gone, its volume stays. */
    public void delete(String pod) {
        cluster.kill(pod);
        missing.add(pod);
        marks.remove(pod);
        gates.remove(pod);
        unready.remove(pod);
        terminating.remove(pod);
    }

    /** The pod is there again, on a new address, with its old volume. */
    public void recreate(String pod) {
        missing.remove(pod);
        incarnations.merge(pod, 1, Integer::sum);
        cluster.restartOnNewIp(pod);
    }

    /** The pod is there again, on another Kubernetes Node and so at a new address, with its old volume. */
    public void moveTo(String pod, String machine) {
        delete(pod);
        machines.put(pod, machine);
        recreate(pod);
    }

    /** The power is cut: all pods are gone at once, and all come back at new addresses. */
    public void cutPower() {
        incarnations.keySet().forEach(this::delete);
        incarnations.keySet().forEach(this::recreate);
    }

    /** The pod is there again, on a new address, and its volume is empty. */
    public void recreateEmpty(String pod) {
        missing.remove(pod);
        incarnations.merge(pod, 1, Integer::sum);
        cluster.loseDisk(pod);
    }

    /** The server runs on, at an address that is no pod's. */
    public void forget(String pod) {
        missing.add(pod);
    }

    public boolean exists(String pod) {
        return !missing.contains(pod);
    }
}
