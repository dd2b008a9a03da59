package dev.redismaintenance.bench;

import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Servers;
import dev.redismaintenance.ground.TestKubelet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;

/** Makes fresh clusters of one server version with the data in place. */
final class Stages {
    /** The servers' default: however long a move holds a server, nobody takes it for dead. */
    static final Duration NODE_TIMEOUT = Duration.ofSeconds(15);

    /** Shorter, because Redis lets a node take over only once in four of them. */
    static final Duration WITH_SPARE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final TestKubelet kubelet;
    private final String image;
    private final int megabytes;
    private final int spares;
    private int made;

    Stages(KubernetesClient client, TestKubelet kubelet, String image, int megabytes, int spares) {
        this.client = client;
        this.kubelet = kubelet;
        this.image = image;
        this.megabytes = megabytes;
        this.spares = spares;
    }

    /** @param bytes all values of the shard that moves */
    record Set(Stage stage, long bytes) implements AutoCloseable {
        @Override
        public void close() {
            stage.cluster().close();
        }
    }

    /**
     * An emptied primary stays one. The servers' wait of five seconds before a full copy, for more replicas to share it with, is
     * switched off: it would be a part of every copy.
     */
    Set set() throws Exception {
        made++;
        long begin = System.nanoTime();
        String name = image.replaceAll("\\W", "") + "-" + spares + "-" + made;
        String timeout = String.valueOf((spares > 0 ? WITH_SPARE : NODE_TIMEOUT).toMillis());
        RedisCluster cluster = RedisCluster.on(client, kubelet).name(name).image(image).primaries(3).replicasPerPrimary(0).spares(spares)
                .args("--save", "", "--appendonly", "no", "--cluster-node-timeout", timeout,
                        "--cluster-allow-replica-migration", "no", "--repl-diskless-sync-delay", "0").create();
        try {
            Stage stage = Stage.of(cluster, Servers.tool(image));
            long bytes = new Loader(cluster, stage.x().pod()).load(Stage.ALL_OF_X, (int) (megabytes * 1_000_000L / Loader.VALUE_BYTES));
            System.out.println(Text.of("%s: 3 primaries%s, %d MB in the first; ready in %.1f s", image, spares > 0 ? " and " + spares + " spare" : "",
                    bytes / 1_000_000, (System.nanoTime() - begin) / 1e9));
            return new Set(stage, bytes);
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }
}
