package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two operator processes on one namespace, as when two replicas run without leader election: does one act at a time? */
class LeaseIT {
    private static final Set<String> LOOKS = Set.of("report", "denied", "keysInSlot", "pods", "pod", "maintenances", "snapshots", "snapshot", "secret", "lease",
            "writeLease");
    private static final String POD = "cache-1";

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:8.1"}) // an atomic migration would be over before anybody could be killed
    void while_slots_move_one_acts_and_the_other_goes_on_when_it_is_killed(String image) throws Exception {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image);
                MortalProcess first = new MortalProcess(ground.accountKubeconfig(), ground.namespace, 0);
                MortalProcess second = new MortalProcess(ground.accountKubeconfig(), ground.namespace, 0);
                Traffic traffic = Traffic.on(cluster).opsPerSecond(500).start()) {
            Placement before = cluster.placement();
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            maintenances.on("patch", POD);
            maintenances.awaitMoving("patch");
            boolean firstActs = changes(first).contains("mark");
            MortalProcess actor = firstActs ? first : second;
            MortalProcess other = firstActs ? second : first;
            // before anybody holds the lease both may tell what they see
            List<String> told = changes(other);
            awaitMoreCalls(other, 10);
            assertEquals(told, changes(other), "while another acts it does not even report");
            assertTrue(Set.of("event", "writeStatus").containsAll(told), told::toString);
            actor.kill();
            assertTrue(changes(actor).contains("recordTransfers"), () -> text(actor));
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertTrue(changes(other).size() > told.size());
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            traffic.awaitWrites(100);
            Traffic.Report report = traffic.stop();
            assertEquals(0, report.lost(), report::toString);
            assertEquals(0, report.stale(), report::toString);
            assertEquals(before, cluster.placement());
            awaitHolder(ground, "");
        }
    }

    @Test
    void a_process_that_ends_gives_the_lease_back_at_once() {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, "valkey:9.1")) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            // so long that nobody could wait for it
            Duration lease = Duration.ofHours(1);
            RunningOperator first = new RunningOperator(ground.account(), ground.namespace, k -> k, s -> s, Scene.QUICK, lease);
            maintenances.on("patch", POD);
            maintenances.awaitMoving("patch");
            assertFalse(holder(ground).isEmpty());
            first.close();
            assertEquals("", holder(ground));
            try (RunningOperator second = new RunningOperator(ground.account(), ground.namespace, k -> k, s -> s, Scene.QUICK, lease)) {
                maintenances.awaitReady("patch", Reason.InMaintenance);
                awaitHolder(ground, "");
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
        }
    }

    private static void awaitHolder(Ground ground, String expected) {
        Awaitility.await("held by '" + expected + "'").atMost(Duration.ofSeconds(20)).until(() -> holder(ground).equals(expected));
    }

    private static String holder(Ground ground) {
        Lease lease = ground.client.leases().inNamespace(ground.namespace).withName(NamespaceLease.NAME).get();
        return lease.getSpec().getHolderIdentity() == null ? "" : lease.getSpec().getHolderIdentity();
    }

    /** What it has done that is more than looking. */
    private static List<String> changes(MortalProcess process) throws IOException {
        return process.calls().stream().filter(c -> !LOOKS.contains(c.split(" ")[2])).map(c -> c.split(" ")[2]).toList();
    }

    private static void awaitMoreCalls(MortalProcess process, int more) throws IOException {
        int goal = process.calls().size() + more;
        Awaitility.await("more looks").atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> process.calls().size() >= goal);
    }

    private static String text(MortalProcess process) {
        try {
            return process.output();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static RedisCluster cluster(Ground ground, String image) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image).primaries(3)
                .replicasPerPrimary(0).args("--cluster-node-timeout", "5000", "--appendonly", "yes", "--appendfsync", "no", "--save", "").create();
        cluster.loadData(250_000_000);
        return cluster;
    }
}
