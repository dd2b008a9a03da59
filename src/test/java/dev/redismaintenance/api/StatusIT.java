package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.redismaintenance.api.RawApi.Answer;
import dev.redismaintenance.cluster.TimeText;
import dev.redismaintenance.kubernetes.Fabric8Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Can a status be written and read on a real API server as the conventions for Kubernetes status want it? */
class StatusIT {
    private static Installed installed;
    private static RawApi api;

    @BeforeAll
    static void install() {
        installed = Installed.crd();
        api = installed.api();
    }

    @AfterAll
    static void close() {
        installed.close();
    }

    @Test
    void a_fresh_object_is_not_taken_for_done() {
        Answer fresh = installed.created("fresh", "{podName: cache-2}");
        assertEquals(1, fresh.at("/metadata/generation").asInt());
        assertEquals(-1, fresh.at("/status/observedGeneration").asInt());
        assertEquals(-1, api.get("fresh").at("/status/observedGeneration").asInt());
        assertEquals(-1, installed.read("fresh").getStatus().getObservedGeneration());
    }

    @Test
    void spec_and_status_are_written_separately() {
        installed.created("split", "{podName: cache-2}");
        Answer specWriter = api.merge("split", "{\"spec\": {\"reason\": \"new\"}, \"status\": {\"target\": \"forged\"}}");
        assertEquals("new", specWriter.at("/spec/reason").asText());
        assertTrue(specWriter.at("/status/target").isMissingNode());
        assertEquals(2, specWriter.at("/metadata/generation").asInt());
        Answer statusWriter = api.merge("split/status", "{\"spec\": {\"reason\": \"forged\"}, \"status\": {\"target\": \"pod/cache-2\"}}");
        assertEquals("new", statusWriter.at("/spec/reason").asText());
        assertEquals("pod/cache-2", statusWriter.at("/status/target").asText());
        assertEquals(2, statusWriter.at("/metadata/generation").asInt());
    }

    @Test
    void a_full_status_survives_the_round_trip_and_compares_equal() {
        installed.created("full", "{podName: cache-2}");
        installed.applyStatus("full", StatusExample.inMaintenance());
        NodeMaintenance read = installed.read("full");
        assertEquals(StatusExample.inMaintenance(), read.getStatus());
        assertEquals(StatusExample.inMaintenance().hashCode(), read.getStatus().hashCode());
        assertEquals("cache-2", read.getSpec().getPodName());
    }

    @Test
    void writing_an_equal_status_is_no_write() {
        installed.created("equal", "{podName: cache-2}");
        installed.applyStatus("equal", StatusExample.inMaintenance());
        String version = installed.read("equal").getMetadata().getResourceVersion();
        installed.applyStatus("equal", StatusExample.inMaintenance());
        assertEquals(version, installed.read("equal").getMetadata().getResourceVersion());
    }

    @Test
    void the_writer_of_the_status_owns_nothing_of_the_spec() {
        installed.created("owned", "{podName: cache-2}");
        installed.applyStatus("owned", StatusExample.inMaintenance());
        installed.read("owned").getMetadata().getManagedFields().stream()
                .filter(entry -> entry.getManager().equals("operator"))
                .forEach(entry -> assertEquals(Set.of("f:status"), entry.getFieldsV1().getAdditionalProperties().keySet()));
    }

    @Test
    void items_of_conditions_gates_and_nodes_have_owners_of_their_own() {
        installed.created("maps", "{podName: cache-2}");
        applyItems("one", "Ready", "QuorumSafe", "cache-1");
        Answer both = applyItems("two", "Closed", "ClusterHealthy", "cache-2");
        for (String list : List.of("conditions", "gates", "nodes")) {
            assertEquals(2, both.at("/status/" + list).size(), list);
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments("{\"conditions\": [{\"type\": \"Ready\", \"status\": \"True\"}]}", "status.conditions[0].reason: Required value"),
                arguments("{\"gates\": [{\"name\": \"A\", \"verdict\": \"Maybe\"}]}", "status.gates[0].verdict: Unsupported value"),
                arguments("{\"gates\": [{\"name\": \"A\", \"verdict\": \"Passed\"}, {\"name\": \"A\", \"verdict\": \"Passed\"}]}",
                        "status.gates[1]: Duplicate value"),
                arguments("{\"progressPercent\": 101}", "progressPercent in body should be less than or equal to 100"),
                arguments("{\"since\": \"yesterday\"}", "since in body must be of type date-time"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_status_against_the_conventions_is_refused(String status, String message) {
        api.create(Installed.maintenance("wrong", "{podName: cache-2}"));
        api.merge("wrong/status", "{\"status\": " + status + "}").refusedWith(message);
    }

    private static NodeMaintenanceStatus closedSince(String since) {
        NodeMaintenanceStatus status = StatusExample.inMaintenance();
        status.setSince(since);
        status.setSnapshot(new SnapshotStatus("one", since, SnapshotOrigin.Taken));
        return status;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-01-31", "2026-01-31T08:00:00", "2026-01-31T24:00:00Z", "2026-06-30T23:59:60Z"})
    void what_is_no_time_is_refused_and_the_operator_knows_it_for_invalid(String since) {
        installed.created("times", "{podName: cache-2}");
        KubernetesException refused = assertThrows(KubernetesException.class,
                () -> new Fabric8Kubernetes(installed.client()).writeStatus(installed.read("times"), closedSince(since)));
        api.delete("times");
        assertTrue(refused.invalid() && !refused.forbidden() && refused.getMessage().contains("takenAt"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {TimeText.EXAMPLE, "2026-01-31T08:00:00.123456Z", "2026-01-31T08:00:00+01:00", "2024-02-29T23:59:59Z"})
    void what_the_operator_takes_for_a_time_is_taken_and_so_is_the_longest_message(String since) throws KubernetesException {
        installed.created("taken", "{podName: cache-2}");
        NodeMaintenanceStatus status = closedSince(since);
        status.setConditions(List.of(new Condition(ConditionType.Ready, ConditionStatus.True, 1L, TimeText.EXAMPLE, "InMaintenance", "\u00e4\u20ac".repeat(20_000))));
        new Fabric8Kubernetes(installed.client()).writeStatus(installed.read("taken"), status);
        assertEquals(status, installed.read("taken").getStatus());
        api.delete("taken");
    }

    private static Answer applyItems(String manager, String condition, String gate, String pod) {
        String status = """
                status:
                  conditions: [{type: %s, status: "True", reason: A, message: a, lastTransitionTime: "2026-11-22T10:00:00Z"}]
                  gates: [{name: %s, verdict: Passed}]
                  nodes: [{podName: %s}]
                """.formatted(condition, gate, pod);
        String manifest = Installed.maintenance("maps", "").replace("spec: \n", status);
        return api.apply("maps/status", manager, manifest).expect(200);
    }
}
