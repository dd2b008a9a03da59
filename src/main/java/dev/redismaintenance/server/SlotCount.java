package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Inventory.Content;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * How many keys do slots hold, in all {@link Databases}? Asked with {@code CLUSTER COUNTKEYSINSLOT}, in portions ({@link SlotCommands#count}): 10 to 16 ms
 * for 5461 slots when it was all in one go (measured, Valkey 9.1), and no key is looked at. Bytes are each slot's share of {@code used_memory_dataset} by number of keys: within 6 % of the
 * truth for a half of a server (measured), but blind to a slot of few big keys.
 */
final class SlotCount {
    private static final Command LIBRARIES = Command.of("FUNCTION", "LIST");

    private SlotCount() {
    }

    static long sum(Line line, SlotRanges slots) throws ServerException {
        return Databases.of(line).count(slots).values().stream().mapToLong(Long::longValue).sum();
    }

    static Inventory inventory(Line line, NodeId node, SlotRanges slots) throws ServerException {
        Map<Integer, Long> keys = Databases.of(line).count(slots);
        InfoText info = info(line);
        double bytesPerKey = info.keys() == 0 ? 0 : (double) info.memory().dataset() / info.keys();
        Map<Integer, Content> contents = new HashMap<>();
        keys.forEach((slot, count) -> contents.put(slot, new Content(count, Math.round(count * bytesPerKey))));
        return new Inventory(node, slots, contents, false, List.of(), libraries(line));
    }

    static InfoText info(Line line) throws ServerException {
        Object answer = line.ask("INFO", "memory", "keyspace", "stats", "persistence");
        if (Reply.of(answer) instanceof Reply.Text text) {
            return InfoText.parse(text.text());
        }
        throw strange(line, Command.of("INFO"), answer);
    }

    /** The names of the function libraries. */
    static Set<String> libraries(Line line) throws ServerException {
        Object answer = line.ask(Line.words(LIBRARIES.words().toArray(String[]::new)));
        Set<String> names = new TreeSet<>();
        Reply reply = Reply.of(answer);
        if (reply instanceof Reply.Nested nested) {
            nested.items().forEach(library -> name(library, names));
        } else if (!(reply instanceof Reply.Items none && none.items().isEmpty())) {
            throw strange(line, LIBRARIES, answer);
        }
        return names;
    }

    private static void name(Reply library, Set<String> names) {
        List<Reply> parts = library instanceof Reply.Nested nested ? nested.items() : List.of();
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            if (parts.get(i).equals(new Reply.Text("library_name")) && parts.get(i + 1) instanceof Reply.Text name) {
                names.add(name.text());
            }
        }
    }

    static ServerException strange(Line line, Command asked, Object answer) {
        if (answer instanceof JedisDataException error) {
            return Refusals.of(line.server(), asked, new Reply.Failure(String.valueOf(error.getMessage())));
        }
        return new ServerException(Kind.Refused, line.server() + " answered " + asked + " with " + Reply.of(answer));
    }
}
