package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.OwnNetwork;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * Does a whole maintenance work where pods have IPv6 addresses only, and where clients go by names that DNS does not know at once? One machine has a
 * single such address on its loopback, and its names are everybody's, so each case runs in a process with a network and an
 * {@code /etc/hosts} of its own: API server, servers, client and operator are all in it.
 */
class OwnNetworkIT {
    private static final String PREFIX = "fd00:6:379::";
    private static final int ADDRESSES = 24;
    private static final String SETUP = "ip link set lo up && for i in $(seq 1 " + ADDRESSES + "); do ip -6 addr add $(printf '" + PREFIX + "%x/128' $i) dev lo nodad || exit 9; done"
            + " && cp /etc/hosts $HOSTS && mount --bind $HOSTS /etc/hosts && exec \"$@\"";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @Test
    void a_handover_a_new_pod_ip_and_a_spare_that_is_met_again() throws Exception {
        run("handover", "redis:7.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"valkey:8.1", "valkey:9.1"})
    void slots_move_out_and_back(String image) throws Exception {
        run("slots", image);
    }

    @Test
    void a_shard_comes_back_when_the_name_of_its_pod_is_known() throws Exception {
        run("names", "valkey:8.1");
    }

    private static void run(String story, String image) throws IOException, InterruptedException {
        // skips, or fails, where its binaries are missing, as all others do
        ControlPlane.shared();
        List<String> lacking = OwnNetwork.lacking();
        assumeTrue(lacking.isEmpty(), () -> "to make a network takes root with CAP_SYS_ADMIN, unshare, mount and ip (util-linux, iproute2); lacking here: " + lacking);
        assertEquals("", OwnNetwork.trial(), "this is root with CAP_SYS_ADMIN and all tools are there, and yet no network can be made, which must not hide as a skipped test");
        Path told = Files.createTempFile("own-network-", ".log");
        Path hosts = Files.createTempFile("own-network-", ".hosts");
        List<String> within = List.of("sh", "-c", SETUP, "sh",
                System.getProperty("java.home") + "/bin/java", "-Dground.ipv6=" + PREFIX, "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp", System.getProperty("java.class.path"), Story.class.getName(), story, image);
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(OwnNetwork.COMMAND.stream(), within.stream()).toList())
                .redirectErrorStream(true).redirectOutput(told.toFile());
        builder.environment().put("HOSTS", hosts.toString());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), () -> "no end: " + text(told));
            assertEquals(0, process.exitValue(), () -> text(told));
            assertTrue(text(told).contains("told: " + story), () -> text(told));
        } finally {
            // with it go all that it has started: it is the first process of their pid namespace
            process.destroyForcibly().waitFor();
            Files.delete(told);
            Files.delete(hosts);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What happens in the network. */
    static final class Story {
        private static final Path HOSTS = Path.of("/etc/hosts");
        private final Scene scene;

        private Story(Scene scene) {
            this.scene = scene;
        }

        public static void main(String[] args) {
            int exit = 1;
            try {
                tell(args[0], args[1]);
                System.out.println("told: " + args[0]);
                exit = 0;
            } catch (Exception | AssertionError e) {
                e.printStackTrace();
            }
            // threads of clients that are closed would keep the process
            System.exit(exit);
        }

        private static void tell(String story, String image) {
            try (Scene scene = new Scene(image, spec -> spec.spares(story.equals("handover") ? 1 : 0).pods(pod -> story.equals("names") ? named(pod) : pod))) {
                List<String> addresses = scene.cluster.pods().stream().map(scene.cluster::ip).toList();
                assertTrue(addresses.stream().allMatch(ip -> ip.startsWith(PREFIX)), addresses::toString);
                try (Jedis jedis = new Jedis(scene.cluster.ip("cache-0"), 6379)) {
                    String nodes = jedis.clusterNodes();
                    assertTrue(nodes.contains(" " + scene.cluster.ip("cache-1") + ":6379@" + (6379 + NodeRow.BUS)), nodes);
                }
                long keys = scene.cluster.keys();
                Story told = new Story(scene.withLedger());
                switch (story) {
                    case "handover" -> told.handover();
                    case "slots" -> told.slots();
                    default -> told.names();
                }
                scene.assertRestored();
                scene.deleteLedger();
                assertEquals(keys, scene.cluster.keys());
            }
        }

        private static Pod named(Pod pod) {
            return new PodBuilder(pod).editSpec().editFirstContainer().addToArgs("--cluster-announce-hostname", name(pod.getMetadata().getName())).endContainer().endSpec().build();
        }

        private static String name(String pod) {
            return pod + ".cache.example";
        }

        private void handover() {
            scene.entersAndIsMadeAnew("patch", "cache-1");
            leave();
            assertTrue(scene.steps().contains("Meet"), () -> "" + scene.steps());
        }

        private void slots() {
            scene.maintenances.on("patch", "cache-1", spec -> spec.setDemoteNode(false));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            assertFalse(scene.servesSlots("cache-1"));
            leave();
        }

        private void names() {
            know(scene.cluster.pods());
            scene.maintenances.on("patch", "cache-1");
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            know(scene.cluster.pods().stream().filter(pod -> !pod.equals("cache-1")).toList());
            scene.cluster.recreatePod("cache-1");
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            scene.mode("patch", Mode.Off);
            NodeMaintenance waits = scene.maintenances.await("patch", "waits for the name", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.WaitingForName));
            String message = ConditionList.find(waits, ConditionType.Ready).orElseThrow().getMessage();
            assertTrue(message.contains("the name cache-1.cache.example"), message);
            assertFalse(scene.servesSlots("cache-1"));
            know(scene.cluster.pods());
            scene.maintenances.awaitReady("patch", Reason.Restored);
        }

        /** From now on these names are known, and no others. */
        private void know(List<String> pods) {
            String lines = "127.0.0.1 localhost\n" + pods.stream().map(pod -> scene.cluster.ip(pod) + " " + name(pod) + "\n").collect(Collectors.joining());
            try {
                Files.writeString(HOSTS, lines);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void leave() {
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
        }
    }
}
