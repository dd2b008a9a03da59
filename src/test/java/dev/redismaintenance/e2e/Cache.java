package dev.redismaintenance.e2e;

import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.TestCertificates;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** One cluster of servers in the Kubernetes cluster: made, formed by the servers' own client, asked, removed. */
final class Cache {
    static final int PRIMARIES = 3;
    private static final Duration STARTED = Duration.ofMinutes(5);
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final Trial trial;
    private final String name;
    private final Map<String, String> values;

    Cache(KubernetesClient client, Options options, Trial trial, String name) {
        this.client = client;
        this.trial = trial;
        this.name = name;
        this.values = new HashMap<>(Map.of("NAME", name, "NAMESPACE", Kube.NAMESPACE, "PODS", String.valueOf(trial.route().pods()), "IMAGE", trial.image(),
                "PROGRAM", trial.program(), "STORAGE_CLASS", options.storageClass().map(c -> "storageClassName: " + c + ", ").orElse(""),
                "GATES", trial.way() == Way.OURS ? "readinessGates: [{ conditionType: redis-maintenance.dev/in-service }]" : ""));
        if (trial.shape().secured()) {
            Map<String, String> tls = TestCertificates.forNames("*." + name + "-headless." + Kube.NAMESPACE + ".svc.cluster.local", "localhost").secretData();
            values.putAll(Map.of("PASSWORD", UUID.randomUUID().toString(), "CA_CRT", tls.get("ca.crt"), "TLS_CRT", tls.get("tls.crt"), "TLS_KEY", tls.get("tls.key")));
        }
    }

    String name() {
        return name;
    }

    Trial trial() {
        return trial;
    }

    /** Pods on different Nodes; each primary on one of its own, and its replica on another. */
    void create() {
        Kube.apply(Manifest.of(trial.shape().text(), values));
        awaitContainers();
        List<Pod> primaries = firstOnEachNode();
        List<Pod> replicas = apart(primaries, pods().stream().filter(pod -> !primaries.contains(pod)).toList());
        shell(primaries.get(0), cli("--cluster create " + primaries.stream().map(Cache::address).collect(Collectors.joining(" ")) + " --cluster-yes"));
        for (int i = 0; i < replicas.size(); i++) {
            String id = shell(primaries.get(i), cli("cluster myid")).strip();
            shell(replicas.get(i), cli("cluster meet " + primaries.get(0).getStatus().getPodIP() + " 6379")
                    + "; for try in $(seq 100); do [ \"$(" + cli("cluster replicate " + id) + ")\" = OK ] && exit 0; sleep 0.2; done; exit 1");
        }
        Until.nothing("a healthy cluster", SETTLED, this::trouble);
    }

    /** With a volume that only one Node has, a pod that was evicted waits for that Node, and a budget of one would never let the next one go. */
    void protect(int together) {
        Map<String, String> budget = new HashMap<>(values);
        budget.put("BUDGET", String.valueOf(together));
        Kube.apply(Manifest.of("budget", budget));
    }

    /** Whether any of its volumes is tied to a Node by name. */
    boolean nodeBound() {
        Set<String> claims = client.persistentVolumeClaims().inNamespace(Kube.NAMESPACE).withLabel("app", name).list().getItems().stream()
                .map(claim -> claim.getSpec().getVolumeName()).collect(Collectors.toSet());
        return client.persistentVolumes().list().getItems().stream().filter(volume -> claims.contains(volume.getMetadata().getName()))
                .filter(volume -> volume.getSpec().getNodeAffinity() != null)
                .flatMap(volume -> volume.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms().stream())
                .flatMap(term -> term.getMatchExpressions().stream()).anyMatch(match -> match.getKey().equals("kubernetes.io/hostname"));
    }

    List<Pod> pods() {
        return client.pods().inNamespace(Kube.NAMESPACE).withLabel("app", name).list().getItems().stream()
                .sorted(Comparator.comparing((Pod pod) -> pod.getMetadata().getName())).toList();
    }

    List<Pod> on(String node) {
        return pods().stream().filter(pod -> node.equals(pod.getSpec().getNodeName())).toList();
    }

    /** A Node that has a primary: it is that of the first pod. */
    String node() {
        return pods().get(0).getSpec().getNodeName();
    }

    /** All are there and their containers ready; a pod in maintenance is not Ready where it has the readiness gate. */
    Duration awaitContainers() {
        return Until.nothing(trial.route().pods() + " pods of " + name, STARTED, () -> {
            List<Pod> pods = pods();
            return pods.size() != trial.route().pods() ? Optional.of(pods.size() + " pods")
                    : pods.stream().filter(pod -> pod.getMetadata().getDeletionTimestamp() != null || !ready(pod)).findFirst()
                            .map(pod -> pod.getMetadata().getName() + " is not ready: " + pod.getStatus().getConditions());
        });
    }

    Placement settled() {
        Until.nothing("a healthy cluster", SETTLED, this::trouble);
        return placement(pods().get(0));
    }

    /** Those pods and no others get clients from the cluster's Service. */
    void awaitServed(Set<String> pods) {
        Until.nothing("the Service " + name + " without the pods in maintenance, and with all others", SETTLED, () -> {
            Set<String> served = client.discovery().v1().endpointSlices().inNamespace(Kube.NAMESPACE).withLabel("kubernetes.io/service-name", name).list().getItems().stream()
                    .flatMap(slice -> slice.getEndpoints().stream()).filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
                    .map(e -> e.getTargetRef().getName()).collect(Collectors.toCollection(TreeSet::new));
            return served.equals(pods) ? Optional.empty() : Optional.of("it has " + served + " and should have " + pods);
        });
    }

    String version() {
        return shell(pods().get(0), cli("info server")).lines().filter(line -> line.startsWith(trial.program() + "_version:")).findFirst()
                .map(line -> trial.program() + " " + line.substring(line.indexOf(':') + 1).strip()).orElse(trial.image());
    }

    /** Where a client begins: as it would, with names where names are announced. */
    String seeds() {
        return pods().stream().map(pod -> trial.shape().secured()
                ? pod.getMetadata().getName() + "." + name + "-headless." + Kube.NAMESPACE + ".svc.cluster.local:6379" : address(pod)).collect(Collectors.joining(","));
    }

    void delete() {
        Kube.in("delete", "statefulsets,services,poddisruptionbudgets,configmaps,secrets", "-l", "app=" + name, "--ignore-not-found");
        Kube.in("delete", "pods", "-l", "app in (" + name + "," + name + "-traffic)", "--ignore-not-found", "--grace-period=1");
        Kube.in("delete", "persistentvolumeclaims", "-l", "app=" + name, "--ignore-not-found");
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream().anyMatch(c -> c.getType().equals("ContainersReady") && c.getStatus().equals("True"));
    }

    private static String address(Pod pod) {
        return pod.getStatus().getPodIP() + ":6379";
    }

    private List<Pod> firstOnEachNode() {
        Map<String, Pod> first = new java.util.LinkedHashMap<>();
        pods().forEach(pod -> first.putIfAbsent(pod.getSpec().getNodeName(), pod));
        if (first.size() < PRIMARIES) {
            throw new IllegalStateException("three Nodes are needed that pods can be scheduled to; " + name + " has its pods on " + first.keySet());
        }
        return first.values().stream().limit(PRIMARIES).toList();
    }

    /** In an order in which each is on another Node than the primary in its place. */
    private static List<Pod> apart(List<Pod> primaries, List<Pod> replicas) {
        return orders(replicas).stream().filter(order -> {
            for (int i = 0; i < order.size(); i++) {
                if (order.get(i).getSpec().getNodeName().equals(primaries.get(i).getSpec().getNodeName())) {
                    return false;
                }
            }
            return true;
        }).findFirst().orElseThrow(() -> new IllegalStateException("no way to have each replica on another Node than its primary"));
    }

    private static List<List<Pod>> orders(List<Pod> pods) {
        if (pods.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Pod>> all = new ArrayList<>();
        for (Pod first : pods) {
            for (List<Pod> rest : orders(pods.stream().filter(pod -> pod != first).toList())) {
                List<Pod> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                all.add(order);
            }
        }
        return all;
    }

    private Optional<String> trouble() {
        List<Pod> pods = pods();
        List<Placement> placements = new ArrayList<>();
        for (Pod pod : pods) {
            String nodes = shell(pod, cli("cluster nodes"));
            if (!shell(pod, cli("cluster info")).contains("cluster_state:ok") || nodes.contains("fail") || nodes.contains("disconnected") || nodes.contains("handshake")
                    || nodes.lines().count() != pods.size() || shell(pod, cli("info replication")).contains("master_link_status:down")) {
                return Optional.of(pod.getMetadata().getName() + ":\n" + nodes);
            }
            placements.add(Placement.parse(nodes));
        }
        return placements.stream().distinct().count() == 1 ? Optional.empty() : Optional.of("the nodes do not agree: " + placements);
    }

    private Placement placement(Pod pod) {
        return Placement.parse(shell(pod, cli("cluster nodes")));
    }

    private String cli(String command) {
        return trial.program() + "-cli " + trial.shape().cliOptions() + " " + command;
    }

    private static String shell(Pod pod, String command) {
        return Kube.in("exec", pod.getMetadata().getName(), "-c", "server", "--", "sh", "-c", command);
    }
}
