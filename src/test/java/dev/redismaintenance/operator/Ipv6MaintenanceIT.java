package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.plan.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * Does a whole maintenance work where pods have IPv6 addresses only? One machine has a single such address on its loopback, so each case
 * runs in a process with a network of its own, which has many: API server, servers, client and operator are all in it.
 */
class Ipv6MaintenanceIT {
    private static final String PREFIX = "fd00:6:379::";
    private static final int ADDRESSES = 24;
    private static final String NETWORK = "ip link set lo up && for i in $(seq 1 " + ADDRESSES + "); do ip -6 addr add $(printf '" + PREFIX + "%x/128' $i) dev lo nodad || exit 9; done && exec \"$@\"";

    @Test
    void a_handover_a_new_pod_ip_and_a_spare_that_is_met_again() throws Exception {
        run("handover", "redis:7.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"valkey:8.1", "valkey:9.1"})
    void slots_move_out_and_back(String image) throws Exception {
        run("slots", image);
    }

    private static void run(String story, String image) throws IOException, InterruptedException {
        // skips, or fails, where its binaries are missing, as all others do
        ControlPlane.shared();
        assumeTrue(mayMakeNetworks(), "to make a network takes root, unshare and ip (util-linux, iproute2)");
        Process process = new ProcessBuilder("unshare", "--net", "sh", "-c", NETWORK, "sh", System.getProperty("java.home") + "/bin/java",
                "-Dground.ipv6=" + PREFIX, "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp", System.getProperty("java.class.path"),
                Story.class.getName(), story, image).redirectErrorStream(true).start();
        String output;
        try {
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), output);
        assertTrue(output.contains("told: " + story), output);
    }

    private static boolean mayMakeNetworks() throws InterruptedException {
        try {
            return new ProcessBuilder("unshare", "--net", "sh", "-c", "ip link set lo up").redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** What happens in the network. */
    static final class Story {
        private final Scene scene;

        private Story(Scene scene) {
            this.scene = scene;
        }

        public static void main(String[] args) {
            int exit = 1;
            try {
                tell(args[0].equals("handover"), args[1]);
                System.out.println("told: " + args[0]);
                exit = 0;
            } catch (Exception | AssertionError e) {
                e.printStackTrace();
            }
            // threads of clients that are closed would keep the process
            System.exit(exit);
        }

        private static void tell(boolean handover, String image) {
            try (Scene scene = new Scene(image, spec -> handover ? spec.spares(1) : spec)) {
                List<String> addresses = scene.cluster.pods().stream().map(scene.cluster::ip).toList();
                assertTrue(addresses.stream().allMatch(ip -> ip.startsWith(PREFIX)), addresses::toString);
                try (Jedis jedis = new Jedis(scene.cluster.ip("cache-0"), 6379)) {
                    String nodes = jedis.clusterNodes();
                    assertTrue(nodes.contains(" " + scene.cluster.ip("cache-1") + ":6379@" + (6379 + NodeRow.BUS)), nodes);
                }
                long keys = scene.cluster.keys();
                Story story = new Story(scene.withLedger());
                if (handover) {
                    story.handover();
                } else {
                    story.slots();
                }
                scene.assertRestored();
                scene.deleteLedger();
                assertEquals(keys, scene.cluster.keys());
            }
        }

        private void handover() {
            scene.maintenances.on("patch", "cache-1");
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            assertFalse(scene.servesSlots("cache-1"));
            String before = scene.cluster.ip("cache-1");
            scene.cluster.recreatePod("cache-1");
            assertFalse(before.equals(scene.cluster.ip("cache-1")));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            leave();
            assertTrue(scene.steps().contains("Meet"), () -> "" + scene.steps());
        }

        private void slots() {
            scene.maintenances.on("patch", "cache-1", spec -> spec.setDemoteNode(false));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            assertFalse(scene.servesSlots("cache-1"));
            leave();
        }

        private void leave() {
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
        }
    }
}
