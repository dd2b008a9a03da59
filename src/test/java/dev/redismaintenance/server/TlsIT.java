package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.server.Certificates.Pair;
import dev.redismaintenance.server.ServerException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with real servers, dialled by address as pods are. */
@ParameterizedClass
@EnumSource
class TlsIT {
    private static final String NAME = "cache.example";
    private static final Certificates CERTIFICATES = new Certificates("test authority");
    private static final Pair CLIENT = CERTIFICATES.issue("operator.example", "EC");
    private static final ConnectionSettings TRUSTING = CERTIFICATES.settings(Optional.empty(), Optional.of(NAME));
    private static final ConnectionSettings KNOWN = CERTIFICATES.settings(Optional.of(CLIENT), Optional.of(NAME));

    @TempDir
    Path directory;

    @Parameter
    Flavour flavour;

    private final JedisServers servers = new JedisServers();

    private LocalServer start(Pair pair, ConnectionSettings settings, String... more) throws IOException {
        String cert = Files.writeString(directory.resolve("tls.crt"), pair.cert()).toString();
        String key = Files.writeString(directory.resolve("tls.key"), pair.key()).toString();
        String ca = Files.writeString(directory.resolve("ca.crt"), CERTIFICATES.authority()).toString();
        List<String> arguments = new java.util.ArrayList<>(List.of("--port", "0", "--tls-port", "6379", "--tls-cluster", "yes",
                "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", ca));
        arguments.addAll(List.of(more));
        return LocalServer.start(flavour, settings, arguments.toArray(String[]::new));
    }

    private LocalServer openToAll() throws IOException {
        return start(CERTIFICATES.issue(NAME, "EC"), TRUSTING, "--tls-auth-clients", "no");
    }

    private LocalServer demandingCertificates() throws IOException {
        return start(CERTIFICATES.issue(NAME, "RSA"), KNOWN, "--tls-auth-clients", "yes");
    }

    @Test
    void the_name_is_verified_when_it_is_given_and_the_chain_always() throws Exception {
        try (LocalServer server = openToAll()) {
            assertEquals(flavour.product, servers.report(server.endpoint(TRUSTING)).flavour());
            servers.report(server.endpoint(CERTIFICATES.settings(Optional.empty(), Optional.empty())));

            Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(CERTIFICATES.settings(Optional.empty(), Optional.of("other.example")))),
                    server.address() + ":6379", "not valid for the name other.example", "serverName");
            Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(CERTIFICATES.settings(Optional.empty(), Optional.of(server.address())))),
                    "not valid for the name " + server.address());
            for (String name : List.of("other authority", "test authority")) {
                ConnectionSettings otherAuthority = new Certificates(name).settings(Optional.empty(), Optional.of(NAME));
                Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(otherAuthority)), server.address() + ":6379", "not signed by an authority that is trusted");
            }
            ConnectionSettings javasOwn = Certificates.settings(Optional.empty(), Optional.empty(), Optional.empty());
            Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(javasOwn)), "not signed by an authority that is trusted");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void a_client_certificate_of_each_kind_is_shown(String algorithm) throws Exception {
        try (LocalServer server = demandingCertificates()) {
            servers.report(server.endpoint(CERTIFICATES.settings(Optional.of(CERTIFICATES.issue("operator.example", algorithm)), Optional.of(NAME))));
        }
    }

    @Test
    void a_server_that_demands_a_certificate_is_understood_each_time() throws Exception {
        try (LocalServer server = demandingCertificates()) {
            for (int i = 0; i < 20; i++) {
                Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(TRUSTING)), server.address() + ":6379", "demands a client certificate");
            }
            for (String name : List.of("other authority", "test authority")) {
                ConnectionSettings stranger = CERTIFICATES.settings(Optional.of(new Certificates(name).issue("operator.example", "EC")), Optional.of(NAME));
                for (int i = 0; i < 20; i++) {
                    Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(stranger)), "does not accept the client certificate");
                }
            }
        }
    }

    @Test
    void an_expired_certificate_of_the_server_is_told() throws Exception {
        Pair expired = CERTIFICATES.issueExpired(NAME);
        try (LocalServer server = start(expired, ConnectionSettings.PLAIN, "--tls-auth-clients", "no")) {
            Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(TRUSTING)), "not in force", "NotAfter");
        }
    }

    @Test
    void plain_text_to_a_tls_server_is_told_apart_from_a_server_that_is_down() throws Exception {
        try (LocalServer server = openToAll()) {
            for (int i = 0; i < 20; i++) {
                Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint()), server.address() + ":6379", "speaks TLS", "spec.connection.tls");
            }
            ConnectionSettings password = new ConnectionSettings(Optional.empty(), Optional.of("s3cret"), Optional.empty());
            Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint(password)), "speaks TLS");
        }
        try (LocalServer server = demandingCertificates()) {
            Refused.as(Kind.TlsMismatch, () -> servers.report(server.endpoint()), "speaks TLS");
        }
    }

    @Test
    void tls_to_a_plain_server_is_told_apart_from_a_server_that_is_down() throws Exception {
        JedisServers hasty = new JedisServers(Duration.ofMillis(500), Duration.ofMillis(500));
        try (LocalServer server = LocalServer.start(flavour, "--requirepass", "s3cret")) {
            Refused.as(Kind.TlsMismatch, () -> hasty.report(server.endpoint(TRUSTING)), server.address() + ":6379", "speaks plain text");
            server.freeze();
            Refused.as(Kind.Unreachable, () -> hasty.report(server.endpoint(TRUSTING)), "TLS handshake");
        }
    }

    @Test
    void a_frozen_tls_server_is_unreachable_within_the_time() throws Exception {
        JedisServers hasty = new JedisServers(Duration.ofMillis(500), Duration.ofMillis(500));
        try (LocalServer server = openToAll()) {
            server.freeze();
            long start = System.nanoTime();
            Refused.as(Kind.Unreachable, () -> hasty.report(server.endpoint(TRUSTING)), "TLS handshake");
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(6).toNanos());
        }
    }

    @Test
    void a_login_over_tls() throws Exception {
        try (LocalServer server = openToAll()) {
            server.tell(TRUSTING, "ACL", "SETUSER", "op", "on", ">s3cret", "+@all", "~*");
            ConnectionSettings account = new ConnectionSettings(Optional.of("op"), Optional.of("s3cret"), TRUSTING.tls());
            servers.report(server.endpoint(account));
            assertEquals(Denied.NOTHING, servers.denied(server.endpoint(account)));
            Refused.as(Kind.AuthenticationFailed, () -> servers.report(server.endpoint(new ConnectionSettings(Optional.of("op"), Optional.of("other"), TRUSTING.tls()))));
        }
    }
}
