package dev.redismaintenance.image;

import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.operator.Ground;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs what is in the image ({@link Container}) and prints how long it takes to be ready and what memory it then has. Needs to be root on Linux, and an API server. */
public final class ImageCheck {
    private static final int ROUNDS = 3;

    private ImageCheck() {
    }

    /** @param args the tar of the image; a directory that may be written */
    public static void main(String[] args) {
        int status = 1;
        try {
            run(args);
            status = 0;
        } catch (Exception e) {
            e.printStackTrace();
        }
        // threads of clients that are closed would keep the process
        System.exit(status);
    }

    private static void run(String[] args) throws Exception {
        if (!Container.possible()) {
            System.out.println("not tried: that needs an API server (make kube-binaries) and root");
            return;
        }
        Container container = Container.unpack(Path.of(args[0]), Path.of(args[1]));
        try (ControlPlane api = ControlPlane.start(); KubernetesClient client = api.client()) {
            Ground.install(client);
            for (int i = 0; i < ROUNDS; i++) {
                try (OperatorRun run = container.start(PodAccess.admin(api), Map.of("QUARKUS_OPERATOR_SDK_NAMESPACES", "default"))) {
                    Duration ready = run.awaitReady();
                    TimeUnit.SECONDS.sleep(8);
                    System.out.printf("ready after %.1f s, %d MiB resident 8 s later%n", ready.toMillis() / 1000.0, run.resident());
                    run.end();
                }
            }
        }
    }
}
