package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.redismaintenance.api.RawApi.Answer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Does a real API server refuse and default a spec as the checked-in definition promises? */
class CrdIT {
    private static final String NO_NAME = "in body should match '^[a-z0-9]";
    private static final String LONG = "a".repeat(254);

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

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments("{}", "set exactly one of podName"),
                arguments("{podName: cache-2, nodeName: worker-3}", "set exactly one of podName"),
                arguments("{podName: Cache_2}", "spec.podName " + NO_NAME),
                arguments("{podName: ''}", "spec.podName in body should be at least 1 chars long"),
                arguments("{podName: " + LONG + "}", "spec.podName: Too long"),
                arguments("{nodeName: worker/3}", "spec.nodeName " + NO_NAME),
                arguments("{nodeName: ''}", "spec.nodeName in body should be at least 1 chars long"),
                arguments("{nodeName: " + LONG + "}", "spec.nodeName: Too long"),
                arguments("{podName: cache-2, mode: On}", "spec.mode in body must be of type string: \"boolean\""),
                arguments("{podName: cache-2, mode: 'on'}", "spec.mode: Unsupported value: \"on\": supported values: \"Off\", \"On\""),
                arguments("{podName: cache-2, snapshotName: a, skipShardsRestore: true}", "snapshotName says what to restore and skipShardsRestore"),
                arguments("{nodeName: worker-3, snapshotName: a}", "a snapshot is of one node"),
                arguments("{podName: cache-2, snapshotName: A}", "spec.snapshotName in body should match"),
                arguments("{podName: cache-2, snapshotName: " + LONG + "}", "spec.snapshotName: Too long"),
                arguments("{podName: cache-2, takeSnapshot: a}", "takeSnapshot records a snapshot ahead"),
                arguments("{nodeName: worker-1, mode: 'Off', takeSnapshot: a}", "takeSnapshot records a snapshot ahead"),
                arguments("{podName: cache-2, mode: 'Off', dryRun: true, takeSnapshot: a}", "takeSnapshot records a snapshot ahead"),
                arguments("{podName: cache-2, mode: 'Off', takeSnapshot: A}", "spec.takeSnapshot in body should match"),
                arguments("{podName: cache-2, maxConcurrentMoves: 0}", "spec.maxConcurrentMoves in body should be greater than or equal to 1"),
                arguments("{podName: cache-2, overrideGates: [QuorumSave]}", "spec.overrideGates[0]: Unsupported value: \"QuorumSave\": supported values: "),
                arguments("{podName: cache-2, overrideGates: [QuorumSafe, QuorumSafe]}", "spec.overrideGates[1]: Duplicate value: \"QuorumSafe\""),
                arguments("{podName: cache-2, reason: " + "a".repeat(1025) + "}", "spec.reason: Too long"),
                arguments("{podName: cache-2, evictActiveActiveReplica: true}", "unknown field \"spec.evictActiveActiveReplica\""));
    }

    static Stream<Arguments> connectionRefusals() {
        return Stream.of(
                arguments("{port: 0}", "spec.connection.port in body should be greater than or equal to 1"),
                arguments("{port: 65536}", "spec.connection.port in body should be less than or equal to 65535"),
                arguments("{auth: {}}", "spec.connection.auth.secretName: Required value"),
                arguments("{auth: {secretName: A}}", "spec.connection.auth.secretName " + NO_NAME),
                arguments("{auth: {secretName: a, usernameKey: a/b}}", "spec.connection.auth.usernameKey in body should match"),
                arguments("{auth: {secretName: a, passwordKey: a/b}}", "spec.connection.auth.passwordKey in body should match"),
                arguments("{tls: {caSecretName: A}}", "spec.connection.tls.caSecretName " + NO_NAME),
                arguments("{tls: {certSecretName: A}}", "spec.connection.tls.certSecretName " + NO_NAME),
                arguments("{tls: {serverName: '*.cache'}}", "spec.connection.tls.serverName " + NO_NAME),
                arguments("{password: secret}", "unknown field \"spec.connection.password\""));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_wrong_spec_is_refused_with_the_way_out(String spec, String message) {
        api.tryCreate(Installed.maintenance("wrong", spec)).refusedWith(message);
    }

    @ParameterizedTest
    @MethodSource("connectionRefusals")
    void wrong_connection_settings_are_refused_with_the_field(String connection, String message) {
        api.tryCreate(Installed.maintenance("wrong", "{podName: cache-2, connection: " + connection + "}")).refusedWith(message);
    }

    @Test
    void a_resource_without_spec_is_refused() {
        api.tryCreate(Installed.maintenance("wrong", "").replace("spec:", "")).refusedWith("spec: Required value");
    }

    @Test
    void whoever_names_only_the_pod_gets_the_documented_defaults() throws Exception {
        JsonNode spec = installed.created("defaults", "{podName: cache-2, connection: {auth: {secretName: a}}}").at("/spec");
        assertEquals(RawApi.MAPPER.readTree("""
                {"podName": "cache-2", "mode": "On", "overwriteSnapshot": false, "evictHaReplica": true, "snapshotName": "",
                 "takeSnapshot": "", "skipShardsRestore": false, "dryRun": false, "maxConcurrentMoves": 1,
                 "connection": {"auth": {"secretName": "a", "passwordKey": "password"}}}"""), spec);
    }

    @Test
    void the_java_defaults_are_those_of_the_schema() {
        NodeMaintenanceSpec inJava = new NodeMaintenanceSpec();
        inJava.setPodName("cache-2");
        inJava.setConnection(new ConnectionSpec());
        inJava.getConnection().setAuth(new AuthSpec());
        inJava.getConnection().getAuth().setSecretName("a");
        installed.created("java-defaults", "{podName: cache-2, connection: {auth: {secretName: a}}}");
        assertEquals(Serialization.asJson(inJava), Serialization.asJson(installed.read("java-defaults").getSpec()));
    }

    @Test
    void demoteNode_has_no_default_and_null_is_unset() {
        assertTrue(installed.created("demote-unset", "{podName: cache-2}").at("/spec/demoteNode").isMissingNode());
        assertTrue(installed.created("demote-null", "{podName: cache-2, demoteNode: null}").at("/spec/demoteNode").isMissingNode());
        installed.created("demote-false", "{podName: cache-2, demoteNode: false}");
        assertEquals(Boolean.FALSE, installed.read("demote-false").getSpec().getDemoteNode());
    }

    @Test
    void a_changed_target_is_refused_with_the_way_out() {
        String wayOut = "the target cannot be changed: delete this NodeMaintenance";
        installed.created("of-pod", "{podName: cache-2}");
        installed.created("of-node", "{nodeName: worker-3}");
        api.merge("of-pod", "{\"spec\": {\"podName\": \"cache-3\"}}").refusedWith("spec.podName: Invalid value: \"object\": " + wayOut);
        api.merge("of-pod", "{\"spec\": {\"podName\": null, \"nodeName\": \"worker-3\"}}").refusedWith(wayOut);
        api.merge("of-node", "{\"spec\": {\"nodeName\": \"worker-4\"}}").refusedWith("spec.nodeName: Invalid value: \"object\": " + wayOut);
        api.merge("of-node", "{\"spec\": {\"nodeName\": null, \"podName\": \"cache-2\"}}").refusedWith(wayOut);
        api.merge("of-pod", "{\"spec\": {\"podName\": null}}").refusedWith("set exactly one of podName");
    }

    @Test
    void everything_else_can_be_changed_while_the_resource_is_being_deleted() {
        api.create(Installed.maintenance("leaving", "{podName: cache-2}")
                .replace("name: leaving", "name: leaving, finalizers: [redis-maintenance.dev/test]")).expect(201);
        api.delete("leaving").expect(200);
        Answer changed = api.merge("leaving", "{\"spec\": {\"skipShardsRestore\": true, \"mode\": \"Off\", \"reason\": \"new\"}}").expect(200);
        assertTrue(changed.at("/metadata/deletionTimestamp").isTextual());
        assertTrue(changed.at("/spec/skipShardsRestore").asBoolean());
        api.merge("leaving", "{\"metadata\": {\"finalizers\": null}}").expect(200);
    }
}
