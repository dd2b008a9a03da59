package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.operator.Connections.InvalidConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTextTest {
    @Test
    void it_reads_what_a_manifest_would_say() throws InvalidConnection {
        ConnectionSpec all = ConnectionText.read("pod cache-0", "port: 7000\nauth: {secretName: cache-auth, usernameKey: user, passwordKey: pass}\ntls: {caSecretName: ca, serverName: cache.test}");
        assertEquals(7000, all.getPort());
        assertEquals("cache-auth user pass", all.getAuth().getSecretName() + " " + all.getAuth().getUsernameKey() + " " + all.getAuth().getPasswordKey());
        assertEquals("ca cache.test", all.getTls().getCaSecretName() + " " + all.getTls().getServerName());
    }

    @Test
    void json_does_as_well_and_what_is_left_out_stays_so() throws InvalidConnection {
        ConnectionSpec some = ConnectionText.read("pod cache-0", "{\"auth\": {\"secretName\": \"cache-auth\"}}");
        assertNull(some.getPort());
        assertEquals("password", some.getAuth().getPasswordKey());
        assertNull(some.getTls());
        assertNotNull(ConnectionText.read("pod cache-0", "{tls: {}}").getTls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{port: 6379", "just words", "{prot: 6379}", "{auth: {secret: cache-auth}}", "[]", "{port: many}", "{} {}"})
    void what_has_another_shape_is_refused_with_the_shape_it_should_have(String text) {
        String message = refused(text);
        assertTrue(message.startsWith("the annotation redis-maintenance.dev/connection of pod cache-0 cannot be read"), message);
        assertTrue(message.contains("it has the shape of spec.connection"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{port: 0}|names port 0; ports are 1 to 65535",
        "{port: 65536}|names port 65536",
        "{auth: {}}|names no Secret in auth.secretName",
        "{auth: {secretName: ../../other/secrets/x}}|names no Secret in auth.secretName",
        "{tls: {caSecretName: A_B}}|names no Secret in tls.caSecretName",
        "{tls: {certSecretName: 'a/b'}}|names no Secret in tls.certSecretName"})
    void values_that_a_manifest_may_not_have_are_refused_as_well(String text, String expected) {
        assertTrue(refused(text).contains(expected), () -> refused(text));
    }

    @Test
    void an_empty_one_is_refused() {
        assertTrue(refused("").contains(" of pod cache-0 "));
    }

    @Test
    void a_password_that_was_put_there_by_mistake_is_not_repeated() {
        assertFalse(refused("{auth: {password: s3cret-word}}").contains("s3cret-word"));
        assertFalse(refused("s3cret-word").contains("s3cret-word"));
    }

    private static String refused(String text) {
        return assertThrows(InvalidConnection.class, () -> ConnectionText.read("pod cache-0", text)).getMessage();
    }
}
