package dev.redismaintenance.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Keys of every type, small and large, with and without an end, with names that are no text; and how to tell whether two are alike. */
final class AllKinds {
    private static final String LATER = "4102444800123";

    private AllKinds() {
    }

    /** Hash fields with an end of their own. */
    static boolean fieldsExpire(Flavour flavour) {
        return flavour == Flavour.REDIS_80 || flavour == Flavour.VALKEY_91;
    }

    /** @return their names */
    static List<byte[]> write(Line line, List<String> tags, Flavour flavour) throws ServerException {
        List<byte[]> keys = new ArrayList<>();
        Random random = new Random(1);
        for (String tag : tags) {
            for (int size : new int[] {3, 2000}) {
                for (boolean ends : new boolean[] {false, true}) {
                    String end = "{" + tag + "}:" + size + (ends ? ":ends" : "");
                    byte[] binary = new byte[size * 50];
                    random.nextBytes(binary);
                    List<byte[][]> orders = new ArrayList<>();
                    orders.add(new byte[][] {Line.bytes("SET"), key(keys, end, "string"), binary});
                    byte[] list = key(keys, end, "list");
                    byte[] hash = key(keys, end, "hash");
                    byte[] set = key(keys, end, "set");
                    byte[] numbers = key(keys, end, "numbers");
                    byte[] sorted = key(keys, end, "sorted");
                    byte[] stream = key(keys, end, "stream");
                    byte[] log = key(keys, end, "log");
                    for (int i = 0; i < size; i++) {
                        byte[] word = new byte[12];
                        random.nextBytes(word);
                        byte[] n = Line.bytes(String.valueOf(i));
                        orders.add(new byte[][] {Line.bytes("RPUSH"), list, word});
                        orders.add(new byte[][] {Line.bytes("HSET"), hash, n, word});
                        orders.add(new byte[][] {Line.bytes("SADD"), set, word});
                        orders.add(new byte[][] {Line.bytes("SADD"), numbers, n});
                        orders.add(new byte[][] {Line.bytes("ZADD"), sorted, n, word});
                        orders.add(new byte[][] {Line.bytes("XADD"), stream, Line.bytes("1-" + (i + 1)), n, word});
                    }
                    orders.add(new byte[][] {Line.bytes("XGROUP"), Line.bytes("CREATE"), stream, Line.bytes("group"), Line.bytes("0")});
                    orders.add(new byte[][] {Line.bytes("PFADD"), log, Line.bytes("a"), Line.bytes("b")});
                    if (fieldsExpire(flavour)) {
                        orders.add(new byte[][] {Line.bytes("HPEXPIREAT"), hash, Line.bytes(LATER), Line.bytes("FIELDS"), Line.bytes("1"), Line.bytes("1")});
                    }
                    if (ends) {
                        keys.subList(keys.size() - 8, keys.size()).forEach(k -> orders.add(new byte[][] {Line.bytes("PEXPIREAT"), k, Line.bytes(LATER)}));
                    }
                    for (Object answer : line.askAll(orders)) {
                        if (answer instanceof Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }
                }
            }
        }
        return keys;
    }

    private static byte[] key(List<byte[]> keys, String end, String kind) {
        byte[] text = Line.bytes(kind + end);
        byte[] key = java.util.Arrays.copyOf(text, text.length + 4);
        key[text.length] = (byte) 0xff;
        key[text.length + 1] = '\r';
        key[text.length + 2] = '\n';
        keys.add(key);
        return key;
    }

    /** By name: type, digest of the value, and the end. */
    static Map<String, List<String>> look(Line line, List<byte[]> keys, Flavour flavour) throws ServerException {
        Map<String, List<String>> seen = new LinkedHashMap<>();
        for (byte[] key : keys) {
            List<String> facts = new ArrayList<>();
            facts.add(text(line.ask(Line.bytes("TYPE"), key)));
            facts.add(text(line.ask(Line.bytes("DEBUG"), Line.bytes("DIGEST-VALUE"), key)));
            // MIGRATE sends the time that is left: the end comes later by as long as the key was under way (measured 0 to 4 ms)
            facts.add(text(line.ask(Line.bytes("EXPIRETIME"), key)));
            if (fieldsExpire(flavour) && facts.get(0).equals("hash")) {
                facts.add(text(line.ask(Line.bytes("HPEXPIRETIME"), key, Line.bytes("FIELDS"), Line.bytes("2"), Line.bytes("1"), Line.bytes("2"))));
            }
            if (facts.get(0).equals("stream")) {
                facts.add(text(line.ask(Line.bytes("XINFO"), Line.bytes("GROUPS"), key)));
            }
            seen.put(Base64.getEncoder().encodeToString(key), facts);
        }
        return seen;
    }

    private static String text(Object answer) {
        if (answer instanceof Exception e) {
            throw new IllegalStateException(e);
        }
        if (answer instanceof List<?> list) {
            return list.stream().map(AllKinds::text).toList().toString();
        }
        return answer instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : String.valueOf(answer);
    }
}
