package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.redismaintenance.server.Certificates.Pair;
import dev.redismaintenance.server.ServerException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsContextTest {
    private final Certificates certificates = new Certificates("test authority");
    private final Pair client = certificates.issue("client.example", "EC");

    private static ConnectionSettings.Tls tls(String ca, Pair pair) {
        return new ConnectionSettings.Tls(Optional.of(ca), Optional.of(pair.cert()), Optional.of(pair.key()), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void keys_of_the_usual_kinds_are_read(String algorithm) {
        Pair pair = certificates.issue("some.example", algorithm);
        assertDoesNotThrow(() -> TlsContext.of(tls(certificates.authority(), pair)));
    }

    @Test
    void text_around_the_blocks_and_chains_and_windows_line_ends_are_accepted() {
        String chain = ("subject=CN = client\n" + client.cert() + "\n" + certificates.authority()).replace("\n", "\r\n");
        String ca = "# our authority\n" + certificates.authority() + certificates.authority();
        String key = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + client.key();
        assertDoesNotThrow(() -> TlsContext.of(tls(ca, new Pair(chain, key))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "RSA PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt",
        "EC PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt",
        "ENCRYPTED PRIVATE KEY; take the password off",
        "PRIVATE KEY; garbled",
        "PUBLIC KEY; no PEM private key"})
    void a_key_in_another_form_is_refused_with_the_way_out(String type, String wayOut) {
        String key = Certificates.pem(type, "not a key at all".getBytes(StandardCharsets.US_ASCII));
        ServerException e = Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(tls(certificates.authority(), new Pair(client.cert(), key))), "tls.key", wayOut);
        assertFalse(e.getMessage().contains("bm90"), e::getMessage);
    }

    @Test
    void a_key_of_another_certificate_is_refused() {
        Pair other = certificates.issue("some.example", "EC");
        Pair otherKind = certificates.issue("some.example", "RSA");
        Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(tls(certificates.authority(), new Pair(client.cert(), other.key()))), "tls.key", "not the key");
        Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(tls(certificates.authority(), new Pair(client.cert(), otherKind.key()))), "tls.key", "not the key");
    }

    @Test
    void an_expired_client_certificate_is_refused_with_the_date() {
        Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(tls(certificates.authority(), certificates.issueExpired("old.example"))), "tls.crt", "has expired on 20");
    }

    @Test
    void authorities_are_refused_only_when_all_have_expired() {
        String expired = certificates.issueExpired("old.example").cert();
        Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(tls(expired, client)), "ca.crt", "has expired on 20");
        assertDoesNotThrow(() -> TlsContext.of(tls(expired + certificates.authority(), client)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "garbage",
        "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n"})
    void a_garbled_authority_is_refused(String pem) {
        Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(tls(pem, client)), "ca.crt");
    }

    @Test
    void a_certificate_and_its_key_come_together() {
        Optional<String> ca = Optional.of(certificates.authority());
        Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(new ConnectionSettings.Tls(ca, Optional.of(client.cert()), Optional.empty(), Optional.empty())), "tls.key", "is missing");
        Refused.as(Kind.SettingsInvalid, () -> TlsContext.of(new ConnectionSettings.Tls(ca, Optional.empty(), Optional.of(client.key()), Optional.empty())), "tls.crt", "is missing");
    }

    @Test
    void a_garbled_pem_is_told_although_nobody_listens() {
        ConnectionSettings settings = Certificates.settings(Optional.of("garbage"), Optional.empty(), Optional.empty());
        Refused.as(Kind.SettingsInvalid, () -> new JedisServers().report(new Endpoint(LocalServer.freeAddress(), 6379, settings)), "ca.crt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "under_score..dots"})
    void a_server_name_that_is_none_is_told(String name) {
        ConnectionSettings settings = certificates.settings(Optional.empty(), Optional.of(name));
        Refused.as(Kind.SettingsInvalid, () -> new JedisServers().report(new Endpoint(LocalServer.freeAddress(), 6379, settings)), "serverName", name);
    }
}
