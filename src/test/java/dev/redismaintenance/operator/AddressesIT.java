package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * Does a whole maintenance work where no node is known by its pod's IP? Each announces an address of its own that stays when the pod gets
 * a new IP, as behind NAT, a hostname that clients are sent to and that nobody can resolve, and a bus port that is not 10000 above the other.
 */
class AddressesIT {
    private static final int BUS_PORT = 17_999;

    private final String network = "127.251." + ThreadLocalRandom.current().nextInt(1, 255) + ".";
    private Scene scene;

    @AfterEach
    void stop() {
        scene.close();
    }

    private Scene scene(String image, int spares) {
        return new Scene(image, spec -> announced(spec.spares(spares)));
    }

    private ClusterSpec announced(ClusterSpec spec) {
        return spec.ports(6379, BUS_PORT).args("--cluster-preferred-endpoint-type", "hostname").pods(this::announced);
    }

    private Pod announced(Pod pod) {
        String name = pod.getMetadata().getName();
        String address = network + (1 + Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)));
        return new PodBuilder(pod).editMetadata().addNewOwnerReference().withApiVersion("example.org/v1").withKind("SomeCluster").withName("cache")
                .withUid("00000000-0000-0000-0000-000000000001").withController(true).endOwnerReference().endMetadata()
                .editSpec().editFirstContainer().addToArgs("--cluster-announce-ip", address, "--cluster-announce-hostname", name + ".cache.example",
                        "--bind", "$(POD_IP)", address).endContainer().endSpec().build();
    }

    /** Redis lets a spare go by a reset, so it has to be met again: at the address and the bus port that it announces. */
    @Test
    void a_handover_a_new_pod_ip_and_a_spare_that_is_met_again() {
        scene = scene("redis:7.0", 1);
        assertTrue(nodes("cache-0").contains(network + "2:6379@" + BUS_PORT + ",cache-1.cache.example"), nodes("cache-0"));
        scene.entersAndIsMadeAnew("patch", "cache-1");
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
        assertTrue(scene.steps().contains("Meet"), () -> "" + scene.steps());
    }

    /** The source of a move dials the target by itself. */
    @Test
    void slots_that_move_key_by_key() {
        scene = scene("valkey:8.1", 0);
        slotsMoveOutAndBack("cache-1");
    }

    /** Clients are told no address at all, only "where you are now": a load balancer is in front. It may be set at any time. */
    @Test
    void where_clients_are_told_no_address_at_all() {
        scene = scene("redis:8.0", 0);
        scene.cluster.pods().forEach(pod -> {
            try (Jedis jedis = scene.cluster.jedis(pod)) {
                jedis.configSet("cluster-preferred-endpoint-type", "unknown-endpoint");
            }
        });
        long keys = scene.cluster.keys();
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
        assertEquals(keys, scene.cluster.keys());
        slotsMoveOutAndBack("cache-2");
    }

    private void slotsMoveOutAndBack(String pod) {
        long keys = scene.cluster.keys();
        scene.maintenances.on("slots", pod, spec -> spec.setDemoteNode(false));
        scene.maintenances.awaitReady("slots", Reason.InMaintenance);
        assertFalse(scene.servesSlots(pod));
        scene.maintenances.delete("slots");
        scene.maintenances.awaitGone("slots");
        scene.assertRestored();
        assertEquals(keys, scene.cluster.keys());
    }

    private String nodes(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return jedis.clusterNodes();
        }
    }
}
