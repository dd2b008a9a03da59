package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The operator's process is killed right after its n-th external call, for a spread of n over an enter + leave run on a real
 * API server and real servers under traffic; a new process goes on. The in-memory twin, {@link KilledAnywhereTest}, takes
 * every n.
 */
class KilledAnywhereIT {
    private static final int KILLS = 4;

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_new_process_reaches_the_same_end(String image) throws Exception {
        try (Ground ground = new Ground();
                RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                        .primaries(3).replicasPerPrimary(1).args("--cluster-node-timeout", "5000").create();
                Traffic traffic = Traffic.on(cluster).opsPerSecond(500).start()) {
            String before = state(cluster, ground);
            int calls;
            try (MortalProcess whole = new MortalProcess(ground.accountKubeconfig(), ground.namespace, 0)) {
                enterAndLeave(new Maintenances(ground.client, ground.namespace), whole::alive);
                calls = whole.calls().size();
            }
            awaitState(before, cluster, ground, "the undisturbed run");
            for (int i = 0; i < KILLS; i++) {
                int n = 1 + i * (calls - 1) / (KILLS - 1);
                try (Reviving operator = new Reviving(ground, n)) {
                    enterAndLeave(new Maintenances(ground.client, ground.namespace), operator::working);
                    operator.awaitEnd();
                    awaitState(before, cluster, ground, "killed at call " + n + " of " + calls + " (" + operator.lastCall() + ")");
                }
            }
            Traffic.Report report = traffic.stop();
            assertEquals(0, report.lost(), report::toString);
            assertEquals(0, report.stale(), report::toString);
        }
    }

    /** Its first process dies; the second does not. */
    private static final class Reviving implements AutoCloseable {
        private final Ground ground;
        private final MortalProcess first;
        private MortalProcess second;

        Reviving(Ground ground, int n) throws Exception {
            this.ground = ground;
            first = new MortalProcess(ground.accountKubeconfig(), ground.namespace, n);
        }

        /** Starts the second process when the first is dead. */
        synchronized boolean working() {
            try {
                if (second == null && !first.alive()) {
                    assertTrue(first.killed(), first.output());
                    second = new MortalProcess(ground.accountKubeconfig(), ground.namespace, 0);
                }
                return second == null || second.alive();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        /** A run may need fewer calls than the one that was counted; then the first process is still there. */
        void awaitEnd() {
            assertTrue(working());
        }

        String lastCall() throws java.io.IOException {
            return first.calls().isEmpty() ? "" : first.calls().get(first.calls().size() - 1);
        }

        @Override
        public void close() {
            first.close();
            if (second != null) {
                second.close();
            }
        }
    }

    private static void enterAndLeave(Maintenances maintenances, BooleanSupplier working) {
        maintenances.on("patch", "cache-1");
        await(working, "InMaintenance", () -> maintenances.get("patch").filter(m -> m.getStatus() != null && !m.getStatus().getConditions().isEmpty())
                .filter(m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.True, Reason.InMaintenance)).isPresent());
        maintenances.delete("patch");
        await(working, "gone", () -> maintenances.get("patch").isEmpty());
    }

    private static void await(BooleanSupplier working, String what, BooleanSupplier reached) {
        Awaitility.await(what).atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50))
                .until(() -> working.getAsBoolean() && reached.getAsBoolean());
    }

    private static void awaitState(String expected, RedisCluster cluster, Ground ground, String when) {
        Awaitility.await(when).atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertEquals(expected, state(cluster, ground), when));
    }

    /** Placement, settings, marks and snapshots. */
    private static String state(RedisCluster cluster, Ground ground) {
        cluster.awaitHealthy(Duration.ofSeconds(30));
        Placement placement = cluster.placement();
        Map<String, String> settings = new TreeMap<>();
        Map<String, String> marks = new TreeMap<>();
        for (String pod : cluster.pods()) {
            cluster.settings(pod, Setting.CHANGED.toArray(String[]::new)).forEach((name, value) -> settings.put(pod + " " + name, value));
            var meta = ground.client.pods().inNamespace(ground.namespace).withName(pod).get().getMetadata();
            marks.put(pod, meta.getLabels() + " " + meta.getAnnotations());
        }
        return placement + "\n" + settings + "\n" + marks + "\n" + new Maintenances(ground.client, ground.namespace).snapshots().size() + " snapshots";
    }
}
