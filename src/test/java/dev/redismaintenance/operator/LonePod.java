package dev.redismaintenance.operator;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;

/** A pod that belongs to no test cluster: one server alone, or none. */
final class LonePod {
    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    private LonePod(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /** A server with these arguments on that Kubernetes Node, running. */
    static LonePod running(KubernetesClient client, String namespace, String name, String image, String node, String... args) {
        LonePod pod = new LonePod(client, namespace, name);
        client.resource(pod.manifest(image, Optional.of(node), args)).create();
        Awaitility.await(name + " ready").atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50))
                .until(() -> Readiness.isPodReady(pod.get()));
        return pod;
    }

    /** Nobody has bound it to a Kubernetes Node. */
    static LonePod pending(KubernetesClient client, String namespace, String name) {
        LonePod pod = new LonePod(client, namespace, name);
        client.resource(pod.manifest("valkey:9.1", Optional.empty())).create();
        return pod;
    }

    /** Runs, as its Kubernetes Node says, at this address; what is there is the caller's. */
    static LonePod at(String ip, KubernetesClient client, String namespace, String name) {
        LonePod pod = new LonePod(client, namespace, name);
        client.resource(pod.manifest("whatever:1", Optional.of("machine-without-a-kubelet"))).create();
        client.pods().inNamespace(namespace).withName(name).editStatus(p -> new PodBuilder(p).withNewStatus().withPhase("Running").withPodIP(ip)
                .addNewPodIP(ip).addNewCondition().withType("Ready").withStatus("True").endCondition().endStatus().build());
        return pod;
    }

    Pod get() {
        return client.pods().inNamespace(namespace).withName(name).get();
    }

    String ip() {
        return get().getStatus().getPodIP();
    }

    Jedis jedis() {
        return new Jedis(ip(), 6379);
    }

    private Pod manifest(String image, Optional<String> node, String... args) {
        return new PodBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .withNewSpec().withNodeName(node.orElse(null)).withTerminationGracePeriodSeconds(1L).withAutomountServiceAccountToken(false)
                .addNewContainer().withName("server").withImage(image).withArgs(args).endContainer().endSpec().build();
    }
}
