package dev.redismaintenance.server;

import dev.redismaintenance.server.ServerException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * One connection that is kept, for work of many calls. Words are bytes, since keys may be anything. Answers are what Jedis
 * makes of them: {@code byte[]}, {@code Long}, {@code List}, {@code null}, or a {@link JedisDataException} for an error reply.
 * Not for several threads.
 */
final class Line implements AutoCloseable {
    private final Endpoint server;
    private final Transport transport;
    private final Pushed connection;

    private Line(Endpoint server, Transport transport, Pushed connection) {
        this.server = server;
        this.transport = transport;
        this.connection = connection;
    }

    /** @param readTimeout for each wait for an answer */
    static Line open(Endpoint server, Duration connectTimeout, Duration readTimeout) throws ServerException {
        Transport transport = Transport.open(server, connectTimeout, readTimeout);
        try {
            Pushed connection = new Pushed(transport);
            Exchange.logIn(server, connection);
            return new Line(server, transport, connection);
        } catch (JedisConnectionException e) {
            ServerException told = told(transport, e);
            transport.close();
            throw told;
        } catch (ServerException e) {
            transport.close();
            throw e;
        }
    }

    Endpoint server() {
        return server;
    }

    static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.UTF_8);
    }

    static byte[][] words(String... words) {
        return Arrays.stream(words).map(Line::bytes).toArray(byte[][]::new);
    }

    Object ask(byte[]... words) throws ServerException {
        return askAll(Collections.singletonList(words)).get(0);
    }

    Object ask(String... words) throws ServerException {
        return ask(words(words));
    }

    /** Sends all at once; one answer for each command, in their order. */
    List<Object> askAll(List<byte[][]> commands) throws ServerException {
        send(commands);
        return receive(commands.size());
    }

    /** Sends and does not wait: for work on several lines at once, or ahead on one. Answers are received in the order of the questions. */
    void send(List<byte[][]> commands) throws ServerException {
        try {
            for (byte[][] words : commands) {
                connection.sendCommand(() -> words[0], Arrays.copyOfRange(words, 1, words.length));
            }
            connection.push();
        } catch (JedisConnectionException e) {
            throw told(transport, e);
        }
    }

    /** The next answers, in the order of the commands that were sent. */
    List<Object> receive(int count) throws ServerException {
        try {
            List<Object> answers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                answers.add(one());
            }
            return answers;
        } catch (JedisConnectionException e) {
            throw told(transport, e);
        }
    }

    private Object one() {
        try {
            return connection.getOne();
        } catch (JedisDataException error) {
            return error;
        }
    }

    /** Throws what the server refused, in words for a person. */
    void requireOk(String what, Object answer) throws ServerException {
        if (answer instanceof JedisDataException error) {
            throw Refusals.of(server, Command.of(what), new Reply.Failure(String.valueOf(error.getMessage())));
        }
        if (!(answer instanceof byte[] text) || !"OK".equals(new String(text, StandardCharsets.UTF_8))) {
            throw new ServerException(Kind.Refused, server + " answered " + what + " with " + Reply.of(answer));
        }
    }

    private static ServerException told(Transport transport, JedisConnectionException e) {
        return transport.ended(e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e), false);
    }

    @Override
    public void close() {
        transport.close();
    }

    /** Jedis sends what was written when it reads; this one also when it is told to. */
    private static final class Pushed extends Connection {
        Pushed(Transport transport) {
            super(transport::socket, Exchange.NOTHING_OF_ITS_OWN);
        }

        void push() {
            flush();
        }
    }
}
