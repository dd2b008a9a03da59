package dev.redismaintenance.e2e;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The client in its pod, as seen from here: started, asked how far it is, told to stop. Its program is {@link LiveTraffic}. */
final class TrafficPod {
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final Path CLASSES = Path.of("target", "test-classes");

    private final Options options;
    private final String name;

    private TrafficPod(Options options, String name) {
        this.options = options;
        this.name = name;
    }

    /** Its classes as a jar in a ConfigMap: those of the ground, in which the ledger is, and {@link LiveTraffic}'s. */
    static void provide(KubernetesClient client) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            for (Class<?> type : List.of(dev.redismaintenance.ground.Traffic.class, LiveTraffic.class)) {
                Path directory = Path.of(type.getPackageName().replace('.', '/'));
                try (Stream<Path> files = Files.list(CLASSES.resolve(directory))) {
                    for (Path file : files.filter(f -> f.toString().endsWith(".class") && !f.getFileName().toString().contains("Test")).sorted().toList()) {
                        jar.putNextEntry(new JarEntry(directory.resolve(file.getFileName()).toString()));
                        Files.copy(file, jar);
                    }
                }
            }
        }
        client.configMaps().inNamespace(Kube.NAMESPACE).resource(new ConfigMapBuilder().withNewMetadata().withName("traffic").endMetadata()
                .withBinaryData(Map.of("traffic.jar", Base64.getEncoder().encodeToString(bytes.toByteArray()))).build()).create();
    }

    /** @param node where it does not run */
    static TrafficPod start(Options options, Cache cache, String node) {
        boolean secured = cache.trial().shape().secured();
        Map<String, String> values = new HashMap<>(Map.of("NAME", cache.name(), "NODE", node, "OPERATOR_IMAGE", options.operator(), "JAVA", options.java(), "SEEDS", cache.seeds(),
                "OPERATIONS", String.valueOf(options.operations()), "MEGABYTES", String.valueOf(options.megabytes())));
        values.putAll(Map.of("CLIENT_ENV", secured ? "- { name: CACHE_PASSWORD, valueFrom: { secretKeyRef: { name: " + cache.name() + "-auth, key: password } } }" : "",
                "CLIENT_MOUNT", secured ? ", { name: tls, mountPath: /tls }" : "",
                "CLIENT_VOLUME", secured ? ", { name: tls, secret: { secretName: " + cache.name() + "-tls, items: [{ key: ca.crt, path: ca.crt }] } }" : ""));
        Kube.apply(Manifest.of("traffic", values));
        TrafficPod pod = new TrafficPod(options, cache.name() + "-traffic");
        pod.await(0);
        return pod;
    }

    /** Returns once so many more writes were acknowledged. */
    void awaitWrites(long more) {
        await(acknowledged().orElse(0L) + more);
    }

    private void await(long goal) {
        Until.nothing("write " + goal + " of " + name, BOUND, () -> {
            Optional<Long> now = acknowledged();
            return now.filter(n -> n >= goal).isPresent() ? Optional.empty() : Optional.of("so far " + now);
        });
    }

    /** What it has found, every key read back. */
    Told stop() {
        Kube.in("exec", name, "--", options.java(), "-cp", "/traffic/traffic.jar:/app/lib/main/*", LiveTraffic.class.getName(), "stop");
        Until.nothing("the end of " + name, BOUND, () -> {
            String phase = Kube.in("get", "pod", name, "-o", "jsonpath={.status.phase}");
            return phase.equals("Succeeded") || phase.equals("Failed") ? Optional.empty() : Optional.of(phase);
        });
        return Told.parse(Kube.in("logs", name));
    }

    private Optional<Long> acknowledged() {
        String last = Kube.in("logs", name, "--tail=1").strip();
        return last.startsWith("acknowledged ") ? Optional.of(Long.valueOf(last.substring(last.indexOf(' ') + 1))) : Optional.empty();
    }
}
