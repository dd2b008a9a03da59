package dev.redismaintenance.server;

import dev.redismaintenance.cluster.BigKey;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Inventory.Content;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.SlotWork.Listener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * What do these slots hold, key by key? Every key is asked ({@code MEMORY USAGE}, five samples of a collection: measured 2.7 % below the
 * truth, while a sample of keys was 24-35 % below and missed the big ones).
 * <ol>
 * <li>Count the keys of all slots, in each of the {@link Databases}.</li>
 * <li>A slot's keys are listed at once ({@code CLUSTER GETKEYSINSLOT} has no cursor); slots of more than {@link #LISTED} keys, whose list would
 * hold the server, are gone through with one {@code SCAN} of the whole database, which may name a key twice while the table grows.</li>
 * <li>Questions go in portions, and so do the lists of small slots; the server has the next one while the answers to the last are read
 * ({@link AskedAhead}), so two of them may hold it for a third of a millisecond (measured 2.8 microseconds a key). A longer list goes alone.</li>
 * <li>A key of so many bytes that it might block for longer than {@link BigKey#BOUND} is asked for its type, behind its portion.</li>
 * </ol>
 * Reads only. Stopped, it returns what it has counted so far.
 */
final class KeyCount {
    private static final int PORTION = 60;
    private static final int LISTED = 5000;
    /** Above, the list of a slot is long enough to go alone. */
    private static final int SHORT_LIST = 300;
    private static final byte[] TYPE = Line.bytes("TYPE");
    /** The type of a key that has expired meanwhile. */
    private static final String GONE = "none";

    private final Duration connectTimeout;
    private final Duration readTimeout;

    KeyCount(Duration connectTimeout, Duration readTimeout) {
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    /** As {@link SlotWork#count}. */
    Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
        try (Line line = Line.open(server, connectTimeout, readTimeout)) {
            Counting counting = new Counting(line, listener);
            Databases.of(line).each(database -> counting.count(slots));
            return new Inventory(node, slots, counting.contents, true, counting.big, SlotCount.libraries(line));
        }
    }

    private static final class Counting {
        private final Line line;
        private final Listener listener;
        private final AskedAhead ahead;
        /** Listed, and not asked about yet. */
        private final Queue<List<byte[]>> listed = new ArrayDeque<>();
        private final Map<Integer, Content> contents = new HashMap<>();
        private final List<BigKey> big = new ArrayList<>();

        private record Large(byte[] key, int slot, long bytes) {
        }

        Counting(Line line, Listener listener) {
            this.line = line;
            this.listener = listener;
            this.ahead = new AskedAhead(line);
        }

        /** In the database that is selected. */
        void count(SlotRanges slots) throws ServerException {
            Set<Integer> crowded = new HashSet<>();
            List<Integer> some = new ArrayList<>();
            long keys = 0;
            for (Map.Entry<Integer, Long> slot : SlotCommands.count(line, slots).entrySet()) {
                if (listener.stopped()) {
                    break;
                }
                if (slot.getValue() > LISTED) {
                    crowded.add(slot.getKey());
                    continue;
                }
                if (slot.getValue() > SHORT_LIST) {
                    ahead.readAll();
                    list(List.of(slot.getKey()));
                    ahead.readAll();
                    askForBytes();
                    continue;
                }
                some.add(slot.getKey());
                keys += slot.getValue();
                if (keys >= PORTION) {
                    list(some);
                    askForBytes();
                    some.clear();
                    keys = 0;
                }
            }
            list(some);
            if (!crowded.isEmpty()) {
                scan(crowded);
            }
            ahead.readAll();
            askForBytes();
            ahead.readAll();
        }

        private void list(List<Integer> slots) throws ServerException {
            ahead.ask(slots.stream().map(slot -> SlotCommands.keys(slot, LISTED)).toList(), answers -> {
                List<byte[]> keys = new ArrayList<>();
                for (Object answer : answers) {
                    keys.addAll(Answers.keys(line, SlotCommands.KEYS, answer));
                }
                listed.add(keys);
            });
        }

        private void scan(Set<Integer> slots) throws ServerException {
            String cursor = "0";
            do {
                List<Object> answers = new ArrayList<>();
                ahead.ask(List.<byte[][]>of(Line.words("SCAN", cursor, "COUNT", String.valueOf(PORTION))), answers::addAll);
                ahead.readAll();
                List<?> answer = Answers.list(line, "SCAN", answers.get(0));
                cursor = Answers.text(line, "SCAN", answer.get(0));
                listed.add(Answers.keys(line, "SCAN", answer.get(1)).stream().filter(key -> slots.contains(JedisClusterCRC16.getSlot(key))).toList());
                askForBytes();
            } while (!cursor.equals("0") && !listener.stopped());
        }

        private void askForBytes() throws ServerException {
            for (List<byte[]> keys = listed.poll(); keys != null; keys = listed.poll()) {
                for (int from = 0; from < keys.size(); from += PORTION) {
                    List<byte[]> some = keys.subList(from, Math.min(keys.size(), from + PORTION));
                    ahead.ask(some.stream().map(SlotCommands::usage).toList(), answers -> add(some, SlotCommands.usage(line, answers)));
                }
            }
        }

        private void add(List<byte[]> keys, List<Long> bytes) throws ServerException {
            List<Large> large = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                long size = bytes.get(i);
                if (size > 0) {
                    int slot = JedisClusterCRC16.getSlot(keys.get(i));
                    contents.merge(slot, new Content(1, size), (a, b) -> new Content(a.keys() + b.keys(), a.bytes() + b.bytes()));
                    if (size > BlockingEstimate.HARMLESS) {
                        large.add(new Large(keys.get(i), slot, size));
                    }
                }
            }
            if (!large.isEmpty()) {
                ahead.ask(large.stream().map(one -> new byte[][] {TYPE, one.key()}).toList(), answers -> {
                    for (int i = 0; i < large.size(); i++) {
                        judge(large.get(i), Answers.text(line, "TYPE", answers.get(i)));
                    }
                });
            }
        }

        private void judge(Large key, String type) {
            Duration blocks = BlockingEstimate.of(type, key.bytes());
            if (!type.equals(GONE) && blocks.compareTo(BigKey.BOUND) > 0) {
                big.add(new BigKey(key.slot(), type, key.bytes(), blocks));
            }
        }
    }
}
