package dev.redismaintenance.server;

import static dev.redismaintenance.server.KeyByKey.assertMoved;
import static dev.redismaintenance.server.KeyByKey.assertNothingLost;
import static dev.redismaintenance.server.KeyByKey.assertNothingOpen;
import static dev.redismaintenance.server.KeyByKey.carry;
import static dev.redismaintenance.server.KeyByKey.open;
import static dev.redismaintenance.server.KeyByKey.setSlot;
import static dev.redismaintenance.server.KeyByKey.traffic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.server.ServerException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Slots of real servers, moved key by key. */
@ParameterizedClass
@EnumSource
class KeyByKeyMoveIT {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(3);

    @Parameter
    Flavour flavour;

    private final KeyByKeyMove mover = new KeyByKeyMove(CONNECT, READ);

    private static Inventory counted(ThreePrimaries cluster, SlotRanges slots) throws ServerException {
        return new KeyCount(CONNECT, READ).count(cluster.source.endpoint(), cluster.id(cluster.source), slots, new Steps());
    }

    @Test
    void all_kinds_of_keys_arrive_as_they_were() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour); Line at = Line.open(cluster.source.endpoint(), CONNECT, Duration.ofSeconds(20))) {
            List<byte[]> keys = AllKinds.write(at, List.of(Tags.of(5), Tags.of(6), Tags.of(99)), flavour);
            cluster.fill(SlotRanges.of(100, 130), 50, 100);
            cluster.fill(SlotRanges.of(131, 131), 3000, 10);
            SlotRanges slots = SlotRanges.of(0, 511).plus(SlotRanges.of(8000, 8000));
            Map<String, List<String>> before = AllKinds.look(at, keys, flavour);
            Inventory inventory = counted(cluster, slots);
            assertEquals(keys.size() + 31 * 50 + 3000, inventory.keys(slots));

            Steps steps = new Steps();
            mover.move(cluster.order(cluster.source, slots, ConnectionSettings.PLAIN, Optional.of(inventory)), steps);

            assertMoved(cluster, slots);
            assertEquals(slots, steps.moved);
            assertEquals(inventory.keys(slots), steps.keys);
            assertEquals(inventory.bytes(slots), steps.bytes);
            try (Line target = Line.open(cluster.target.endpoint(), CONNECT, Duration.ofSeconds(20))) {
                Map<String, List<String>> after = AllKinds.look(target, keys, flavour);
                before.forEach((key, facts) -> assertEquals(facts, after.get(key)));
            }
        }
    }

    @Test
    void the_inventory_tells_bytes_big_keys_and_libraries() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            cluster.fill(SlotRanges.of(10, 12), 20, 1000);
            cluster.fill(SlotRanges.of(13, 13), 6000, 10);
            cluster.fill(SlotRanges.of(14, 14), 1, 20_000_000);
            cluster.tell(cluster.source, "FUNCTION", "LOAD", "#!lua name=mylib\nredis.register_function('f', function() return 1 end)");
            Inventory inventory = counted(cluster, SlotRanges.of(11, 20));
            assertEquals(Set.of(11, 12, 13, 14), inventory.slots().keySet());
            assertEquals(20, inventory.keys(11));
            assertTrue(inventory.bytes(11) > 20_000 && inventory.bytes(11) < 30_000, () -> inventory.slots().toString());
            assertEquals(6000, inventory.keys(13));
            assertEquals(1, inventory.bigKeys().size());
            assertEquals(14, inventory.bigKeys().get(0).slot());
            assertEquals("string", inventory.bigKeys().get(0).type());
            assertEquals(Set.of("mylib"), inventory.libraries());
            assertTrue(inventory.exact());
        }
    }

    @Test
    void nothing_is_lost_and_no_client_sees_an_error_under_load() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour); Traffic traffic = traffic(cluster)) {
            traffic.awaitWrites(2000);
            SlotRanges slots = SlotRanges.of(0, 1999);
            cluster.fill(slots, 10, 1000);
            mover.move(cluster.order(slots), new Steps());
            traffic.awaitWrites(500);
            Traffic.Report report = traffic.stop();
            assertNothingLost(report);
            assertEquals(0, report.failed(), report::toString);
            assertMoved(cluster, slots);
        }
    }

    @Test
    void under_load_with_replicas_too() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            LocalServer copy = cluster.addReplica(flavour, cluster.source, "--cluster-allow-replica-migration", "no");
            LocalServer other = cluster.addReplica(flavour, cluster.target, "--cluster-allow-replica-migration", "no");
            SlotRanges slots = SlotRanges.of(0, 999);
            try (Traffic traffic = traffic(cluster)) {
                traffic.awaitWrites(1000);
                cluster.fill(slots, 10, 1000);
                mover.move(cluster.order(slots), new Steps());
                Traffic.Report report = traffic.stop();
                assertNothingLost(report);
                assertEquals(0, report.failed(), report::toString);
            }
            assertMoved(cluster, slots);
            for (LocalServer replica : List.of(copy, other)) {
                ThreePrimaries.eventually("no replica keeps a slot open", () -> cluster.own(replica).openSlots().isEmpty());
            }
            ThreePrimaries.eventually("the copy has let go", () -> slots.stream().limit(50).allMatch(slot -> cluster.keys(copy, slot) == 0));
            ThreePrimaries.eventually("the other has them", () -> slots.stream().limit(50).allMatch(slot -> cluster.keys(other, slot) >= 10));
        }
    }

    @Test
    void goes_on_from_each_state_that_a_cut_leaves() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            SlotRanges slots = SlotRanges.of(0, 9);
            cluster.fill(slots, 4, 10);
            String from = cluster.id(cluster.source).value();
            String to = cluster.id(cluster.target).value();
            // 1: only the target was told
            setSlot(cluster, cluster.target, 1, "IMPORTING", from);
            // 2: both were
            open(cluster, 2);
            // 3: the target has forgotten
            setSlot(cluster, cluster.source, 3, "MIGRATING", to);
            // 4: half of the keys have gone, and one was written anew on the target
            open(cluster, 4);
            carry(cluster, 4, 0, 1);
            assertEquals(new Reply.Text("OK"), asking(cluster, "SET", ThreePrimaries.key(4, 0), "newer").get(0));
            // 5: a key on both sides, changed on the source since
            open(cluster, 5);
            cluster.tell(cluster.source, "MIGRATE", cluster.target.address(), "6379", "", "0", "1000", "COPY", "KEYS", ThreePrimaries.key(5, 0));
            cluster.tell(cluster.source, "SET", ThreePrimaries.key(5, 0), "newer");
            // 6: all gone, nobody was told
            open(cluster, 6);
            carry(cluster, 6, 0, 1, 2, 3);
            // 7: the target owns it, the source was not told
            open(cluster, 7);
            carry(cluster, 7, 0, 1, 2, 3);
            setSlot(cluster, cluster.target, 7, "NODE", to);
            // 8: all done but for the witness
            open(cluster, 8);
            carry(cluster, 8, 0, 1, 2, 3);
            setSlot(cluster, cluster.target, 8, "NODE", to);
            setSlot(cluster, cluster.source, 8, "NODE", to);

            mover.move(cluster.order(slots), new Steps());

            assertMoved(cluster, slots);
            for (int slot = 0; slot <= 9; slot++) {
                assertEquals(4, cluster.keys(cluster.target, slot), "keys in slot " + slot);
            }
            assertEquals("newer", cluster.tell(cluster.target, "GET", ThreePrimaries.key(4, 0)));
            assertEquals("newer", cluster.tell(cluster.target, "GET", ThreePrimaries.key(5, 0)));
            mover.move(cluster.order(slots), new Steps());
        }
    }

    /** Each answer but that of ASKING. */
    private static List<Reply> asking(ThreePrimaries cluster, String... words) throws ServerException {
        return new Exchange(CONNECT, READ).with(cluster.target.endpoint(), List.of(Command.of("ASKING"), Command.of(words))).subList(1, 2);
    }

    @Test
    void what_an_earlier_failure_left_on_the_target_does_not_come_back() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            cluster.fill(SlotRanges.of(3, 3), 3, 10);
            open(cluster, 3);
            for (String key : List.of(ThreePrimaries.key(3, 0), ThreePrimaries.key(3, 77))) {
                assertEquals(new Reply.Text("OK"), asking(cluster, "SET", key, "left over").get(0));
            }
            cluster.tell(cluster.target, "CLUSTER", "SETSLOT", "3", "STABLE");
            cluster.tell(cluster.source, "CLUSTER", "SETSLOT", "3", "STABLE");
            assertEquals(2, cluster.keys(cluster.target, 3));
            mover.move(cluster.order(SlotRanges.of(0, 10)), new Steps());
            assertMoved(cluster, SlotRanges.of(0, 10));
            assertEquals(3, cluster.keys(cluster.target, 3));
            assertEquals("0", cluster.tell(cluster.target, "EXISTS", ThreePrimaries.key(3, 77)));
            assertEquals("x".repeat(10), cluster.tell(cluster.target, "GET", ThreePrimaries.key(3, 0)));
        }
    }

    @Test
    void slots_that_are_not_the_sources_or_in_somebody_elses_hands_are_left_alone() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            Refused.as(Kind.Refused, () -> mover.move(cluster.order(SlotRanges.of(8190, 12290)), new Steps()), "does not own slots 12288-12290");
            setSlot(cluster, cluster.source, 4, "MIGRATING", cluster.id(cluster.witness).value());
            Refused.as(Kind.Refused, () -> mover.move(cluster.order(SlotRanges.of(0, 10)), new Steps()), "slot 4", "somebody else's");
            assertEquals(ThreePrimaries.OF_SOURCE, cluster.own(cluster.source).slots());
        }
    }

    @Test
    void stopped_it_leaves_no_slot_open() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            cluster.fill(SlotRanges.of(0, 199), 5, 100);
            Steps steps = new Steps(s -> {
                if (s.moved.count() > 60) {
                    s.stop();
                }
            });
            mover.move(cluster.order(SlotRanges.of(0, 199)), steps);
            assertTrue(steps.moved.count() < 200, () -> steps.moved.toString());
            assertMoved(cluster, steps.moved);
        }
    }

    @Test
    void the_last_slots_of_a_source_go_as_well() throws Exception {
        try (ThreePrimaries cluster = new ThreePrimaries(flavour, "--cluster-allow-replica-migration", "yes")) {
            cluster.fill(SlotRanges.of(8000, 8191), 2, 10);
            mover.move(cluster.order(ThreePrimaries.OF_SOURCE), new Steps());
            assertEquals(SlotRanges.of(0, 12287), cluster.own(cluster.target).slots());
            assertEquals(Set.of(), cluster.own(cluster.target).openSlots());
            assertEquals(192 * 2, Long.parseLong(cluster.tell(cluster.target, "DBSIZE")));
        }
    }

    /** No more rights than these, on all servers; keys where a command touches some. */
    private static void makeUser(ThreePrimaries cluster, String password) {
        for (LocalServer server : cluster.servers()) {
            server.ask("ACL", "SETUSER", "mover", "reset", "on", ">" + password, "~*", "resetchannels", "-@all", "+info", "+config|get", "+cluster|nodes",
                    "+cluster|countkeysinslot", "+cluster|getkeysinslot", "+cluster|setslot", "+migrate", "+restore-asking", "+select", "+asking", "+unlink",
                    "+memory|usage", "+type", "+scan", "+function|list");
        }
    }

    @Test
    void a_user_with_these_rights_and_no_others_can_do_it_and_the_password_is_never_told() throws Exception {
        String password = "s3cret-word";
        ConnectionSettings mover = new ConnectionSettings(Optional.of("mover"), Optional.of(password), Optional.empty());
        try (ThreePrimaries cluster = new ThreePrimaries(flavour)) {
            makeUser(cluster, password);
            cluster.fill(SlotRanges.of(0, 9), 5, 10);
            cluster.fill(SlotRanges.of(5, 5), 6000, 10);
            setSlot(cluster, cluster.target, 3, "IMPORTING", cluster.id(cluster.source).value());
            assertEquals(new Reply.Text("OK"), asking(cluster, "SET", ThreePrimaries.key(3, 77), "left over").get(0));
            cluster.tell(cluster.target, "CLUSTER", "SETSLOT", "3", "STABLE");
            SlotRanges slots = SlotRanges.of(0, 9);
            Inventory inventory = new KeyCount(CONNECT, READ).count(cluster.source.endpoint(mover), cluster.id(cluster.source), slots, new Steps());
            assertEquals(9 * 5 + 6000, inventory.keys(slots));

            for (String right : List.of("restore-asking", "select", "migrate")) {
                LocalServer server = right.equals("migrate") ? cluster.source : cluster.target;
                server.ask("ACL", "SETUSER", "mover", "-" + right);
                ServerException e = Refused.as(Kind.NotPermitted, () -> this.mover.move(cluster.order(cluster.source, slots, mover, Optional.of(inventory)), new Steps()), right, server.address());
                assertFalse(everything(e).contains(password), () -> everything(e));
                server.ask("ACL", "SETUSER", "mover", "+" + right);
            }
            this.mover.move(cluster.order(cluster.source, slots, mover, Optional.of(inventory)), new Steps());
            assertMoved(cluster, slots);
            assertEquals(5, cluster.keys(cluster.target, 3));
        }
    }

    private static String everything(Throwable e) {
        java.io.StringWriter text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @Test
    void a_default_user_with_a_password_can_do_it() throws Exception {
        ConnectionSettings settings = new ConnectionSettings(Optional.empty(), Optional.of("s3cret"), Optional.empty());
        try (ThreePrimaries cluster = new ThreePrimaries(flavour, settings, "--requirepass", "s3cret")) {
            cluster.fill(SlotRanges.of(0, 9), 5, 10);
            mover.move(cluster.order(SlotRanges.of(0, 9)), new Steps());
            assertEquals(5, cluster.keys(cluster.target, 9));
        }
    }

    @Test
    void over_tls_the_source_dials_the_target_with_tls(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates("test authority");
        Certificates.Pair pair = certificates.issue("cache.example", "EC");
        String cert = Files.writeString(directory.resolve("tls.crt"), pair.cert()).toString();
        String key = Files.writeString(directory.resolve("tls.key"), pair.key()).toString();
        String ca = Files.writeString(directory.resolve("ca.crt"), certificates.authority()).toString();
        ConnectionSettings settings = certificates.settings(Optional.of(pair), Optional.of("cache.example"));
        try (ThreePrimaries cluster = new ThreePrimaries(flavour, settings, "--port", "0", "--tls-port", "6379", "--tls-cluster", "yes", "--tls-replication", "yes",
                "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", ca)) {
            cluster.fill(SlotRanges.of(0, 99), 20, 1000);
            mover.move(cluster.order(SlotRanges.of(0, 99)), new Steps());
            assertEquals(SlotRanges.of(8192, 12287).plus(SlotRanges.of(0, 99)), cluster.own(cluster.target).slots());
            assertEquals(20, cluster.keys(cluster.target, 99));
            assertNothingOpen(cluster);
        }
    }
}
