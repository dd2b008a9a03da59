package dev.redismaintenance.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many {@code SETSLOT} at once to one server. A pipeline costs one flush of nodes.conf for all of them (servers' code: it is written
 * before the answers are sent). But a Valkey that has replicas holds the connection at each {@code SETSLOT} until they have
 * confirmed it: measured for 64 in one pipeline 33-100 ms (valkey 8.1, 9.1, one replica), on 32 connections at once 2-3 ms for 32. So
 * there the commands go over several connections; elsewhere (64 in one pipeline 0.3-1.8 ms) over one.
 */
final class Fan implements AutoCloseable {
    private static final int WIDTH = 32;

    private final List<Line> lines = new ArrayList<>();
    private boolean valkey;

    private Fan() {
    }

    /** As wide as this server needs it. */
    static Fan open(Endpoint server, Duration connectTimeout, Duration readTimeout) throws ServerException {
        Fan fan = new Fan();
        try {
            fan.lines.add(Line.open(server, connectTimeout, readTimeout));
            if (fan.waitsForReplicas()) {
                while (fan.lines.size() < WIDTH) {
                    fan.lines.add(Line.open(server, connectTimeout, readTimeout));
                }
            }
            return fan;
        } catch (ServerException e) {
            fan.close();
            throw e;
        }
    }

    private boolean waitsForReplicas() throws ServerException {
        InfoText info = Answers.info(first(), "server", "replication");
        valkey = info.flavour().equals("valkey");
        return valkey && info.number("connected_slaves").orElse(0L) > 0;
    }

    /**
     * Redis tells every node at once of each slot that it takes over, and each works 60 µs on each such message (measured, 7.0 and
     * 8.0: 24 in a row hold the others up for 1.5 ms); Valkey tells of all together before it sleeps.
     */
    boolean tellsOfEachSlot() {
        return !valkey;
    }

    /** The one for all other questions. */
    Line first() {
        return lines.get(0);
    }

    Endpoint server() {
        return first().server();
    }

    /** One answer for each command, in their order; the commands themselves in any order. */
    List<Object> askAll(List<byte[][]> commands) throws ServerException {
        int width = Math.min(lines.size(), commands.size());
        if (width <= 1) {
            return first().askAll(commands);
        }
        for (int line = 0; line < width; line++) {
            lines.get(line).send(share(commands, line, width));
        }
        Object[] answers = new Object[commands.size()];
        for (int line = 0; line < width; line++) {
            List<Object> some = lines.get(line).receive(share(commands, line, width).size());
            for (int i = 0; i < some.size(); i++) {
                answers[line + i * width] = some.get(i);
            }
        }
        return Collections.unmodifiableList(Arrays.asList(answers));
    }

    private static List<byte[][]> share(List<byte[][]> commands, int line, int width) {
        return IntStream.iterate(line, i -> i < commands.size(), i -> i + width).mapToObj(commands::get).toList();
    }

    @Override
    public void close() {
        lines.forEach(Line::close);
    }
}
