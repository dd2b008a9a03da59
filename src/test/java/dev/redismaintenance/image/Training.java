package dev.redismaintenance.image;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.operator.Ground;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the operator once, with the Java that goes into the image and against a real API server, so that Java writes down the classes as it has
 * loaded and linked them (JEP 483, 514). Where there is no API server the image is made without: it starts later and is the same otherwise.
 */
public final class Training {
    private static final String SOMETHING_TO_LOOK_AT = """
            apiVersion: redis-maintenance.dev/v1alpha1
            kind: NodeMaintenance
            metadata: {name: training, namespace: default}
            spec: {podName: nobody-0, reason: training}
            """;

    private Training() {
    }

    /** @param args the stage, with {@code rootfs/} and {@code app/} */
    public static void main(String[] args) throws Exception {
        run(args);
        // threads of clients that are closed would keep the process
        System.exit(0);
    }

    private static void run(String[] args) throws Exception {
        Path app = Path.of(args[0]).toAbsolutePath().resolve("app");
        Path cache = app.resolve(Options.CACHE);
        if (!ControlPlane.available()) {
            System.out.println("no API server here (make kube-binaries): the image is made without a cache of its classes");
            return;
        }
        try (ControlPlane api = ControlPlane.start(); KubernetesClient client = api.client()) {
            Ground.install(client);
            Map<String, String> environment = new HashMap<>(PodAccess.admin(api).elsewhere(Path.of(args[0]).toAbsolutePath().resolve("serviceaccount")));
            environment.putAll(Map.of("QUARKUS_OPERATOR_SDK_NAMESPACES", "default", "JDK_JAVA_OPTIONS", Options.DEFAULT));
            String java = Path.of(args[0]).toAbsolutePath().resolve("rootfs") + Image.JAVA;
            try (OperatorRun run = OperatorRun.start(List.of(java, "-XX:AOTCacheOutput=" + Options.CACHE, "-jar", "quarkus-run.jar"), app, environment)) {
                run.awaitReady();
                client.resource(Serialization.unmarshal(SOMETHING_TO_LOOK_AT, NodeMaintenance.class)).create();
                while (client.resources(NodeMaintenance.class).inNamespace("default").withName("training").get().getStatus().getConditions().isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                run.end();
                if (!Files.exists(cache)) {
                    throw new IllegalStateException("Java has written no cache:\n" + run.log());
                }
            }
            System.out.printf("%s: %d MB%n", cache, Files.size(cache) / 1_000_000);
        }
    }
}
