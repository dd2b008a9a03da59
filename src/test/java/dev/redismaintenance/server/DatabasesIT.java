package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisDataException;

/** Clusters of Valkey 9 with several databases: of a slot all of them move. */
class DatabasesIT {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(10);
    private static final List<Integer> USED = List.of(0, 1, 3);
    private static final SlotRanges SLOTS = SlotRanges.of(0, 299);
    private static final int IN_EACH = 4;
    private static final int CROWD = 6000;

    private final ThreePrimaries cluster = new ThreePrimaries(Flavour.VALKEY_91, "--cluster-databases", "4");
    private final KeyByKeyMove keyByKey = new KeyByKeyMove(CONNECT, READ);

    @AfterEach
    void end() {
        cluster.close();
    }

    private static Line in(LocalServer server, int database) throws ServerException {
        Line line = Line.open(server.endpoint(), CONNECT, READ);
        line.requireOk("SELECT", line.ask("SELECT", String.valueOf(database)));
        return line;
    }

    private static String value(int database, int slot, int number) {
        return database + "/" + slot + "/" + number;
    }

    /** In each database other values under the same names, some of them with an end; one crowded slot in the last. */
    private void fill() throws ServerException {
        for (int database : USED) {
            try (Line line = in(cluster.source, database)) {
                List<byte[][]> sets = new ArrayList<>();
                for (int slot : SLOTS.stream().toArray()) {
                    for (int i = 0; i < IN_EACH; i++) {
                        String key = ThreePrimaries.key(slot, i);
                        sets.add(i == 0 ? Line.words("SET", key, value(database, slot, i), "EX", "1000") : Line.words("SET", key, value(database, slot, i)));
                    }
                }
                for (int i = IN_EACH; database == 3 && i < CROWD; i++) {
                    sets.add(Line.words("SET", ThreePrimaries.key(7, i), value(3, 7, i)));
                }
                for (Object answer : line.askAll(sets)) {
                    line.requireOk("SET", answer);
                }
            }
        }
    }

    private static long total() {
        return (long) USED.size() * SLOTS.count() * IN_EACH + CROWD - IN_EACH;
    }

    private void assertAllArrived() throws ServerException {
        for (int database : USED) {
            try (Line line = in(cluster.target, database); Line old = in(cluster.source, database)) {
                for (int slot : SLOTS.stream().toArray()) {
                    for (int i = 0; i < (database == 3 && slot == 7 ? CROWD : IN_EACH); i++) {
                        String key = ThreePrimaries.key(slot, i);
                        assertEquals(value(database, slot, i), new String((byte[]) line.ask("GET", key), StandardCharsets.UTF_8));
                        if (i == 0) {
                            assertTrue(Answers.number(line, "TTL", line.ask("TTL", key)) > 900);
                        }
                    }
                }
                assertEquals(0L, SlotCommands.count(old, SLOTS).size(), "the source has nothing left in database " + database);
            }
        }
        assertEquals(ThreePrimaries.OF_SOURCE.minus(SLOTS), cluster.own(cluster.source).slots());
        KeyByKey.assertNothingOpen(cluster);
    }

    private void assertAllMove(Inventory inventory, Way way) throws ServerException {
        assertEquals(total(), inventory.keys(SLOTS));
        Steps steps = new Steps();
        way.move(cluster.order(cluster.source, SLOTS, ConnectionSettings.PLAIN, Optional.of(inventory)), steps);
        assertAllArrived();
        assertEquals(total(), steps.keys);
    }

    @Test
    void key_by_key_the_keys_of_all_databases_move() throws Exception {
        fill();
        assertAllMove(new KeyCount(CONNECT, READ).count(cluster.source.endpoint(), cluster.id(cluster.source), SLOTS, new Steps()), keyByKey::move);
    }

    @Test
    void atomically_they_do_and_are_counted() throws Exception {
        fill();
        JedisSlotWork work = new JedisSlotWork();
        assertAllMove(work.count(cluster.source.endpoint(), cluster.id(cluster.source), SLOTS, new Steps()), work::move);
    }

    @Test
    void a_slot_that_is_half_way_is_finished_in_all_of_them() throws Exception {
        fill();
        KeyByKey.open(cluster, 5);
        for (int database : List.of(0, 3)) {
            try (Line line = in(cluster.source, database)) {
                line.requireOk("MIGRATE", line.ask("MIGRATE", cluster.target.address(), "6379", ThreePrimaries.key(5, 1), String.valueOf(database), "1000"));
            }
        }
        new JedisSlotWork().move(cluster.order(SLOTS), new Steps());
        assertAllArrived();
    }

    @Test
    void what_a_broken_off_move_has_left_on_the_target_does_not_come_to_life_in_any() throws Exception {
        fill();
        String gone = ThreePrimaries.key(9, 77);
        KeyByKey.setSlot(cluster, cluster.target, 9, "IMPORTING", cluster.id(cluster.source).value());
        for (int database : USED) {
            try (Line line = in(cluster.target, database)) {
                line.ask("ASKING");
                line.requireOk("SET", line.ask("SET", gone, "old"));
            }
        }
        cluster.tell(cluster.target, "CLUSTER", "SETSLOT", "9", "STABLE");
        assertEquals(3, new JedisServers().keysInSlot(cluster.target.endpoint(), 9));
        new JedisSlotWork().move(cluster.order(SLOTS), new Steps());
        assertAllArrived();
        for (int database : USED) {
            try (Line line = in(cluster.target, database)) {
                assertEquals(null, line.ask("GET", gone), "in database " + database);
            }
        }
    }

    /** Goes where the servers send it, as a client does. */
    private Map<String, String> writeUntil(AtomicBoolean end, int database) throws ServerException {
        Map<String, String> acknowledged = new TreeMap<>();
        NodeId target = cluster.id(cluster.target);
        try (Line source = in(cluster.source, database); Line there = in(cluster.target, database)) {
            for (int i = 0; !end.get(); i++) {
                String key = ThreePrimaries.key(i * 7 % SLOTS.count(), 1000 + i % 50);
                Object answer = source.ask("SET", key, String.valueOf(i));
                if (answer instanceof JedisDataException sent) {
                    assertTrue(sent.getMessage().matches("(ASK|MOVED) \\d+ " + cluster.target.address() + ":6379"), () -> target + ": " + sent.getMessage());
                    List<byte[][]> words = new ArrayList<>();
                    if (sent.getMessage().startsWith("ASK")) {
                        words.add(Line.words("ASKING"));
                    }
                    words.add(Line.words("SET", key, String.valueOf(i)));
                    List<Object> answers = there.askAll(words);
                    answer = answers.get(answers.size() - 1);
                }
                there.requireOk("SET", answer);
                acknowledged.put(key, String.valueOf(i));
            }
        }
        return acknowledged;
    }

    @Test
    void no_write_to_another_database_is_lost_while_its_slots_move_key_by_key() throws Exception {
        fill();
        AtomicBoolean end = new AtomicBoolean();
        CompletableFuture<Map<String, String>> writer = CompletableFuture.supplyAsync(() -> {
            try {
                return writeUntil(end, 2);
            } catch (ServerException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            keyByKey.move(cluster.order(SLOTS), new Steps());
        } finally {
            end.set(true);
        }
        Map<String, String> acknowledged = writer.get();
        assertTrue(acknowledged.size() > 100);
        try (Line line = in(cluster.target, 2)) {
            for (Map.Entry<String, String> one : acknowledged.entrySet()) {
                assertEquals(one.getValue(), new String((byte[]) line.ask("GET", one.getKey()), StandardCharsets.UTF_8));
            }
        }
        assertAllArrived();
    }

    /** The servers would put the keys of the one database into another, over those of the same names. */
    @Test
    void where_the_target_lacks_a_database_nothing_is_touched_and_a_person_is_told() throws Exception {
        fill();
        cluster.target.restart("--cluster-databases", "2");
        cluster.awaitAgreement();
        for (Way way : List.<Way>of(keyByKey::move, new JedisSlotWork()::move)) {
            ServerException told = assertThrows(ServerException.class, () -> way.move(cluster.order(SLOTS), new Steps()));
            assertTrue(told.getMessage().contains("has no database 3") && told.getMessage().contains("set cluster-databases"), told.getMessage());
        }
        assertEquals(ThreePrimaries.OF_SOURCE, cluster.own(cluster.source).slots());
        KeyByKey.assertNothingOpen(cluster);
        assertEquals(0L, Long.parseLong(cluster.tell(cluster.target, "DBSIZE")));
    }

    @Test
    void a_user_who_is_confined_to_some_of_them_is_told_so_before_anything_is_touched() throws Exception {
        fill();
        ConnectionSettings confined = new ConnectionSettings(Optional.of(Operator.NAME), Optional.of("s3cret-word"), Optional.empty());
        for (LocalServer server : cluster.servers()) {
            Operator.make(server, "s3cret-word");
        }
        cluster.tell(cluster.target, "ACL", "SETUSER", Operator.NAME, "resetdbs", "db=0,1");
        ServerException told = assertThrows(ServerException.class, () -> keyByKey.move(cluster.order(cluster.source, SLOTS, confined, Optional.empty()), new Steps()));
        assertTrue(told.getMessage().contains("confined to some databases") && told.getMessage().contains("alldbs"), told.getMessage());
        assertEquals(ThreePrimaries.OF_SOURCE, cluster.own(cluster.source).slots());
        KeyByKey.assertNothingOpen(cluster);
        cluster.tell(cluster.target, "ACL", "SETUSER", Operator.NAME, "alldbs");
        keyByKey.move(cluster.order(cluster.source, SLOTS, confined, Optional.empty()), new Steps());
        assertAllArrived();
    }

    private interface Way {
        void move(SlotWork.Order order, SlotWork.Listener listener) throws ServerException;
    }
}
