package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Listening;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.operator.Connections.InvalidConnection;
import dev.redismaintenance.server.ServerException.Kind;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is listened to, what is added to that, and what is said of it when the connection fails? */
class ConnectionChoiceTest {
    private static final Listening SAID = new Listening(Optional.of(6380), false, "--port 6380 of container server");
    private static final Listening SAID_TLS = new Listening(Optional.of(6390), true, "--tls-port 6390 and --port 0 of container server");
    private static final Listening DOUBTFUL = new Listening(Optional.empty(), false, "container server declares the ports [1, 2]");

    private final List<String> read = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{port: 1}|{port: 2}|{port: 3}|1|spec.connection",
        "|{port: 2}|{port: 3}|2|the annotation redis-maintenance.dev/connection of pod cache-0",
        "||{port: 3}|3|the annotation redis-maintenance.dev/connection of StatefulSet cache",
        "{auth: {secretName: a}}|{port: 2}|{port: 3}|6380|spec.connection",
        "|||6380|"})
    void the_first_who_speaks_is_listened_to(String requested, String pod, String owner, int port, String source) throws Exception {
        Optional<ConnectionSpec> spec = requested == null ? Optional.empty() : Optional.of(ConnectionText.read("the test", requested));
        ConnectionChoice choice = ConnectionChoice.of(owners(owner == null ? Map.of() : Map.of("cache", owner)), "ns", spec, List.of(pod("cache-0", pod, "cache", SAID)));
        assertEquals(port, choice.port());
        assertEquals(Optional.ofNullable(source), choice.source());
        assertEquals(requested == null && pod == null ? List.of("cache") : List.of(), read);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{port: 6380}|6380|false",
        "{auth: {secretName: a}}|6390|true",
        "{port: 6390}|6390|true",
        "{port: 6379}|6379|false",
        "{port: 6379, tls: {}}|6379|true",
        "{tls: {caSecretName: ca}}|6390|true"})
    void what_is_left_out_is_what_the_pod_plainly_says(String said, int port, boolean tls) throws Exception {
        ConnectionChoice choice = ConnectionChoice.of(owners(Map.of()), "ns", Optional.empty(), List.of(pod("cache-0", said, "cache", SAID_TLS)));
        assertEquals(port, choice.port());
        assertEquals(tls, choice.spec().getTls() != null);
    }

    @Test
    void another_pod_of_the_cluster_speaks_where_this_one_does_not_and_pods_go_before_their_owners() throws Exception {
        List<PodFacts> pods = List.of(pod("cache-0", null, "cache", SAID), pod("cache-1", "{port: 7}", "other", DOUBTFUL));
        assertEquals(Optional.of("the annotation redis-maintenance.dev/connection of pod cache-1"),
                ConnectionChoice.of(owners(Map.of("cache", "{port: 8}")), "ns", Optional.empty(), pods).source());
        List<PodFacts> silent = List.of(pod("cache-0", null, "cache", SAID), pod("cache-1", null, "cache", SAID), pod("cache-2", null, "other", SAID));
        assertEquals(9, ConnectionChoice.of(owners(Map.of("other", "{port: 9}")), "ns", Optional.empty(), silent).port());
        assertEquals(List.of("cache", "other"), read, "each once");
    }

    @Test
    void nothing_is_known_without_pods_and_a_doubt_is_no_guess() throws Exception {
        assertEquals(6379, ConnectionChoice.of(owners(Map.of()), "ns", Optional.empty(), List.of()).port());
        ConnectionChoice choice = ConnectionChoice.of(owners(Map.of()), "ns", Optional.empty(), List.of(pod("cache-0", null, "cache", DOUBTFUL)));
        assertEquals(6379, choice.port());
        assertTrue(choice.blame(Kind.Unreachable).contains("to port 6379, the default: container server declares the ports [1, 2]"), choice.blame(Kind.Unreachable));
    }

    @Test
    void owners_of_other_kinds_are_not_asked() throws Exception {
        PodFacts pod = pod("cache-0", Optional.empty(), Optional.of(new Reach.Controller("RedisCluster", "cache", false)), SAID);
        assertEquals(Optional.empty(), ConnectionChoice.of(owners(Map.of("cache", "{port: 8}")), "ns", Optional.empty(), List.of(pod)).source());
        assertEquals(List.of(), read);
    }

    @Test
    void a_right_that_is_missing_is_no_failure_and_is_told_when_the_connection_fails() throws Exception {
        ConnectionChoice choice = ConnectionChoice.of(failing(true), "ns", Optional.empty(), List.of(pod("cache-0", null, "cache", SAID)));
        assertEquals(6380, choice.port());
        assertEquals(". It was tried in plain text to port 6380, from --port 6380 of container server. Nothing says how to connect; where this is wrong, or there is a "
                + "password, say it in spec.connection or in the annotation redis-maintenance.dev/connection of the pods or their StatefulSet (whether StatefulSet cache "
                + "has the annotation is not known: the operator may not get statefulsets)", choice.blame(Kind.AuthenticationFailed));
        assertEquals("", choice.blame(Kind.Loading));
        assertThrows(KubernetesException.class, () -> ConnectionChoice.of(failing(false), "ns", Optional.empty(), List.of(pod("cache-0", null, "cache", SAID))));
    }

    @Test
    void whoever_speaks_is_named_when_the_connection_fails() throws Exception {
        ConnectionChoice choice = ConnectionChoice.of(owners(Map.of()), "ns", Optional.empty(), List.of(pod("cache-0", "{auth: {secretName: a}}", "cache", SAID_TLS)));
        assertEquals(". It was tried with TLS, as the pod's spec says, to port 6390, from --tls-port 6390 and --port 0 of container server. How to connect is said by "
                + "the annotation redis-maintenance.dev/connection of pod cache-0", choice.blame(Kind.TlsMismatch));
    }

    @Test
    void an_annotation_of_the_owner_that_cannot_be_read_names_the_owner() {
        InvalidConnection e = assertThrows(InvalidConnection.class, () -> ConnectionChoice.of(owners(Map.of("cache", "{prot: 8}")), "ns", Optional.empty(),
                List.of(pod("cache-0", null, "cache", SAID))));
        assertTrue(e.getMessage().startsWith("the annotation redis-maintenance.dev/connection of StatefulSet cache cannot be read"), e.getMessage());
        assertFalse(e.getMessage().contains("prot"), e.getMessage());
    }

    private Kubernetes owners(Map<String, String> annotations) {
        return only(name -> {
            read.add(name);
            return Optional.ofNullable(annotations.get(name));
        });
    }

    private static Kubernetes failing(boolean forbidden) {
        return only(name -> {
            throw new KubernetesException("no", forbidden, new IllegalStateException());
        });
    }

    private interface Owners {
        Optional<String> of(String name) throws KubernetesException;
    }

    /** Whoever asks anything else has failed. */
    private static Kubernetes only(Owners owners) {
        return (Kubernetes) Proxy.newProxyInstance(Kubernetes.class.getClassLoader(), new Class<?>[] {Kubernetes.class}, (proxy, method, args) -> {
            assertEquals("connectionOf", method.getName());
            return owners.of((String) args[1]);
        });
    }

    private static PodFacts pod(String name, String annotation, String statefulSet, Listening listening) {
        return pod(name, Optional.ofNullable(annotation), Optional.of(new Reach.Controller("StatefulSet", statefulSet, true)), listening);
    }

    private static PodFacts pod(String name, Optional<String> annotation, Optional<Reach.Controller> controller, Listening listening) {
        return new PodFacts(name, "uid", Optional.empty(), Optional.empty(), Optional.empty(), false, true, true, false, List.of(), Optional.empty(), 0, annotation,
                InServiceGate.NOT_DECLARED, new Reach(List.of(), controller, listening), Optional.empty());
    }
}
