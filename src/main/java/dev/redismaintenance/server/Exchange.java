package dev.redismaintenance.server;

import dev.redismaintenance.server.ServerException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What does a server answer to these commands? One connection: log in, send all at once, read all, close. Error replies are
 * answers here; only what kept the answers from coming is thrown. Jedis is told to send nothing of its own, so that an account
 * with no more than the commands themselves will do.
 */
final class Exchange {
    // the servers' default is RESP2; naming it would make Jedis send HELLO
    static final JedisClientConfig NOTHING_OF_ITS_OWN = DefaultJedisClientConfig.builder().serverDefaultProtocol()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED).build();

    private final Duration connectTimeout;
    private final Duration readTimeout;

    /** @param readTimeout bounds each read; the whole exchange, once connected, gets twice that */
    Exchange(Duration connectTimeout, Duration readTimeout) {
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    /** One reply for each command, in their order. */
    List<Reply> with(Endpoint server, List<Command> commands) throws ServerException {
        List<Reply> replies = new ArrayList<>();
        try (Transport transport = Transport.open(server, connectTimeout, readTimeout);
                Deadline deadline = transport.deadline(readTimeout.multipliedBy(2))) {
            try {
                // not closed: it holds nothing but the socket, and its closing may fail after all answers are there
                Connection connection = new Connection(transport::socket, NOTHING_OF_ITS_OWN);
                logIn(server, connection);
                ask(connection, commands.stream().map(Command::words).toList(), replies);
                return replies;
            } catch (JedisConnectionException e) {
                throw ended(server, transport, deadline.passed(), commands, replies, e);
            }
        }
    }

    private static ServerException ended(Endpoint server, Transport transport, boolean late, List<Command> commands, List<Reply> replies,
            JedisConnectionException why) {
        int last = replies.size() - 1;
        if (last >= 0 && replies.get(last) instanceof Reply.Failure parting) {
            // a server that turns a client away says why, once, and closes
            return Refusals.of(server, commands.get(last), parting);
        }
        if (String.valueOf(why.getMessage()).startsWith("Unknown reply")) {
            return new ServerException(Kind.NotRedis, server + " answers in a language that is not the Redis protocol", why);
        }
        return transport.ended(why.getCause() instanceof IOException cause ? cause : new IOException(why.getMessage(), why), late);
    }

    /** Waits for the answer: sent together, the commands would run as the default user when the login fails. */
    static void logIn(Endpoint server, Connection connection) throws ServerException {
        ConnectionSettings settings = server.settings();
        if (settings.user().isEmpty() && settings.password().isEmpty()) {
            return;
        }
        List<String> words = new ArrayList<>(List.of("AUTH"));
        settings.user().ifPresent(words::add);
        words.add(settings.password().orElse(""));
        List<Reply> replies = new ArrayList<>();
        ask(connection, List.of(words), replies);
        if (replies.get(0) instanceof Reply.Failure failure) {
            throw Refusals.ofAuthentication(server, failure);
        }
    }

    /** Adds the replies as they come, so that those before the end of a connection are there. */
    private static void ask(Connection connection, List<List<String>> commands, List<Reply> replies) {
        for (List<String> words : commands) {
            byte[] name = words.get(0).getBytes(StandardCharsets.UTF_8);
            connection.sendCommand(() -> name, words.subList(1, words.size()).toArray(String[]::new));
        }
        for (int i = 0; i < commands.size(); i++) {
            try {
                replies.add(Reply.of(connection.getOne()));
            } catch (JedisDataException error) {
                replies.add(Reply.of(error));
            }
        }
    }
}
