package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.server.ServerException.Kind;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a server may do to a connection besides answering. */
class JedisServersTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final ConnectionSettings TLS = Certificates.settings(Optional.empty(), Optional.empty(), Optional.empty());

    private final JedisServers servers = new JedisServers(SHORT, SHORT);

    private static long millis(Runnable call) {
        long start = System.nanoTime();
        call.run();
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private void assertUnreachable(FakeServer fake, ConnectionSettings settings, String... words) {
        long took = millis(() -> Refused.as(Kind.Unreachable, () -> servers.report(fake.endpoint(settings)), words));
        assertTrue(took < 20 * SHORT.toMillis(), () -> took + " ms");
    }

    @Test
    void nobody_listens() {
        Endpoint nobody = new Endpoint(LocalServer.freeAddress(), LocalServer.PORT, ConnectionSettings.PLAIN);
        Refused.as(Kind.Unreachable, () -> servers.report(nobody), nobody.toString(), "refused");
    }

    @Test
    void a_name_that_no_one_knows() {
        Refused.as(Kind.Unreachable, () -> servers.report(new Endpoint("no-such-host.invalid", 6379, ConnectionSettings.PLAIN)), "no-such-host.invalid:6379");
    }

    @Test
    void a_server_that_accepts_and_never_answers() throws Exception {
        try (FakeServer silent = new FakeServer(connection -> { })) {
            assertUnreachable(silent, ConnectionSettings.PLAIN, "did not answer in time");
            assertUnreachable(silent, TLS, "TLS handshake");
        }
    }

    @Test
    void a_server_that_sends_a_byte_now_and_then_cannot_hold_the_caller() throws Exception {
        try (FakeServer slow = new FakeServer(connection -> {
            OutputStream out = connection.getOutputStream();
            out.write("$100000\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('x');
                Thread.sleep(SHORT.toMillis() / 3);
            }
        })) {
            assertUnreachable(slow, ConnectionSettings.PLAIN, "did not answer in time");
        }
    }

    @Test
    void a_handshake_that_goes_on_and_on_is_cut_off() throws Exception {
        try (FakeServer slow = new FakeServer(connection -> {
            OutputStream out = connection.getOutputStream();
            out.write(new byte[] {0x16, 3, 3, 0x3f, 0});
            while (true) {
                out.write(0);
                Thread.sleep(SHORT.toMillis() / 3);
            }
        })) {
            assertUnreachable(slow, TLS, "TLS handshake");
        }
    }

    @Test
    void a_server_that_resets_the_connection() throws Exception {
        try (FakeServer resetting = new FakeServer(connection -> {
            connection.setSoLinger(true, 0);
            connection.getInputStream().read();
            connection.close();
        })) {
            assertUnreachable(resetting, ConnectionSettings.PLAIN, "closed the connection before it had answered");
            assertUnreachable(resetting, TLS, "TLS handshake");
        }
    }

    @Test
    void a_server_that_closes_in_the_middle_of_an_answer() throws Exception {
        try (FakeServer closing = new FakeServer(connection -> {
            connection.getInputStream().read(new byte[1000]);
            connection.getOutputStream().write("$100\r\nhalf".getBytes(StandardCharsets.US_ASCII));
            connection.close();
        })) {
            assertUnreachable(closing, ConnectionSettings.PLAIN, "closed the connection before it had answered");
        }
    }

    @Test
    void something_else_listens() throws Exception {
        try (FakeServer web = new FakeServer(connection -> {
            connection.getInputStream().read();
            connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
            Refused.as(Kind.NotRedis, () -> servers.report(web.endpoint(ConnectionSettings.PLAIN)), "not the Redis protocol");
        }
    }

    @Test
    void an_answer_that_cannot_be_read_is_shown() throws Exception {
        try (FakeServer strange = new FakeServer(connection -> {
            connection.getInputStream().read(new byte[1000]);
            String others = "*0\r\n".repeat(ReportQuestions.COMMANDS.size() - 3);
            connection.getOutputStream().write(("$7\r\nstrange\r\n$0\r\n\r\n$0\r\n\r\n" + others).getBytes(StandardCharsets.US_ASCII));
        })) {
            Refused.as(Kind.Refused, () -> servers.report(strange.endpoint(ConnectionSettings.PLAIN)), "cannot be read", "strange");
        }
    }

    @Test
    void an_order_that_is_not_answered_with_ok_has_failed() throws Exception {
        try (FakeServer queueing = new FakeServer(connection -> {
            connection.getInputStream().read(new byte[1000]);
            connection.getOutputStream().write("+QUEUED\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
            Refused.as(Kind.Refused, () -> servers.failover(queueing.endpoint(ConnectionSettings.PLAIN)), "CLUSTER FAILOVER", "QUEUED");
        }
    }

    @Test
    void commands_wait_for_the_login() throws Exception {
        List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (FakeServer refusing = new FakeServer(connection -> {
            byte[] bytes = new byte[1000];
            int length = connection.getInputStream().read(bytes);
            heard.add(new String(bytes, 0, length, StandardCharsets.US_ASCII));
            connection.getOutputStream().write("-WRONGPASS invalid\r\n".getBytes(StandardCharsets.US_ASCII));
            length = connection.getInputStream().read(bytes);
            heard.add(length < 0 ? "the end" : new String(bytes, 0, length, StandardCharsets.US_ASCII));
        })) {
            ConnectionSettings wrong = new ConnectionSettings(Optional.empty(), Optional.of("pw"), Optional.empty());
            Refused.as(Kind.AuthenticationFailed, () -> servers.set(refusing.endpoint(wrong), "save", ""), "default user");
            org.awaitility.Awaitility.await().until(() -> heard.size() == 2);
            assertEquals(List.of("*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n", "the end"), heard);
        }
    }
}
