package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A kubelet for any number of Kubernetes Nodes: each pod that is bound to one of them runs as a real server process on
 * a loopback address of its own, port 6379. The image names the server ({@code redis:7.0}, {@code valkey:9.1}), the
 * container's arguments are appended to the few that make it listen there in cluster mode. A recreated pod gets a new
 * address and finds the data of its claim. The names of its Kubernetes Nodes are its own: two kubelets on one API
 * server at the same time need different ones. No container, no mount, no probe of the pod's own: see {@link PodFiles} and
 * {@link ReadinessProbe}.
 */
public final class TestKubelet implements AutoCloseable {

    private final KubernetesClient client;
    private final Map<String, String> nodeAddresses;
    private final Sandbox sandbox = new Sandbox("kubelet");
    private final PodAddresses addresses;
    private final Map<String, PodRunner> runners = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Pod> pods;

    private TestKubelet(KubernetesClient client, PodAddresses addresses, Map<String, String> nodeAddresses) {
        this.client = client;
        this.addresses = addresses;
        this.nodeAddresses = nodeAddresses;
        this.pods = client.pods().inAnyNamespace().inform(new Handler());
    }

    public static Builder on(KubernetesClient client) {
        return new Builder(client);
    }

    /** The names of its Kubernetes Nodes. */
    public List<String> nodes() {
        return List.copyOf(nodeAddresses.keySet());
    }

    /** SIGKILL to the pod's server, which stays down until {@link #revive}. The pod is {@code name} or {@code namespace/name}. */
    public void kill(String podName) {
        PodRunner runner = runner(podName);
        runner.server().holdDown();
        runner.nudge();
    }

    public void revive(String podName) {
        PodRunner runner = runner(podName);
        runner.server().release();
        runner.nudge();
    }

    /** SIGKILL to the pod's server, which is started again in place as the container of a crashed server is. */
    public void crash(String podName) {
        PodRunner runner = runner(podName);
        runner.server().kill();
        runner.nudge();
    }

    /** SIGSTOP: connections open but nothing answers. */
    public void freeze(String podName) {
        runner(podName).server().signal("STOP");
    }

    public void thaw(String podName) {
        runner(podName).server().signal("CONT");
    }

    /** The process of the pod's server while it runs. */
    public Optional<Long> pid(String podName) {
        return runner(podName).server().pid();
    }

    /** The last lines of what the pod's server wrote, also before it was recreated. */
    public String log(String podName) {
        return Sandbox.tail(runner(podName).log(), 60);
    }

    @Override
    public void close() {
        pods.close();
        runners.values().forEach(runner -> runner.server().holdDown());
        runners.values().forEach(PodRunner::stop);
        sandbox.close();
        try {
            removeNodes(client, nodeAddresses.keySet());
        } catch (KubernetesClientException apiServerGone) {
            // nothing is left to tidy
        }
    }

    /** With their pods, as when machines are gone for good: another kubelet must not run them. */
    private static void removeNodes(KubernetesClient client, Set<String> nodes) {
        client.pods().inAnyNamespace().list().getItems().stream()
                .filter(pod -> nodes.contains(Optional.ofNullable(pod.getSpec().getNodeName()).orElse("")))
                .forEach(pod -> client.pods().resource(pod).withGracePeriod(0).delete());
        nodes.forEach(node -> client.nodes().withName(node).delete());
    }

    private PodRunner runner(String podName) {
        List<PodRunner> named = runners.entrySet().stream()
                .filter(e -> e.getKey().equals(podName) || e.getKey().endsWith("/" + podName))
                .map(Map.Entry::getValue).toList();
        List<PodRunner> alive = named.stream().filter(runner -> !runner.finished()).toList();
        List<PodRunner> found = alive.isEmpty() ? named : alive;
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " pods run here as " + podName);
        }
        return found.get(0);
    }

    private final class Handler implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            onUpdate(pod, pod);
        }

        @Override
        public void onUpdate(Pod old, Pod pod) {
            String node = pod.getSpec().getNodeName();
            if (node == null || !nodeAddresses.containsKey(node)) {
                return;
            }
            runners.compute(key(pod), (key, runner) -> {
                if (runner != null && runner.uid().equals(pod.getMetadata().getUid())) {
                    runner.changed(pod);
                    return runner;
                }
                if (runner != null) {
                    runner.removed();
                }
                PodRunner fresh = new PodRunner(client, sandbox, pod, addresses.next(), nodeAddresses.get(node),
                        Optional.ofNullable(runner));
                fresh.start();
                return fresh;
            });
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {
            Optional.ofNullable(runners.get(key(pod)))
                    .filter(runner -> runner.uid().equals(pod.getMetadata().getUid()))
                    .ifPresent(PodRunner::removed);
        }

        private static String key(Pod pod) {
            return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        }
    }

    /** Which Kubernetes Nodes there are; without a word three, each in a zone of its own. */
    public static final class Builder {

        private final KubernetesClient client;
        private final Map<String, String> zones = new LinkedHashMap<>();

        private Builder(KubernetesClient client) {
            this.client = client;
        }

        /** {@code worker-1} and so on, spread over three zones. */
        public Builder nodes(int count) {
            IntStream.range(0, count).forEach(i -> node("worker-" + (i + 1), "zone-" + "abc".charAt(i % 3)));
            return this;
        }

        public Builder node(String name, String zone) {
            zones.put(name, zone);
            return this;
        }

        public TestKubelet start() {
            if (zones.isEmpty()) {
                nodes(3);
            }
            PodAddresses addresses = new PodAddresses();
            List<String> names = List.copyOf(zones.keySet());
            Map<String, String> hosts = IntStream.range(0, names.size()).boxed()
                    .collect(Collectors.toMap(names::get, addresses::ofHost, (a, b) -> a, LinkedHashMap::new));
            removeNodes(client, zones.keySet()); // of a kubelet that could not close
            hosts.forEach((name, address) -> register(name, zones.get(name), address));
            return new TestKubelet(client, addresses, hosts);
        }

        private void register(String name, String zone, String address) {
            Map<String, Quantity> size = Map.of("cpu", new Quantity("8"), "memory", new Quantity("32Gi"), "pods", new Quantity("110"));
            Node node = new NodeBuilder()
                    .withNewMetadata().withName(name)
                    .addToLabels("kubernetes.io/hostname", name)
                    .addToLabels("kubernetes.io/os", "linux")
                    .addToLabels("topology.kubernetes.io/zone", zone)
                    .endMetadata()
                    .withNewSpec().endSpec()
                    .build();
            client.nodes().resource(node).create();
            client.nodes().withName(name).editStatus(n -> new NodeBuilder(n)
                    .withNewStatus()
                    .withCapacity(size).withAllocatable(size)
                    .addNewAddress().withType("InternalIP").withAddress(address).endAddress()
                    .addNewAddress().withType("Hostname").withAddress(name).endAddress()
                    .addNewCondition().withType("Ready").withStatus("True").withReason("KubeletReady")
                    .withMessage("test kubelet").endCondition()
                    .endStatus()
                    .build());
        }
    }
}
