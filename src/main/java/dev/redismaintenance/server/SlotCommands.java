package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The commands on single slots, and the count of keys of many. */
final class SlotCommands {
    static final String COUNT = "CLUSTER COUNTKEYSINSLOT";
    static final String KEYS = "CLUSTER GETKEYSINSLOT";
    static final String USAGE = "MEMORY USAGE";
    private static final byte[] MEMORY = Line.bytes("MEMORY");
    private static final byte[] MEMORY_USAGE = Line.bytes("USAGE");
    /** Counting a slot takes a server about a microsecond. */
    private static final int AT_ONCE = 500;

    private SlotCommands() {
    }

    static byte[][] setSlot(int slot, String state, NodeId node) {
        return Line.words("CLUSTER", "SETSLOT", String.valueOf(slot), state, node.value());
    }

    static byte[][] count(int slot) {
        return Line.words("CLUSTER", "COUNTKEYSINSLOT", String.valueOf(slot));
    }

    static byte[][] keys(int slot, long most) {
        return Line.words("CLUSTER", "GETKEYSINSLOT", String.valueOf(slot), String.valueOf(most));
    }

    /** Of a collection the servers look at five members, where nothing else is said. */
    static byte[][] usage(byte[] key) {
        return new byte[][] {MEMORY, MEMORY_USAGE, key};
    }

    /** Keys by slot; slots without keys are absent. */
    static Map<Integer, Long> count(Line line, SlotRanges slots) throws ServerException {
        Map<Integer, Long> counts = new TreeMap<>();
        List<Integer> all = slots.stream().boxed().toList();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Integer> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            counts.putAll(counts(line, some, line.askAll(some.stream().map(SlotCommands::count).toList())));
        }
        return counts;
    }

    /** @param answers to {@link #count(int)} of each of the slots, and perhaps to more */
    static Map<Integer, Long> counts(Line line, List<Integer> slots, List<Object> answers) throws ServerException {
        Map<Integer, Long> counts = new TreeMap<>();
        for (int i = 0; i < slots.size(); i++) {
            long keys = Answers.number(line, COUNT, answers.get(i));
            if (keys > 0) {
                counts.put(slots.get(i), keys);
            }
        }
        return counts;
    }

    /** Bytes of each key; 0 for one that is gone. Asked in portions, so that others are served in between. */
    static List<Long> usage(Line line, List<byte[]> keys, int atOnce) throws ServerException {
        List<Long> bytes = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += atOnce) {
            bytes.addAll(usage(line, line.askAll(keys.subList(from, Math.min(keys.size(), from + atOnce)).stream().map(SlotCommands::usage).toList())));
        }
        return bytes;
    }

    /** @param answers to {@link #usage(byte[])} */
    static List<Long> usage(Line line, List<Object> answers) throws ServerException {
        List<Long> bytes = new ArrayList<>(answers.size());
        for (Object answer : answers) {
            bytes.add(answer == null ? 0 : Answers.number(line, USAGE, answer));
        }
        return bytes;
    }
}
