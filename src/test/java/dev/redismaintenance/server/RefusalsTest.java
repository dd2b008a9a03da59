package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.server.ServerException.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {
    private static final Command NODES = Command.of("CLUSTER", "NODES");
    private static final Endpoint SERVER = new Endpoint("10.0.0.1", 6379,
            new ConnectionSettings(Optional.of("op"), Optional.of("s3cret"), Optional.empty()));

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "NOAUTH Authentication required.; AuthenticationFailed",
        "NOPERM this user has no permissions to run the 'cluster|nodes' command; NotPermitted",
        "NOPERM User op has no permissions to run the 'cluster|nodes' command; NotPermitted",
        "LOADING Redis is loading the dataset in memory; Loading",
        "LOADING Valkey is loading the dataset in memory; Loading",
        "ERR This instance has cluster support disabled; NotClusterMode",
        "BUSY Redis is busy running a script.; Refused",
        "ERR unknown command 'CLUSTER', with args beginning with: 'NODES'; Refused"})
    void the_kind_follows_the_code(String text, Kind kind) {
        ServerException e = Refusals.of(SERVER, NODES, new Reply.Failure(text));
        assertEquals(kind, e.kind());
        assertTrue(e.getMessage().contains("10.0.0.1:6379"), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ERR unknown command 'AUTH', with args beginning with: 'op' 's3cret' ",
        "ERR unknown command 'AUTH', with args beginning with: 'op' 's3c",
        "ERR strange s3cret words"})
    void the_password_is_never_repeated(String text) {
        ServerException e = Refusals.ofAuthentication(SERVER, new Reply.Failure(text));
        assertFalse(e.getMessage().contains("s3c"), e::getMessage);
        assertEquals(null, e.getCause());
    }

    @Test
    void a_missing_right_is_named_with_its_subcommand_and_its_grant() {
        String message = Refusals.of(SERVER, NODES, new Reply.Failure("NOPERM User op has no permissions to run the 'cluster|nodes' command")).getMessage();
        assertEquals("user op may not run cluster|nodes on 10.0.0.1:6379: grant +cluster|nodes", message);
    }

    @Test
    void a_long_text_of_several_lines_becomes_a_short_line() {
        String message = Refusals.of(SERVER, NODES, new Reply.Failure("DENIED Redis is running in\nprotected mode " + "because ".repeat(100))).getMessage();
        assertTrue(message.contains("running in protected mode"), message);
        assertTrue(message.length() < 400 && message.lines().count() == 1, message);
    }
}
