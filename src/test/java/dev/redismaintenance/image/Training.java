package dev.redismaintenance.image;

import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Servers;
import dev.redismaintenance.ground.TestKubelet;
import dev.redismaintenance.operator.Ground;
import dev.redismaintenance.operator.Maintenances;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Runs the operator once, with the Java that goes into the image and against a real API server, so that Java writes down the classes as it has
 * loaded and linked them (JEP 483, 514). It does there what it is for, where the servers are built: else the first maintenance of each process would have
 * to load what that takes. Where there is no API server the image is made without: it starts later and is the same otherwise.
 */
public final class Training {
    private static final String POD = "cache-1";
    /** One that moves slots by itself, and one that has them moved key by key. */
    private static final List<String> SERVERS = List.of("valkey:9.1", "redis:7.0");

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
            environment.putAll(Map.of("QUARKUS_OPERATOR_SDK_NAMESPACES", "JOSDK_ALL_NAMESPACES", "JDK_JAVA_OPTIONS", Options.here()));
            String java = Path.of(args[0]).toAbsolutePath().resolve("rootfs") + Image.JAVA;
            // the profiles of JEP 515 are for the second compiler, which the options switch off, and would lie in memory
            List<String> command = List.of(java, "-XX:AOTCacheOutput=" + Options.CACHE, "-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining", "-jar", "quarkus-run.jar");
            try (OperatorRun run = OperatorRun.start(command, app, environment)) {
                run.awaitReady();
                exercise(client);
                run.end();
                if (!Files.exists(cache)) {
                    throw new IllegalStateException("Java has written no cache:\n" + run.log());
                }
            }
            System.out.printf("%s: %d MB%n", cache, Files.size(cache) / 1_000_000);
        }
    }

    private static void exercise(KubernetesClient client) throws InterruptedException, ExecutionException {
        Maintenances nowhere = new Maintenances(client, "default");
        nowhere.on("nobody", "nobody-0");
        nowhere.awaitStalled("nobody", Reason.PodNotFound);
        nowhere.delete("nobody");
        nowhere.awaitGone("nobody");
        if (!Servers.available()) {
            System.out.println("no servers here (make servers): Java sees no maintenance, and the first one of each process takes longer");
            return;
        }
        try (TestKubelet kubelet = TestKubelet.on(client).nodes(3).start()) {
            for (String server : SERVERS) {
                exercise(client, kubelet, server);
            }
        }
    }

    private static void exercise(KubernetesClient client, TestKubelet kubelet, String server) throws InterruptedException, ExecutionException {
        String namespace = server.replaceAll("[:.]", "-");
        Maintenances maintenances = new Maintenances(client, namespace);
        try (RedisCluster cluster = RedisCluster.on(client, kubelet).namespace(namespace).name("cache").image(server).primaries(3).replicasPerPrimary(1)
                .args("--save", "", "--repl-diskless-sync-delay", "0").create()) {
            maintenance(maintenances, cluster, "handover", spec -> { });
            maintenance(maintenances, cluster, "slots", spec -> spec.setDemoteNode(false));
            rehearsal(maintenances, "machine", spec -> {
                spec.setPodName(null);
                spec.setNodeName(kubelet.nodes().get(0));
            });
        }
    }

    /** First as a dry run. */
    private static void maintenance(Maintenances maintenances, RedisCluster cluster, String name, Consumer<NodeMaintenanceSpec> more) {
        rehearsal(maintenances, name + "-rehearsed", more);
        maintenances.on(name, POD, more);
        maintenances.awaitReady(name, Reason.InMaintenance);
        maintenances.delete(name);
        maintenances.awaitGone(name);
        cluster.awaitHealthy(Duration.ofSeconds(30));
    }

    private static void rehearsal(Maintenances maintenances, String name, Consumer<NodeMaintenanceSpec> more) {
        maintenances.on(name, POD, more.andThen(spec -> spec.setDryRun(true)));
        maintenances.await(name, "a plan", m -> m.getStatus().getPlan() != null && !m.getStatus().getPlan().isEmpty());
        maintenances.delete(name);
        maintenances.awaitGone(name);
    }
}
