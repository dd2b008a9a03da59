package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keys of every type, some with a time to live and some in hash tags, written to one server and looked for at others. */
final class AnyData {
    private static final String[] TAGS = {"{06S}", "{Qi}", "{3560}", "{b}", "{bar:9}", "{k22}"};
    private static final int HOUR = 3600;

    private final LocalServer at;
    private final List<String> keys = new ArrayList<>();

    AnyData(LocalServer at) {
        this.at = at;
    }

    void write() {
        for (String tag : TAGS) {
            if (at.tell("SET", tag + "string", "text \r\n of " + tag) instanceof Reply.Failure) {
                continue;
            }
            put(tag + "string", "APPEND", "more");
            put(tag + "number", "INCRBY", "42");
            put(tag + "bits", "SETBIT", "1000", "1");
            put(tag + "loglog", "PFADD", "a", "b", "c");
            put(tag + "hash", "HSET", "f", "1", "g", "2");
            put(tag + "set", "SADD", "x", "y", "z");
            put(tag + "numbers", "SADD", "1", "2", "3");
            put(tag + "zset", "ZADD", "1.5", "m", "2", "n");
            put(tag + "geo", "GEOADD", "13.4", "52.5", "berlin");
            put(tag + "stream", "XADD", "1-1", "field", "value");
            at.ask("XGROUP", "CREATE", tag + "stream", "group", "0");
            at.tell("XREADGROUP", "GROUP", "group", "me", "STREAMS", tag + "stream", ">");
            for (int i = 0; i < 2000; i++) {
                at.ask("RPUSH", tag + "list", "element " + i);
            }
            keys.add(tag + "list");
            put(tag + "mortal", "SET", "soon gone");
            at.ask("EXPIRE", tag + "mortal", String.valueOf(HOUR));
        }
        assertTrue(keys.size() >= 24, () -> "slots of this server hit: " + keys);
    }

    private void put(String key, String command, String... words) {
        List<String> all = new ArrayList<>(List.of(command, key));
        all.addAll(Arrays.asList(words));
        at.ask(all.toArray(String[]::new));
        keys.add(key);
    }

    /** What the servers hold of it: each key with a digest of its value, which does not depend on how it is stored. */
    Map<String, String> digests(List<LocalServer> servers) {
        Map<String, String> digests = new LinkedHashMap<>();
        for (String key : keys) {
            for (LocalServer server : servers) {
                if (server.tell("DEBUG", "DIGEST-VALUE", key) instanceof Reply.Items digest && server.tell("EXISTS", key).equals(new Reply.Text("1"))) {
                    digests.put(key, digest.items().get(0) + " " + server.ask("TYPE", key));
                }
            }
        }
        assertTrue(digests.size() == keys.size(), () -> "of " + keys + " there are " + digests.keySet());
        return digests;
    }

    void assertTimesToLive(List<LocalServer> servers) {
        for (String key : keys) {
            for (LocalServer server : servers) {
                if (server.tell("TTL", key) instanceof Reply.Text left && !left.text().equals("-2")) {
                    long seconds = Long.parseLong(left.text());
                    assertTrue(key.endsWith("mortal") ? seconds > HOUR - 120 && seconds <= HOUR : seconds == -1, () -> key + " " + seconds);
                }
            }
        }
    }
}
