package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.TlsSpec;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.NeededCommand;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** Slots that move where all is TLS and the operator is a user with a name: servers log in to each other too (MIGRATE with AUTH2, or primaryauth). */
class SlotsTlsIT {
    private static final String PASSWORD = "pa55word-of-the-operator";

    @ParameterizedTest
    @CsvSource({"redis:7.0, KEY_BY_KEY", "redis:8.0, KEY_BY_KEY", "valkey:8.1, KEY_BY_KEY", "valkey:9.1, ATOMIC_FROM_SOURCE"})
    void the_slots_go_the_pod_is_made_again_and_they_come_back(String image, MoveWay way) {
        String[] rules = (NeededCommand.aclRules() + " " + NeededCommand.slotAclRules(way)).split(" ");
        try (LogTape log = new LogTape(); Ground ground = new Ground(); RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                .primaries(3).replicasPerPrimary(0).tls().password("pa55word-of-the-servers").acl("maintainer", PASSWORD, rules)
                .args("--cluster-node-timeout", "5000", "--save", "3600 1").create();
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace, k -> k, s -> s, Scene.QUICK);
                Traffic traffic = Traffic.on(cluster).opsPerSecond(500).start()) {
            cluster.loadData(20_000_000);
            ground.client.resource(new SecretBuilder().withNewMetadata().withNamespace(ground.namespace).withName("maintainer").endMetadata()
                    .withStringData(Map.of("user", "maintainer", "password", PASSWORD)).build()).create();
            Placement before = cluster.placement();
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            traffic.awaitWrites(100);
            maintenances.on("patch", "cache-1", spec -> {
                spec.setDemoteNode(false);
                spec.setConnection(connection());
            });
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertTrue(cluster.placement().of(cluster.nodeId("cache-1")).slots().isEmpty());
            traffic.awaitWrites(100);
            assertClean(traffic.stop());
            cluster.deletePod("cache-1");
            cluster.recreatePod("cache-1");
            try (Traffic back = Traffic.on(cluster).opsPerSecond(500).start()) {
                back.awaitWrites(100);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
                back.awaitWrites(100);
                assertClean(back.stop());
            }
            assertEquals(before, cluster.placement());
            for (String pod : cluster.pods()) {
                try (Jedis jedis = cluster.jedis(pod)) {
                    assertFalse(jedis.clusterNodes().contains("["), jedis.clusterNodes());
                }
            }
            assertTrue(log.lines().stream().anyMatch(line -> line.contains("InMaintenance")), "nothing was logged");
            assertTrue(log.lines().stream().noneMatch(line -> line.contains("pa55word")), "a password was logged");
        }
    }

    private static ConnectionSpec connection() {
        AuthSpec auth = new AuthSpec();
        auth.setSecretName("maintainer");
        auth.setUsernameKey("user");
        TlsSpec tls = new TlsSpec();
        tls.setCaSecretName("cache-tls");
        tls.setCertSecretName("cache-tls");
        tls.setServerName("cache.test");
        ConnectionSpec connection = new ConnectionSpec();
        connection.setAuth(auth);
        connection.setTls(tls);
        return connection;
    }

    private static void assertClean(Traffic.Report report) {
        assertEquals(0, report.lost(), report::toString);
        assertEquals(0, report.stale(), report::toString);
        assertEquals(0, report.failed(), report::toString);
    }
}
