package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TargetMemoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long GROUP = 256 << 10;
    private static final long MAXMEMORY = 100 << 20;

    private final AtomicInteger asked = new AtomicInteger();
    private final FakeServer server = FakeServer.answering(words -> {
        asked.incrementAndGet();
        String info = "used_memory:" + used() + "\r\nmaxmemory:" + MAXMEMORY + "\r\nmaxmemory_policy:allkeys-lru\r\nevicted_keys:" + evicted() + "\r\n";
        return "$" + info.length() + "\r\n" + info + "\r\n";
    });
    private Line line;
    private TargetMemory memory;
    private long used = 10 << 20;
    private long evicted = 7;

    @BeforeEach
    void open() throws ServerException {
        line = Line.open(server.endpoint(ConnectionSettings.PLAIN), PATIENCE, PATIENCE);
        memory = new TargetMemory(line);
        asked.set(0);
    }

    @AfterEach
    void close() throws IOException {
        line.close();
        server.close();
    }

    @Test
    void where_there_is_plenty_of_room_it_is_asked_once_for_many_groups() throws ServerException {
        for (int i = 0; i < 8; i++) {
            assertEquals(Optional.empty(), memory.lacksRoomFor(GROUP));
        }
        assertEquals(1, asked.get(), "2 MB");
        assertEquals(Optional.empty(), memory.lacksRoomFor(GROUP));
        assertEquals(2, asked.get());
    }

    @Test
    void a_slot_of_more_than_that_is_asked_for_by_itself() throws ServerException {
        assertEquals(Optional.empty(), memory.lacksRoomFor(10 << 20));
        assertEquals(Optional.empty(), memory.lacksRoomFor(10 << 20));
        assertEquals(2, asked.get());
    }

    @Test
    void where_there_is_no_plenty_it_is_asked_for_each_group_since_others_write_there_too() throws ServerException {
        use(MAXMEMORY - TargetMemory.PLENTY);
        assertEquals(Optional.empty(), memory.lacksRoomFor(GROUP));
        assertEquals(Optional.empty(), memory.lacksRoomFor(GROUP));
        assertEquals(2, asked.get());
    }

    @Test
    void a_slot_without_keys_does_not_go_unasked_when_it_is_the_first() throws ServerException {
        use(MAXMEMORY + 1);
        assertTrue(memory.lacksRoomFor(0).isPresent());
    }

    @Test
    void where_there_is_little_room_it_is_asked_for_each_group() throws ServerException {
        use(MAXMEMORY - 2 * GROUP);
        assertEquals(Optional.empty(), memory.lacksRoomFor(GROUP));
        use(MAXMEMORY - GROUP);
        assertTrue(memory.lacksRoomFor(GROUP).orElseThrow().getMessage().contains("has no room for the next slots"));
        assertEquals(2, asked.get());
    }

    @Test
    void one_that_has_begun_to_evict_is_told_and_what_it_had_evicted_before_is_not() throws ServerException {
        assertEquals(Optional.empty(), memory.isFull());
        evict(12);
        assertTrue(memory.isFull().orElseThrow().getMessage().contains("has evicted 5 keys"));
        assertTrue(memory.lacksRoomFor(GROUP).isPresent());
    }

    private synchronized long used() {
        return used;
    }

    private synchronized long evicted() {
        return evicted;
    }

    private synchronized void use(long bytes) {
        used = bytes;
    }

    private synchronized void evict(long keys) {
        evicted = keys;
    }
}
