package dev.redismaintenance.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a server answered to one command. */
sealed interface Reply {

    /** A status, a bulk string or a number. */
    record Text(String text) implements Reply {
    }

    /** An array of texts. */
    record Items(List<String> items) implements Reply {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** An array with an array in it. */
    record Nested(List<Reply> items) implements Reply {
        public Nested {
            items = List.copyOf(items);
        }
    }

    /** An error, as the server wrote it: {@code NOPERM ...}. */
    record Failure(String text) implements Reply {
        boolean is(String code) {
            return text.equals(code) || text.startsWith(code + " ");
        }

        /** Renamed, disabled, or of a later version. */
        boolean unknownCommand() {
            return text.startsWith("ERR unknown command") || text.startsWith("ERR unknown subcommand");
        }
    }

    /** Of what Jedis made of the bytes. */
    static Reply of(Object raw) {
        if (raw instanceof JedisDataException error) {
            return new Failure(String.valueOf(error.getMessage()));
        }
        if (raw instanceof List<?> items) {
            return items.stream().anyMatch(List.class::isInstance)
                    ? new Nested(items.stream().map(Reply::of).toList())
                    : new Items(items.stream().map(Reply::text).toList());
        }
        return new Text(text(raw));
    }

    private static String text(Object raw) {
        return raw instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(raw);
    }
}
