package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts up keys all over the cluster, follows redirections, and remembers what was acknowledged. */
final class SlotWriter implements AutoCloseable {
    private static final int KEYS = 500;

    private final Map<String, Line> lines = new HashMap<>();
    private final Map<Integer, String> owner = new HashMap<>();
    private final long[] acknowledged = new long[KEYS];
    private final List<String> errors = new ArrayList<>();
    private final String first;
    private final Thread thread = new Thread(this::write, "slot-writer");
    private volatile boolean stopped;

    SlotWriter(List<LocalServer> servers) throws ServerException {
        for (LocalServer server : servers) {
            lines.put(server.address(), Line.open(server.endpoint(), Duration.ofSeconds(2), Duration.ofSeconds(10)));
        }
        first = servers.get(0).address();
        thread.start();
    }

    private void write() {
        long round = 0;
        while (!stopped) {
            round++;
            for (int key = 0; key < KEYS && !stopped; key++) {
                Object answer = ask(key, "INCR", "w:" + key);
                if (answer instanceof Long value && value == acknowledged[key] + 1) {
                    acknowledged[key] = value;
                } else {
                    errors.add(key + " in round " + round + ": " + Reply.of(answer) + " after " + acknowledged[key]);
                }
            }
        }
    }

    private Object ask(int key, String... words) {
        try {
            while (true) {
                Object answer = lines.get(owner.getOrDefault(key, first)).ask(words);
                if (!(Reply.of(answer) instanceof Reply.Failure moved && moved.is("MOVED"))) {
                    return answer;
                }
                String to = ((Reply.Failure) Reply.of(answer)).text().split(" ")[2];
                owner.put(key, to.substring(0, to.lastIndexOf(':')));
            }
        } catch (ServerException e) {
            return e.getMessage().getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Every count is what was acknowledged last, and nothing but redirections was answered. */
    void stopAndCheck() throws InterruptedException {
        stopped = true;
        thread.join();
        assertEquals(List.of(), errors);
        assertTrue(acknowledged[KEYS - 1] > 0);
        for (int key = 0; key < KEYS; key++) {
            assertEquals(new Reply.Text(String.valueOf(acknowledged[key])), Reply.of(ask(key, "GET", "w:" + key)), "w:" + key);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
        lines.values().forEach(Line::close);
    }
}
