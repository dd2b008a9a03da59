package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.server.ServerException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads the answers of a {@link Line} as what was asked for; what is an error, or has another form, is thrown. */
final class Answers {
    private Answers() {
    }

    static InfoText info(Line line, String... sections) throws ServerException {
        return InfoText.parse(text(line, "INFO", line.ask(Stream.concat(Stream.of("INFO"), Stream.of(sections)).toArray(String[]::new))));
    }

    static List<NodeRow> nodes(Line line) throws ServerException {
        try {
            return ClusterNodesText.parse(text(line, "CLUSTER NODES", line.ask("CLUSTER", "NODES")));
        } catch (IllegalArgumentException e) {
            throw new ServerException(Kind.Refused, line.server() + " gave an answer that cannot be read: " + e.getMessage(), e);
        }
    }

    static Map<String, String> settings(Line line, String... names) throws ServerException {
        List<?> items = list(line, "CONFIG GET", line.ask(Stream.concat(Stream.of("CONFIG", "GET"), Stream.of(names)).toArray(String[]::new)));
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            settings.put(text(line, "CONFIG GET", items.get(i)), text(line, "CONFIG GET", items.get(i + 1)));
        }
        return settings;
    }

    static String text(Line line, String what, Object answer) throws ServerException {
        return new String(expect(byte[].class, line, what, answer), StandardCharsets.UTF_8);
    }

    static long number(Line line, String what, Object answer) throws ServerException {
        return expect(Long.class, line, what, answer);
    }

    static List<?> list(Line line, String what, Object answer) throws ServerException {
        return expect(List.class, line, what, answer);
    }

    static List<byte[]> keys(Line line, String what, Object answer) throws ServerException {
        List<byte[]> keys = new ArrayList<>();
        for (Object key : list(line, what, answer)) {
            keys.add(expect(byte[].class, line, what, key));
        }
        return keys;
    }

    private static <T> T expect(Class<T> form, Line line, String what, Object answer) throws ServerException {
        if (answer instanceof JedisDataException error) {
            throw Refusals.of(line.server(), Command.of(what), new Reply.Failure(String.valueOf(error.getMessage())));
        }
        if (!form.isInstance(answer)) {
            throw new ServerException(Kind.Refused, line.server() + " answered " + what + " in a form that is not known");
        }
        return form.cast(answer);
    }
}
