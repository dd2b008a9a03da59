package dev.redismaintenance.ground;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** How does one thread of the traffic get a command to the node that owns the slot? One thread uses it. */
final class TrafficClient implements AutoCloseable {

    private static final int HOPS = 16;

    private final SlotMap slots;
    private final JedisClientConfig access;
    private final LongAdder redirects;
    private final Map<HostAndPort, Connection> connections = new HashMap<>();

    TrafficClient(SlotMap slots, JedisClientConfig access, LongAdder redirects) {
        this.slots = slots;
        this.access = access;
        this.redirects = redirects;
    }

    /** The command was refused, by the server or because nothing listens: it has not happened. */
    static final class Refused extends Exception {
        Refused(String message) {
            super(message);
        }
    }

    /** No answer came: nobody knows whether it has happened. */
    static final class Unanswered extends Exception {
        Unanswered(String message) {
            super(message);
        }
    }

    Object call(int slot, CommandArguments command) throws Refused, Unanswered {
        HostAndPort target = slots.owner(slot);
        boolean asking = false;
        for (int hop = 0; hop < HOPS; hop++) {
            Connection connection = connection(target);
            try {
                if (asking) {
                    connection.executeCommand(Protocol.Command.ASKING);
                }
                return connection.executeCommand(command);
            } catch (JedisMovedDataException moved) {
                target = redirected(moved, target);
                slots.moved(slot, target);
                asking = false;
            } catch (JedisAskDataException ask) {
                target = redirected(ask, target);
                asking = true;
            } catch (JedisDataException e) {
                if (!e.getMessage().startsWith("TRYAGAIN")) {
                    throw new Refused(e.getMessage());
                }
                redirects.increment();
                Waiting.pause(java.time.Duration.ofMillis(10));
            } catch (JedisException e) {
                connections.remove(target);
                connection.close();
                throw new Unanswered(text(e));
            }
        }
        throw new Refused("more than " + HOPS + " redirections");
    }

    @Override
    public void close() {
        connections.values().forEach(Connection::close);
        connections.clear();
    }

    private HostAndPort redirected(JedisRedirectionException redirection, HostAndPort from) {
        redirects.increment();
        HostAndPort to = redirection.getTargetNode();
        return to.getHost() == null || to.getHost().isEmpty() ? new HostAndPort(from.getHost(), to.getPort()) : to;
    }

    private Connection connection(HostAndPort target) throws Refused {
        Connection open = connections.get(target);
        if (open != null) {
            return open;
        }
        try {
            Connection fresh = new Connection(target, access);
            fresh.connect();
            connections.put(target, fresh);
            return fresh;
        } catch (JedisConnectionException e) {
            throw new Refused("cannot connect: " + text(e));
        } catch (JedisException e) {
            throw new Refused(text(e));
        }
    }

    private static String text(JedisException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
