package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskedAheadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<String> read = new ArrayList<>();

    private void ask(AskedAhead ahead, String... words) throws ServerException {
        ahead.ask(List.of(words).stream().map(word -> Line.words("ECHO", word)).toList(), answers -> answers.forEach(a -> read.add(new String((byte[]) a, StandardCharsets.UTF_8))));
    }

    private static String echo(List<String> words) {
        String word = words.get(words.size() - 1);
        return words.get(0).equals("ECHO") ? "$" + word.length() + "\r\n" + word + "\r\n" : "+OK\r\n";
    }

    @Test
    void answers_are_read_in_the_order_of_the_questions_and_one_is_left_unread() throws Exception {
        try (FakeServer server = FakeServer.answering(AskedAheadTest::echo); Line line = Line.open(server.endpoint(ConnectionSettings.PLAIN), PATIENCE, PATIENCE)) {
            AskedAhead ahead = new AskedAhead(line);
            ask(ahead, "a");
            assertEquals(List.of(), read);
            ask(ahead, "b1", "b2");
            assertEquals(List.of("a"), read);
            ask(ahead);
            assertEquals(List.of("a", "b1", "b2"), read);
            ask(ahead, "c");
            assertEquals(List.of("a", "b1", "b2"), read);
            ahead.readAll();
            assertEquals(List.of("a", "b1", "b2", "c"), read);
            ask(ahead, "d");
            ahead.readAll();
            assertEquals(List.of("a", "b1", "b2", "c", "d"), read);
        }
    }

    @Test
    void the_server_has_the_next_question_before_the_answer_to_the_last_is_read() throws Exception {
        try (FakeServer server = new FakeServer(connection -> {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            while (true) {
                // says nothing to the first before it has the second
                String both = echo(FakeServer.command(in)) + echo(FakeServer.command(in));
                connection.getOutputStream().write(both.getBytes(StandardCharsets.UTF_8));
            }
        }); Line line = Line.open(server.endpoint(ConnectionSettings.PLAIN), PATIENCE, PATIENCE)) {
            AskedAhead ahead = new AskedAhead(line);
            ask(ahead, "a");
            ask(ahead, "b");
            ahead.readAll();
            assertEquals(List.of("a", "b"), read);
        }
    }
}
