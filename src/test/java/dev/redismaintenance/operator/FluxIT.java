package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.Flux;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The recipe of {@code docs/gitops.md}, file by file, carried out by Flux's own kustomize-controller; skipped where {@code make gitops} has not built it. */
class FluxIT {
    private static final Path RECIPE = Path.of("k8s", "gitops", "flux");
    private static final String MAINTENANCE = "k8s/gitops/flux/maintenance/maintenance.yaml";
    private static final String NAME = "worker-2-firmware";

    @Test
    void the_work_begins_when_the_machine_may_be_serviced_and_what_is_taken_out_of_git_is_put_back() throws IOException {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground); Flux flux = new Flux(ground.client, ground.namespace, ground.api.kubeconfig())) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            Map<String, String> files = recipe(ground, cluster);
            flux.commit("1111", files);
            kustomizations(ground);
            Awaitility.await("applied by Flux").atMost(Duration.ofSeconds(60)).until(() -> maintenances.get(NAME).isPresent());
            // nobody looks at it yet: a status without conditions must not be taken for the end
            Awaitility.await().during(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(30)).until(() -> !flux.said("worker-2-maintenance").ready().equals("True") && job(ground) == null);
            try (RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
                NodeMaintenance in = maintenances.awaitReady(NAME, Reason.InMaintenance);
                flux.await("worker-2-maintenance", "1111", "True");
                Awaitility.await("the work").atMost(Duration.ofSeconds(60)).until(() -> job(ground) != null);
                assertFalse(Instant.parse(job(ground).getMetadata().getCreationTimestamp()).isBefore(Instant.parse(since(in))), "the work began before Ready=True");
                done(ground);
                flux.await("worker-2-work", "1111", "True");
                assertEquals(in.getMetadata().getGeneration(), maintenances.get(NAME).orElseThrow().getMetadata().getGeneration());

                files.keySet().removeIf(file -> file.endsWith(".yaml"));
                flux.commit("2222", files);
                maintenances.awaitGone(NAME);
                Awaitility.await("the work is pruned").atMost(Duration.ofSeconds(60)).until(() -> job(ground) == null);
                flux.await("worker-2-maintenance", "2222", "True");
                assertEquals(before, cluster.placement());
                assertEquals(List.of(), maintenances.snapshots());
            }
        }
    }

    @Test
    void one_that_is_refused_is_said_at_once_and_one_with_mode_off_is_ready_when_all_is_restored() throws IOException {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground); RunningOperator operator = new RunningOperator(ground.account(), ground.namespace);
                Flux flux = new Flux(ground.client, ground.namespace, ground.api.kubeconfig())) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            Map<String, String> files = recipe(ground, cluster);
            String good = files.get(MAINTENANCE);
            files.put(MAINTENANCE, good.replaceAll("nodeName: .*", "nodeName: no-such-machine"));
            flux.commit("1111", files);
            kustomizations(ground);
            maintenances.awaitStalled(NAME, Reason.KubernetesNodeNotFound);
            Flux.Said refused = flux.await("worker-2-maintenance", "1111", "False");
            assertEquals("HealthCheckFailed", refused.reason(), refused::toString);
            assertNull(job(ground));
            // another target is another maintenance, as the API server says to whoever changes it
            maintenances.delete(NAME);
            maintenances.awaitGone(NAME);

            files.put(MAINTENANCE, good + "  mode: \"Off\"\n");
            flux.commit("2222", files);
            flux.await("worker-2-maintenance", "2222", "True");
            NodeMaintenance off = maintenances.get(NAME).orElseThrow();
            assertEquals(Mode.Off, off.getSpec().getMode());

            files.put(MAINTENANCE, good);
            flux.commit("3333", files);
            flux.await("worker-2-maintenance", "3333", "True");
            maintenances.awaitReady(NAME, Reason.InMaintenance);
            files.put(MAINTENANCE, good + "  mode: \"Off\"\n");
            flux.commit("4444", files);
            flux.await("worker-2-maintenance", "4444", "True");
            assertTrue(Maintenances.has(maintenances.get(NAME).orElseThrow(), ConditionType.Ready, ConditionStatus.True, Reason.Restored));
            assertEquals(before, cluster.placement());
        }
    }

    private static RedisCluster cluster(Ground ground) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image("valkey:9.1").primaries(3)
                .replicasPerPrimary(1).args("--cluster-node-timeout", "5000").create();
        cluster.loadData(1_000_000);
        return cluster;
    }

    /** As documented, but for the names of the namespaces and the machine. */
    private static Map<String, String> recipe(Ground ground, RedisCluster cluster) throws IOException {
        String machine = ground.client.pods().inNamespace(ground.namespace).withName("cache-1").get().getSpec().getNodeName();
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(RECIPE)) {
            for (Path file : all.filter(f -> Files.isRegularFile(f) && !f.getParent().equals(RECIPE)).toList()) {
                files.put(file.toString(), here(ground, Files.readString(file)).replace("nodeName: worker-2", "nodeName: " + machine));
            }
        }
        return files;
    }

    private static void kustomizations(Ground ground) throws IOException {
        String text = here(ground, Files.readString(RECIPE.resolve("kustomizations.yaml")));
        ground.client.load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).serverSideApply();
    }

    private static String here(Ground ground, String text) {
        return text.replace("namespace: cache", "namespace: " + ground.namespace).replace("namespace: flux-system", "namespace: " + ground.namespace);
    }

    private static Job job(Ground ground) {
        return ground.client.batch().v1().jobs().inNamespace(ground.namespace).withName(NAME).get();
    }

    /** The machine was serviced: there is no controller of Jobs here that would run it. */
    private static void done(Ground ground) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String conditions = Stream.of("SuccessCriteriaMet", "Complete")
                .map(type -> "{\"type\":\"" + type + "\",\"status\":\"True\",\"lastTransitionTime\":\"" + now + "\"}").collect(Collectors.joining(","));
        ground.client.batch().v1().jobs().inNamespace(ground.namespace).withName(NAME).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE),
                "{\"status\":{\"startTime\":\"" + now + "\",\"completionTime\":\"" + now + "\",\"succeeded\":1,\"conditions\":[" + conditions + "]}}");
    }

    private static String since(NodeMaintenance m) {
        return ConditionList.find(m.getStatus().getConditions(), ConditionType.Ready).orElseThrow().getLastTransitionTime();
    }
}
