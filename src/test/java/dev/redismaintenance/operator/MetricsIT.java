package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.demo.OperatorProcess;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.metrics.Metric;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Does the packaged operator tell in numbers, over HTTP, and in its log what it does? */
class MetricsIT {
    private final HttpClient http = HttpClient.newHttpClient();
    private Ground ground;
    private Maintenances maintenances;

    @BeforeEach
    void start() {
        assertTrue(OperatorProcess.available(), "the operator is not packaged: mvn package");
        ground = new Ground();
        maintenances = new Maintenances(ground.client, ground.namespace);
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    @Test
    void a_move_of_slots_and_a_handover_are_told_in_numbers_and_gone_from_them_when_they_are_over() throws Exception {
        try (RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image("valkey:9.1")
                .primaries(3).replicasPerPrimary(1).args("--cluster-node-timeout", "5000").create();
                OperatorProcess operator = OperatorProcess.start(ground.accountKubeconfig(), ground.namespace)) {
            cluster.loadData(10_000_000);
            awaitListening(operator);
            assertEquals(0, scrape(operator).get("redis_maintenance_moved_bytes_total"), "counted from the start");
            assertEquals(0, scrape(operator).get("redis_maintenance_reconciliations_total{outcome=\"Failed\"}"));

            maintenances.on("patch", "cache-1", spec -> spec.setDemoteNode(false));
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            String of = "{name=\"patch\",namespace=\"" + ground.namespace + "\"}";
            awaitNumber(operator, "redis_maintenance_ready" + of, 1);
            Map<String, Double> told = scrape(operator);
            assertEquals(1, told.get("redis_maintenance_closed" + of));
            assertEquals(Instant.parse(in.getStatus().getSince()).getEpochSecond(), told.get("redis_maintenance_since_timestamp_seconds" + of));
            assertEquals(100, told.get("redis_maintenance_progress_percent" + of));
            assertEquals(0, told.get("redis_maintenance_stalled" + of));
            assertEquals(1, told.get("redis_maintenance_phase{name=\"patch\",namespace=\"" + ground.namespace + "\",reason=\"InMaintenance\",target=\"pod/cache-1\"}"));
            assertEquals(1, told.keySet().stream().filter(k -> k.startsWith("redis_maintenance_phase")).count(), "no phase stays behind");
            double out = told.get("redis_maintenance_moved_bytes_total");
            assertTrue(out > 1_000_000, out + " bytes of a third of 10 MB");
            assertTrue(told.get("redis_maintenance_step_duration_seconds_count{step=\"MoveSlots\"}") >= 1);
            assertTrue(told.get("redis_maintenance_step_duration_seconds_sum{step=\"MoveSlots\"}") > 0);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            awaitNothingOf(operator, "patch");
            // who carried the last slots counts what arrived a moment after everybody can see it
            Awaitility.await("they have come back").atMost(Duration.ofSeconds(20)).until(() -> scrape(operator).get("redis_maintenance_moved_bytes_total") > 1.5 * out);
            assertEquals(0, scrape(operator).get("redis_maintenance_failovers_total{outcome=\"Promoted\"}"));

            maintenances.on("other", "cache-2");
            maintenances.awaitReady("other", Reason.InMaintenance);
            maintenances.delete("other");
            maintenances.awaitGone("other");
            awaitNothingOf(operator, "other");
            assertEquals(2, scrape(operator).get("redis_maintenance_failovers_total{outcome=\"Promoted\"}"), "there and back");
            assertNoneUnknown(scrape(operator));

            maintenances.on("forced", "cache-2");
            maintenances.awaitReady("forced", Reason.InMaintenance);
            removeByForce("forced");
            awaitNothingOf(operator, "forced");
            List<String> ours = Files.readAllLines(operator.log()).stream().filter(line -> line.contains("[MaintenanceLoop]") || line.contains("[StatusWriter]")).toList();
            assertTrue(ours.stream().anyMatch(line -> line.contains("] " + ground.namespace + "/patch MovingSlots: ")), () -> String.join("\n", ours));
            assertTrue(ours.stream().allMatch(line -> line.matches(".*] " + ground.namespace + "/(patch|other|forced) .*")), () -> String.join("\n", ours));
        }
    }

    @Test
    void a_log_of_json_names_the_maintenance_in_each_line_about_it() throws Exception {
        try (OperatorProcess operator = OperatorProcess.start(ground.accountKubeconfig(), ground.namespace, Map.of("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true"))) {
            awaitListening(operator);
            maintenances.on("lost", "no-such-pod");
            maintenances.awaitStalled("lost", Reason.PodNotFound);
            awaitNumber(operator, "redis_maintenance_stalled{name=\"lost\",namespace=\"" + ground.namespace + "\"}", 1);
            ObjectMapper json = new ObjectMapper();
            Set<String> about = Files.readAllLines(operator.log()).stream().map(line -> read(json, line))
                    .filter(line -> line.get("loggerName").asText().endsWith("StatusWriter")).map(line -> line.get("mdc").get("maintenance").asText()).collect(Collectors.toSet());
            assertEquals(Set.of(ground.namespace + "/lost"), about);
        }
    }

    /** As a person does who has no patience. */
    private void removeByForce(String name) {
        maintenances.delete(name);
        ground.client.resources(NodeMaintenance.class).inNamespace(ground.namespace).withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        assertEquals(Optional.empty(), maintenances.get(name));
    }

    private static JsonNode read(ObjectMapper json, String line) {
        try {
            return json.readTree(line);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }

    private Map<String, Double> scrape(OperatorProcess operator) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(operator.http().orElseThrow().resolve("/q/metrics")).header("Accept", "text/plain").build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        Map<String, Double> numbers = new TreeMap<>();
        answer.body().lines().filter(line -> line.startsWith("redis_maintenance")).forEach(line -> numbers.put(line.substring(0, line.lastIndexOf(' ')).replace(",}", "}"),
                Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
        return numbers;
    }

    private static void awaitListening(OperatorProcess operator) throws IOException, InterruptedException {
        assertTrue(operator.awaitStarted(), "it ended");
        Awaitility.await("listening").atMost(Duration.ofSeconds(30)).until(() -> operator.http().isPresent());
    }

    private void awaitNumber(OperatorProcess operator, String series, double value) {
        Awaitility.await(series).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Map<String, Double> numbers = scrape(operator);
            assertEquals(value, numbers.get(series), numbers::toString);
        });
    }

    private void awaitNothingOf(OperatorProcess operator, String name) {
        Awaitility.await("nothing of " + name).atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertEquals(Set.of(),
                scrape(operator).keySet().stream().filter(series -> series.contains("name=\"" + name + "\"")).collect(Collectors.toSet())));
    }

    private static void assertNoneUnknown(Map<String, Double> numbers) {
        Set<String> known = Arrays.stream(Metric.values()).flatMap(m -> m.series().stream()).collect(Collectors.toSet());
        Set<String> told = numbers.keySet().stream().map(series -> series.replaceAll("\\{.*", "")).collect(Collectors.toSet());
        assertFalse(told.isEmpty());
        assertEquals(Set.of(), told.stream().filter(name -> !known.contains(name)).collect(Collectors.toSet()));
    }
}
