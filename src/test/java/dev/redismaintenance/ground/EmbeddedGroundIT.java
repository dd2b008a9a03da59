package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The same kubelet and clusters on the embedded API server, as the demo has them where no real one can be had. */
class EmbeddedGroundIT {

    @Test
    void aClusterFormsCarriesTrafficAndOutlivesTheRecreationOfAPod() {
        try (ApiServer server = EmbeddedApiServer.start(); KubernetesClient client = server.client();
                TestKubelet kubelet = TestKubelet.on(client).nodes(3).start();
                RedisCluster cluster = RedisCluster.on(client, kubelet).namespace("embedded").create();
                Traffic traffic = Traffic.on(cluster).start()) {
            String address = cluster.ip("cache-3");
            cluster.recreatePod("cache-3");
            cluster.awaitHealthy(Duration.ofSeconds(30));
            assertNotEquals(address, cluster.ip("cache-3"));
            traffic.awaitWrites(500);
            Traffic.Report report = traffic.stop();
            assertEquals(0, report.lost() + report.stale() + report.failed(), report.toString());
        }
    }
}
