package dev.redismaintenance.e2e;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.Placement;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A Node is serviced while a client works, with us or without; the same steps but for the NodeMaintenance. */
final class Story {
    private static final Duration BOUND = Duration.ofMinutes(10);
    private static final String NAME = "kernel-patch";

    private final KubernetesClient client;
    private final Options options;
    private final Trial trial;
    private final Cache cache;

    Story(KubernetesClient client, Options options, Trial trial, String name) {
        this.client = client;
        this.options = options;
        this.trial = trial;
        this.cache = new Cache(client, options, trial, name);
    }

    Row run() {
        Cli.say("# %s: %d pods, %d MB", trial, trial.route().pods(), options.megabytes());
        try {
            cache.create();
            Row row = serviced(cache.node());
            Cli.say("# %s", Table.line(row));
            row.client().errors().forEach(error -> Cli.say("#   %s", error));
            return row;
        } finally {
            if (!options.keep()) {
                end();
                cache.delete();
            }
        }
    }

    private Row serviced(String node) {
        int evicted = cache.on(node).size();
        cache.protect(cache.nodeBound() ? evicted : 1);
        TrafficPod traffic = TrafficPod.start(options, cache, node);
        Placement before = cache.settled();
        traffic.awaitWrites(500);
        Optional<Duration> ready = trial.way() == Way.OURS ? Optional.of(enter(node)) : Optional.empty();
        Duration drain = drained(node);
        Optional<Duration> back = trial.way() == Way.OURS ? Optional.of(leave()) : Optional.empty();
        Placement after = cache.settled();
        traffic.awaitWrites(500);
        return new Row(trial, cache.version(), ready, drain, back, evicted, traffic.stop(), before.equals(after));
    }

    /** And back, when all pods run elsewhere; with volumes that only this Node has they can run nowhere else. */
    private Duration drained(String node) {
        Duration took;
        try {
            long began = System.nanoTime();
            Kube.typed("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s");
            took = Duration.ofNanos(System.nanoTime() - began);
            if (!cache.nodeBound()) {
                cache.awaitContainers();
            }
        } finally {
            Kube.typed("uncordon", node);
        }
        cache.awaitContainers();
        return took;
    }

    private Duration enter(String node) {
        Cli.say("$ kubectl apply -f maintenance.yaml   # nodeName: %s", node);
        Kube.apply(Manifest.of("maintenance", Map.of("NAME", NAME, "NODE", node)));
        Duration took = Until.nothing("Ready=True of " + NAME, BOUND, () -> resource().filter(m -> m.getStatus() != null
                && m.getStatus().getConditions().stream().anyMatch(c -> c.getType().equals("Ready") && c.getStatus().name().equals("True")))
                .isPresent() ? Optional.empty() : Optional.of(told()));
        shown();
        // what the drain will evict gets no new clients any more
        served(cache.on(node));
        return took;
    }

    private Duration leave() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(options.pause()));
        shown();
        Cli.say("$ kubectl delete -f maintenance.yaml");
        Kube.in("delete", "nodemaintenances.redis-maintenance.dev", NAME, "--wait=false");
        Duration took = Until.nothing("the end of " + NAME, BOUND, () -> resource().isEmpty() ? Optional.empty() : Optional.of(told()));
        served(List.of());
        return took;
    }

    /** With the readiness gate; a plain cluster has a headless Service only, which lists all pods. */
    private void served(List<Pod> closed) {
        Set<String> out = closed.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
        if (trial.shape().secured()) {
            cache.awaitServed(cache.pods().stream().map(pod -> pod.getMetadata().getName()).filter(pod -> !out.contains(pod)).collect(Collectors.toSet()));
        }
    }

    private Optional<NodeMaintenance> resource() {
        return Optional.ofNullable(client.resources(NodeMaintenance.class).inNamespace(Kube.NAMESPACE).withName(NAME).get());
    }

    private static void shown() {
        Cli.say("$ kubectl get rnm");
        Kube.in("get", "nodemaintenances.redis-maintenance.dev").lines().forEach(line -> System.out.println("           " + line));
    }

    private static String told() {
        return Kube.in("get", "nodemaintenances.redis-maintenance.dev", "-o", "yaml");
    }

    /** What a story that failed half-way has left; nothing is restored then, for its servers go. */
    private void end() {
        List<NodeMaintenance> left = client.resources(NodeMaintenance.class).inNamespace(Kube.NAMESPACE).list().getItems();
        if (!left.isEmpty()) {
            Kube.in("patch", "nodemaintenances.redis-maintenance.dev", NAME, "--type=merge", "-p", "{\"spec\":{\"skipShardsRestore\":true}}");
            Kube.in("delete", "nodemaintenances.redis-maintenance.dev", "--all", "--timeout=60s");
        }
    }
}
