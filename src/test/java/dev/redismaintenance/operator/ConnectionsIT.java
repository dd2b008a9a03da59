package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.TlsSpec;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.NeededCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Does a whole maintenance work with each way to connect, and does no secret show anywhere? */
class ConnectionsIT {
    private final List<String> everShown = new CopyOnWriteArrayList<>();
    private final List<String> secrets = new ArrayList<>();
    private LogTape log;
    private Scene scene;

    @BeforeEach
    void record() {
        log = new LogTape();
    }

    @AfterEach
    void stop() {
        log.close();
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void with_a_password(String image) {
        secrets.add("pa55word-of-the-default-user");
        scene = new Scene(image, spec -> spec.password("pa55word-of-the-default-user"));
        inAndOut(connection("cache-auth", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void with_a_user_who_may_do_no_more_than_needed(String image) {
        secrets.add("pa55word-of-the-operator");
        String[] rules = NeededCommand.aclRules().split(" ");
        scene = new Scene(image, spec -> spec.spares(1).acl("maintainer", "pa55word-of-the-operator", rules));
        secret("maintainer", Map.of("user", "maintainer", "password", "pa55word-of-the-operator"));
        inAndOut(connection("maintainer", "user"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:8.0", "valkey:9.1"})
    void with_tls_and_a_client_certificate(String image) {
        secrets.add("pa55word-behind-tls");
        scene = new Scene(image, spec -> spec.tls().password("pa55word-behind-tls"));
        scene.cluster.certificates().orElseThrow().secretData().entrySet().stream().filter(e -> e.getKey().equals("tls.key"))
                .map(e -> new String(Base64.getDecoder().decode(e.getValue()), StandardCharsets.US_ASCII))
                .flatMap(pem -> Arrays.stream(pem.split("\n"))).filter(line -> !line.startsWith("---")).forEach(secrets::add);
        ConnectionSpec connection = connection("cache-auth", null);
        TlsSpec tls = new TlsSpec();
        tls.setCaSecretName("cache-tls");
        tls.setCertSecretName("cache-tls");
        tls.setServerName("cache.test");
        connection.setTls(tls);
        inAndOut(connection);
    }

    @Test
    void as_the_pods_say_and_as_another_one_of_the_cluster_says_once_the_pod_says_nothing() {
        secrets.add("pa55word-that-pods-name");
        scene = new Scene("valkey:8.1", spec -> spec.password("pa55word-that-pods-name"));
        try (Watch watch = watch()) {
            scene.maintenances.on("patch", "cache-1");
            scene.maintenances.awaitStalled("patch", Reason.AuthenticationFailed);
            scene.cluster.pods().forEach(pod -> annotate(pod, "{auth: {secretName: there-is-none}}"));
            scene.maintenances.awaitStalled("patch", Reason.ConnectionSettingsInvalid);
            scene.cluster.pods().forEach(pod -> annotate(pod, "{auth: {secretName: cache-auth}}"));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            annotate("cache-1", null);
            scene.awaitLooks();
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
        }
        scene.assertRestored();
        assertNoSecretShown();
    }

    @Test
    void at_other_ports_that_the_pods_spec_says() {
        scene = new Scene("redis:8.0", spec -> spec.ports(7390, 17390));
        scene.maintenances.on("patch", "cache-1");
        scene.maintenances.awaitReady("patch", Reason.InMaintenance);
        scene.maintenances.delete("patch");
        scene.maintenances.awaitGone("patch");
        scene.assertRestored();
    }

    private void annotate(String pod, String connection) {
        scene.ground.client.pods().inNamespace(scene.ground.namespace).withName(pod).edit(p -> {
            p.getMetadata().getAnnotations().remove(PodReader.CONNECTION);
            if (connection != null) {
                p.getMetadata().getAnnotations().put(PodReader.CONNECTION, connection);
            }
            return p;
        });
    }

    @Test
    void a_wrong_password_is_not_shown_either_and_a_corrected_secret_is_used_at_the_next_look() {
        secrets.addAll(List.of("pa55word-that-is-right", "pa55word-that-is-wrong"));
        scene = new Scene("valkey:8.1", spec -> spec.password("pa55word-that-is-right"));
        secret("mine", Map.of("password", "pa55word-that-is-wrong"));
        try (Watch watch = watch()) {
            scene.maintenances.on("patch", "cache-1", spec -> spec.setConnection(connection("mine", null)));
            scene.maintenances.awaitStalled("patch", Reason.AuthenticationFailed);
            secret("mine", Map.of("password", "pa55word-that-is-right"));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            secret("mine", Map.of("password", "pa55word-that-is-wrong"));
            scene.maintenances.await("patch", "not ready", m -> m.getStatus().getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus() == dev.redismaintenance.api.ConditionStatus.False));
            secret("mine", Map.of("password", "pa55word-that-is-right"));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
        }
        scene.assertRestored();
        assertNoSecretShown();
    }

    @Test
    void a_password_that_is_changed_while_in_maintenance_is_told_as_soon_as_the_servers_have_it_and_used_as_soon_as_the_secret_has_it() {
        secrets.addAll(List.of("pa55word-of-yesterday", "pa55word-of-today"));
        scene = new Scene("valkey:9.1", spec -> spec.acl("maintainer", "pa55word-of-yesterday", NeededCommand.aclRules().split(" ")));
        secret("mine", Map.of("user", "maintainer", "password", "pa55word-of-yesterday"));
        try (Watch watch = watch()) {
            scene.maintenances.on("patch", "cache-1", spec -> spec.setConnection(connection("mine", "user")));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            password("pa55word-of-today");
            scene.maintenances.await("patch", "not ready", m -> m.getStatus().getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus() == dev.redismaintenance.api.ConditionStatus.False));
            secret("mine", Map.of("user", "maintainer", "password", "pa55word-of-today"));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
        }
        scene.assertRestored();
        assertNoSecretShown();
    }

    /** Of the operator's account, on all servers. Whoever is logged in stays so. */
    private void password(String value) {
        scene.cluster.pods().forEach(pod -> {
            try (Jedis jedis = scene.cluster.jedis(pod)) {
                jedis.aclSetUser("maintainer", "resetpass", ">" + value);
            }
        });
    }

    private void inAndOut(ConnectionSpec connection) {
        try (Watch watch = watch()) {
            scene.maintenances.on("patch", "cache-1", spec -> spec.setConnection(connection));
            scene.maintenances.awaitReady("patch", Reason.InMaintenance);
            assertFalse(scene.servesSlots("cache-1"));
            show(scene.ground.client.configMaps().inNamespace(scene.ground.namespace).list().getItems());
            show(scene.ground.client.pods().inNamespace(scene.ground.namespace).withName("cache-1").get().getMetadata());
            scene.maintenances.delete("patch");
            scene.maintenances.awaitGone("patch");
        }
        scene.assertRestored();
        assertNoSecretShown();
    }

    /** Every state that the resource ever has. */
    private Watch watch() {
        return scene.ground.client.resources(NodeMaintenance.class).inNamespace(scene.ground.namespace).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, NodeMaintenance m) {
                show(m);
            }

            @Override
            public void onClose(WatcherException cause) {
                // the test ends
            }
        });
    }

    private void show(Object shown) {
        everShown.add(Serialization.asYaml(shown));
    }

    private void assertNoSecretShown() {
        scene.stopOperator();
        show(scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems());
        List<HasMetadata> left = new ArrayList<>(scene.ground.client.configMaps().inNamespace(scene.ground.namespace).list().getItems());
        show(left);
        assertTrue(everShown.size() > 3, "nothing was watched");
        assertTrue(log.lines().stream().anyMatch(l -> l.contains("InMaintenance")), "nothing was logged");
        for (String secret : secrets) {
            for (String form : List.of(secret, Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)))) {
                assertEquals(List.of(), everShown.stream().filter(text -> text.contains(form)).toList(), "in the API");
                assertEquals(List.of(), log.lines().stream().filter(text -> text.contains(form)).toList(), "in the log");
            }
        }
    }

    private void secret(String name, Map<String, String> values) {
        scene.ground.client.resource(new SecretBuilder().withNewMetadata().withNamespace(scene.ground.namespace).withName(name).endMetadata()
                .withStringData(values).build()).serverSideApply();
    }

    private static ConnectionSpec connection(String secret, String userKey) {
        ConnectionSpec connection = new ConnectionSpec();
        AuthSpec auth = new AuthSpec();
        auth.setSecretName(secret);
        auth.setUsernameKey(userKey);
        connection.setAuth(auth);
        return connection;
    }
}
