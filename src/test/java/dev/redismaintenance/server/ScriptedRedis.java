package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A source and a target that answer as Redis 8.4 is documented to, as far as a move asks them: no real one was to be had. A task goes
 * on by one state each time it is asked for.
 */
final class ScriptedRedis implements AutoCloseable {
    static final NodeId SOURCE = new NodeId("1111111111111111111111111111111111111111");
    static final NodeId TARGET = new NodeId("2222222222222222222222222222222222222222");
    private static final List<String> STATES = List.of("none", "connecting", "accumulate-buffer", "streaming-buffer", "takeover");

    final List<SlotRanges> imports = new ArrayList<>();
    final List<String> cancelled = new ArrayList<>();
    private final FakeServer source = FakeServer.answering(words -> answer(words, SOURCE));
    private final FakeServer target = FakeServer.answering(words -> answer(words, TARGET));
    private SlotRanges sourceHas;
    private SlotRanges targetHas = SlotRanges.NONE;
    private Task task;
    /** What every task fails with; empty for success. */
    volatile String error = "";

    private static final class Task {
        private final String id;
        private final SlotRanges slots;
        private final NodeId from;
        private int looks;
        private String state = STATES.get(0);
        private String error = "";
        private int retries;

        Task(String id, SlotRanges slots, NodeId from) {
            this.id = id;
            this.slots = slots;
            this.from = from;
        }
    }

    ScriptedRedis(SlotRanges slots) {
        sourceHas = slots;
    }

    Endpoint source() {
        return source.endpoint(ConnectionSettings.PLAIN);
    }

    Endpoint target() {
        return target.endpoint(ConnectionSettings.PLAIN);
    }

    synchronized SlotRanges targetHas() {
        return targetHas;
    }

    synchronized void targetHas(SlotRanges slots) {
        targetHas = slots;
    }

    synchronized void underWay(SlotRanges slots, NodeId from) {
        task = new Task("there", slots, from);
    }

    private synchronized String answer(List<String> words, NodeId self) {
        String what = String.join(" ", words).toUpperCase(Locale.ROOT);
        if (what.equals("CLUSTER NODES")) {
            return bulk(row(SOURCE, self, sourceHas) + row(TARGET, self, targetHas));
        }
        if (what.startsWith("CLUSTER COUNTKEYSINSLOT")) {
            boolean here = (self.equals(SOURCE) ? sourceHas : targetHas).contains(Integer.parseInt(words.get(2)));
            return here ? ":1000\r\n" : ":0\r\n";
        }
        if (what.startsWith("INFO")) {
            return bulk("used_memory_dataset:1000000\r\nused_memory:2000000\r\nmaxmemory:0\r\nevicted_keys:0\r\nexpired_keys:0\r\ndb0:keys=1000,expires=0\r\n");
        }
        if (what.equals("FUNCTION LIST") || what.equals("CONFIG GET CLUSTER-DATABASES")) {
            return "*0\r\n";
        }
        if (what.startsWith("CLUSTER MIGRATION IMPORT")) {
            return begin(words.subList(3, words.size()));
        }
        if (what.startsWith("CLUSTER MIGRATION STATUS")) {
            return status(self);
        }
        if (what.startsWith("CLUSTER MIGRATION CANCEL")) {
            cancelled.add(task.id);
            task.state = "canceled";
            return ":1\r\n";
        }
        return "-ERR unknown subcommand '" + words.get(words.size() > 1 ? 1 : 0) + "'. Try CLUSTER HELP.\r\n";
    }

    private String begin(List<String> bounds) {
        if (task != null && !task.state.equals("completed") && !task.state.equals("canceled")) {
            return "-ERR another ASM task is already in progress\r\n";
        }
        SlotRanges slots = SlotRanges.NONE;
        for (int i = 0; i < bounds.size(); i += 2) {
            slots = slots.plus(SlotRanges.of(Integer.parseInt(bounds.get(i)), Integer.parseInt(bounds.get(i + 1))));
        }
        imports.add(slots);
        task = new Task("task" + imports.size(), slots, SOURCE);
        return bulk(task.id);
    }

    private String status(NodeId self) {
        if (task == null) {
            return "*0\r\n";
        }
        if (self.equals(TARGET)) {
            goOn();
        }
        List<String> fields = List.of("id", task.id, "slots", task.slots.toString(), "source", task.from.value(), "dest", TARGET.value(),
                "operation", self.equals(TARGET) ? "import" : "migrate", "state", task.state, "last_error", task.error,
                "retries", String.valueOf(task.retries), "create_time", "1", "start_time", "1", "end_time", "1", "write_pause_ms", self.equals(TARGET) ? "0" : "12");
        StringBuilder text = new StringBuilder("*1\r\n*" + fields.size() + "\r\n");
        fields.forEach(field -> text.append(bulk(field)));
        return text.toString();
    }

    private void goOn() {
        if (task.state.equals("completed") || task.state.equals("canceled")) {
            return;
        }
        task.looks++;
        if (task.looks < STATES.size()) {
            task.state = STATES.get(task.looks);
        } else if (!error.isEmpty()) {
            task.error = error;
            task.state = "failed";
            task.retries++;
            task.looks = 0;
        } else {
            task.state = "completed";
            sourceHas = sourceHas.minus(task.slots);
            targetHas = targetHas.plus(task.slots);
        }
    }

    private static String row(NodeId id, NodeId self, SlotRanges slots) {
        return id + " 127.0.0.1:6379@16379 " + (id.equals(self) ? "myself," : "") + "master - 0 0 1 connected" + (slots.isEmpty() ? "" : " " + slots) + "\n";
    }

    private static String bulk(String text) {
        return "$" + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + text + "\r\n";
    }

    @Override
    public void close() throws IOException {
        source.close();
        target.close();
    }
}
