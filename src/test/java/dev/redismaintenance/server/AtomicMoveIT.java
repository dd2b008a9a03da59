package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three primaries of Valkey 9.1, of which the first holds slots 0-5460 and data; moved as a user with the documented rights. */
class AtomicMoveIT {
    private static final String PASSWORD = "s3cret-word";
    private static final ConnectionSettings OPERATOR = new ConnectionSettings(Optional.of(Operator.NAME), Optional.of(PASSWORD), Optional.empty());
    private static final int BATCH = 1000;
    /** Hash tags of a few slots of the source, the last one among them. */
    private static final List<String> BIG = List.of(Tags.of(0), Tags.of(1300), Tags.of(2700), Tags.of(4000), Tags.of(5460));
    private static final SlotRanges SLOTS = SlotRanges.of(0, 5460);
    private static final SlotRanges HALF = SlotRanges.of(0, 2730);

    private final JedisServers servers = new JedisServers();
    private final JedisSlotWork work = new JedisSlotWork();
    private final List<LocalServer> all = new ArrayList<>();
    private LocalServer x;
    private LocalServer a;
    private LocalServer b;
    private NodeId xId;
    private NodeId aId;
    private NodeId bId;

    @BeforeEach
    void form() throws Exception {
        for (int i = 0; i < 3; i++) {
            start();
        }
        x = all.get(0);
        a = all.get(1);
        b = all.get(2);
        x.ask("CLUSTER", "ADDSLOTSRANGE", "0", "5460");
        a.ask("CLUSTER", "ADDSLOTSRANGE", "5461", "10922");
        b.ask("CLUSTER", "ADDSLOTSRANGE", "10923", "16383");
        a.ask("CLUSTER", "SET-CONFIG-EPOCH", "2");
        b.ask("CLUSTER", "SET-CONFIG-EPOCH", "3");
        servers.meet(x.endpoint(OPERATOR), a.address(), LocalServer.PORT, LocalServer.PORT + NodeRow.BUS);
        join(b);
        xId = id(x);
        aId = id(a);
        bId = id(b);
    }

    private LocalServer start() {
        LocalServer server = LocalServer.start(Flavour.VALKEY_91, "--cluster-allow-replica-migration", "no", "--enable-debug-command", "yes");
        Operator.make(server, PASSWORD);
        all.add(server);
        return server;
    }

    private void join(LocalServer server) throws Exception {
        servers.meet(x.endpoint(OPERATOR), server.address(), LocalServer.PORT, LocalServer.PORT + NodeRow.BUS);
        eventually("all know all", () -> {
            for (LocalServer one : all) {
                NodeReport report = servers.report(one.endpoint(OPERATOR));
                if (report.rows().size() < all.size() || !report.stateOk() || report.rows().stream().anyMatch(r -> r.handshake() || !r.linkUp() || r.failing())) {
                    return false;
                }
            }
            return true;
        });
    }

    @AfterEach
    void end() {
        all.forEach(LocalServer::close);
    }

    private static void eventually(String what, Callable<Boolean> happens) {
        Awaitility.await(what).atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).ignoreExceptions().until(happens);
    }

    private NodeId id(LocalServer server) throws ServerException {
        return servers.report(server.endpoint(OPERATOR)).id();
    }

    private Order order(LocalServer from, LocalServer to, SlotRanges slots) throws ServerException {
        return new Order(new Transfer(id(from), id(to), slots), from.endpoint(OPERATOR), to.endpoint(OPERATOR), List.of(), Optional.empty());
    }

    private SlotRanges owned(LocalServer server) throws ServerException {
        return servers.report(server.endpoint(OPERATOR)).own().slots();
    }

    private Ear move(LocalServer from, LocalServer to, SlotRanges slots) throws ServerException {
        Ear ear = new Ear();
        work.move(order(from, to, slots), ear);
        return ear;
    }

    private CompletableFuture<Optional<ServerException>> inBackground(Order order, Ear ear) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                work.move(order, ear);
                return Optional.empty();
            } catch (ServerException e) {
                return Optional.of(e);
            }
        });
    }

    /** About so many keys: what belongs to the others is refused. */
    private void load(int keys, int bytes) throws ServerException {
        byte[] value = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(value);
        try (Line line = Line.open(x.endpoint(), Duration.ofSeconds(2), Duration.ofSeconds(20))) {
            for (int i = 0; i < 3 * keys; i += BATCH) {
                List<byte[][]> commands = new ArrayList<>();
                for (int k = i; k < i + BATCH; k++) {
                    commands.add(new byte[][] {Line.bytes("SET"), Line.bytes("p:" + k), value});
                }
                line.askAll(commands);
            }
        }
    }

    private long keys(LocalServer server) {
        return Long.parseLong(server.ask("DBSIZE"));
    }

    @Test
    void counting_is_quick_and_names_keys_bytes_and_libraries() throws Exception {
        x.ask("SET", "{06S}", "x".repeat(100_000));
        x.ask("FUNCTION", "LOAD", "#!lua name=mine\nserver.register_function('f', function() return 1 end)");
        Inventory counted = work.count(x.endpoint(OPERATOR), xId, SLOTS, new Ear());
        assertEquals(1, counted.keys(SLOTS));
        assertEquals(1, counted.keys(0));
        assertTrue(counted.bytes(0) > 50_000, () -> counted.bytes(0) + " bytes");
        assertFalse(counted.exact());
        assertEquals(Set.of("mine"), counted.libraries());
        assertEquals(MoveWay.ATOMIC_FROM_SOURCE, servers.report(x.endpoint(OPERATOR)).way());
    }

    @Test
    void all_kinds_of_data_go_out_to_two_and_come_back_as_they_were() throws Exception {
        AnyData data = new AnyData(x);
        data.write();
        Map<String, String> before = data.digests(List.of(x));
        Ear out = move(x, a, HALF);
        assertEquals(HALF, out.slots());
        move(x, b, SLOTS.minus(HALF));
        assertEquals(SlotRanges.NONE, owned(x));
        assertEquals(0, keys(x));
        assertEquals(before, data.digests(List.of(a, b)));
        data.assertTimesToLive(List.of(a, b));

        CompletableFuture<Optional<ServerException>> one = inBackground(order(a, x, HALF), new Ear());
        CompletableFuture<Optional<ServerException>> other = inBackground(order(b, x, SLOTS.minus(HALF)), new Ear());
        assertEquals(Optional.empty(), one.join());
        assertEquals(Optional.empty(), other.join());
        assertEquals(SLOTS, owned(x));
        assertEquals(before, data.digests(List.of(x)));
        data.assertTimesToLive(List.of(x));
    }

    @Test
    void no_acknowledged_write_is_lost_while_slots_move_out_and_back() throws Exception {
        load(200_000, 100);
        try (SlotWriter writer = new SlotWriter(all)) {
            CompletableFuture<Optional<ServerException>> one = inBackground(order(x, a, HALF), new Ear());
            CompletableFuture<Optional<ServerException>> other = inBackground(order(x, b, SLOTS.minus(HALF)), new Ear());
            assertEquals(Optional.empty(), one.join());
            assertEquals(Optional.empty(), other.join());
            move(a, x, HALF);
            move(b, x, SLOTS.minus(HALF));
            writer.stopAndCheck();
        }
        assertEquals(SLOTS, owned(x));
    }

    @Test
    void a_big_key_moves() throws Exception {
        x.ask("DEBUG", "POPULATE", "1", "{06S}big", "120000000");
        Ear ear = move(x, a, SlotRanges.of(0, 0));
        assertEquals(1, ear.keys.get());
        assertEquals("120000000", a.ask("STRLEN", "{06S}big:0"));
        assertEquals(0, keys(x));
    }

    /** What was written to the slots while they were copied is unsent when they have been; with the server's default that makes each job wait. */
    @Test
    void a_source_that_may_hand_over_with_some_of_its_stream_unsent_does_not_wait() throws Exception {
        String waits = "state transition: replicating -> waiting-to-pause";
        load(60_000, 500);
        // all may just have been sent
        for (int tries = 0; tries < 5 && !x.log().contains(waits); tries++) {
            if (tries > 0) {
                move(a, x, SLOTS);
            }
            writingWhile(() -> move(x, a, SLOTS));
        }
        assertTrue(x.log().contains(waits), "with the default it waits, else this shows nothing");
        servers.set(a.endpoint(OPERATOR), Setting.HANDOVER_BYTES, Setting.given(Setting.HANDOVER_BYTES));
        long before = writingWhile(() -> move(a, x, SLOTS));
        assertFalse(a.log().contains(waits), "it hands over at once");
        assertEquals(before, keys(x));
    }

    private interface Moving {
        void run() throws ServerException;
    }

    /** Overwrites keys of the moving slots all the time: some megabytes a second, so much less than one while a job is copied. @return how many keys there are */
    private long writingWhile(Moving moving) throws Exception {
        long before = keys(x) + keys(a);
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            byte[] value = new byte[500];
            try (Line line = Line.open((keys(x) > 0 ? x : a).endpoint(), Duration.ofSeconds(2), Duration.ofSeconds(20))) {
                for (int i = 0; !ended.get(); i = (i + 20) % 60_000) {
                    List<byte[][]> commands = new ArrayList<>();
                    for (int k = i; k < i + 20; k++) {
                        commands.add(new byte[][] {Line.bytes("SET"), Line.bytes("p:" + k), value, Line.bytes("XX")});
                    }
                    line.askAll(commands);
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                }
            } catch (ServerException e) {
                throw new IllegalStateException(e);
            }
        });
        moving.run();
        ended.set(true);
        writing.join();
        return before;
    }

    @Test
    void a_move_that_is_stopped_keeps_what_has_moved_and_leaves_no_job() throws Exception {
        load(400_000, 200);
        long before = keys(x);
        Ear ear = new Ear() {
            @Override
            public boolean stopped() {
                return keys.get() > 0;
            }
        };
        work.move(order(x, a, SLOTS), ear);
        SlotRanges moved = owned(x);
        assertEquals(ear.slots(), SLOTS.minus(moved));
        assertTrue(ear.slots().count() > 0 && ear.slots().count() < SLOTS.count(), () -> ear.slots().toString());
        assertTrue(Stream.of(x, a).flatMap(s -> jobs(s).stream()).noneMatch(SlotJob::active));
        assertEquals(before, keys(x) + keys(a));
        move(x, a, SLOTS);
        assertEquals(before, keys(a));
        assertEquals(SLOTS.plus(SlotRanges.of(5461, 10922)), owned(a));
    }

    @Test
    void jobs_that_an_operator_left_are_taken_over() throws Exception {
        load(200_000, 500);
        x.ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "100", "2000", "NODE", aId.value(), "SLOTSRANGE", "0", "99", "NODE", aId.value());
        Ear ear = move(x, a, HALF);
        assertEquals(HALF, ear.slots());
        assertEquals(HALF.plus(SlotRanges.of(5461, 10922)), owned(a));
        assertEquals(1, jobs(x).stream().filter(job -> job.slots().equals(SlotRanges.of(100, 2000))).count());
    }

    @Test
    void at_somebody_else_s_migration_the_order_is_refused() throws Exception {
        b.freeze();
        try {
            x.ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "3000", "3999", "NODE", bId.value());
            Refused.as(Kind.Refused, () -> move(x, a, HALF), "somebody else is moving slots 3000-3999", "CANCELSLOTMIGRATIONS");
        } finally {
            b.thaw();
        }
        servers.cancelJobs(x.endpoint(OPERATOR));
        servers.cancelJobs(x.endpoint(OPERATOR));
        eventually("no job", () -> jobs(x).stream().noneMatch(SlotJob::active));
    }

    /** The servers cancel all migrations of a source, or none. */
    @Test
    void somebody_else_s_migration_that_begins_meanwhile_is_not_cancelled_with_ours() throws Exception {
        load(200_000, 500);
        SlotRanges theirs = SlotRanges.of(3000, 3999);
        Ear ear = new Ear() {
            @Override
            public boolean stopped() {
                return keys.get() > 0;
            }

            @Override
            public synchronized void moved(SlotRanges slots, long number, long bytes) {
                if (keys.get() == 0) {
                    b.freeze();
                    assertEquals("OK", x.ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "3000", "3999", "NODE", bId.value()));
                }
                super.moved(slots, number, bytes);
            }
        };
        try {
            work.move(order(x, a, HALF), ear);
            assertEquals(ear.slots(), HALF.minus(owned(x)));
            assertEquals(List.of(theirs), jobs(x).stream().filter(SlotJob::active).map(SlotJob::slots).toList());
        } finally {
            b.thaw();
        }
        eventually("theirs arrives", () -> theirs.minus(owned(b)).isEmpty());
        assertTrue(jobs(x).stream().noneMatch(job -> job.state().equals("cancelled")), () -> jobs(x).toString());
    }

    @Test
    void other_slots_half_way_by_hand_are_named_before_anything_moves() throws Exception {
        x.ask("CLUSTER", "SETSLOT", "3000", "MIGRATING", aId.value());
        Refused.as(Kind.Refused, () -> move(x, a, HALF), "[3000->-" + aId + "]", "finish or close");
        x.ask("CLUSTER", "SETSLOT", "3000", "STABLE");
        a.ask("CLUSTER", "SETSLOT", "3000", "IMPORTING", xId.value());
        Refused.as(Kind.Refused, () -> move(x, a, HALF), "[3000-<-" + xId + "]");
        assertEquals(SLOTS, owned(x));
    }

    @Test
    void slots_of_the_order_that_are_half_way_are_finished_key_by_key_first() throws Exception {
        x.ask("SET", "{06S}", "x");
        x.ask("CLUSTER", "SETSLOT", "0", "MIGRATING", aId.value());
        a.ask("CLUSTER", "SETSLOT", "0", "IMPORTING", xId.value());
        assertEquals(HALF, move(x, a, HALF).slots());
        assertEquals(1, keys(a));
    }

    /** A server that is to take a slot of which it has keys ends at once (9.1.2). */
    @Test
    void keys_that_a_broken_off_move_left_on_the_target_are_cleared_and_do_not_kill_it() throws Exception {
        load(20_000, 100);
        x.ask("SET", "{06S}both", "right");
        a.ask("CLUSTER", "SETSLOT", "0", "IMPORTING", xId.value());
        for (String key : List.of("{06S}both", "{06S}left")) {
            new Exchange(Duration.ofSeconds(2), Duration.ofSeconds(2)).with(a.endpoint(), List.of(Command.of("ASKING"), Command.of("SET", key, "wrong")));
        }
        a.ask("CLUSTER", "SETSLOT", "0", "STABLE");
        assertEquals("2", a.ask("CLUSTER", "COUNTKEYSINSLOT", "0"));
        long before = keys(x);
        Ear ear = move(x, a, HALF);
        assertEquals(HALF, ear.slots());
        assertEquals("right", a.ask("GET", "{06S}both"));
        assertEquals("0", a.ask("EXISTS", "{06S}left"));
        assertEquals(before, keys(x) + keys(a));
    }

    @Test
    void functions_that_the_target_lacks_are_named_before_anything_moves() throws Exception {
        String library = "#!lua name=mine\nserver.register_function('f', function() return 1 end)";
        x.ask("FUNCTION", "LOAD", library);
        Refused.as(Kind.Refused, () -> move(x, a, HALF), "libraries mine", "FUNCTION LOAD");
        assertEquals(SLOTS, owned(x));
        a.ask("FUNCTION", "LOAD", library);
        move(x, a, HALF);
    }

    @Test
    void a_target_that_would_drop_keys_is_refused_before_anything_moves() throws Exception {
        load(50_000, 1000);
        long before = keys(x);
        a.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        a.ask("CONFIG", "SET", "maxmemory", "20mb");
        Refused.as(Kind.OutOfMemory, () -> move(x, a, HALF), a.address(), "allkeys-lru", "drop keys", "raise its maxmemory");
        assertEquals(SLOTS, owned(x));
        assertEquals(before, keys(x));
    }

    @Test
    void a_target_that_runs_full_on_the_way_loses_nothing() throws Exception {
        load(300_000, 500);
        long before = keys(x);
        Ear ear = new Ear() {
            @Override
            public void moved(SlotRanges slots, long keys, long bytes) {
                super.moved(slots, keys, bytes);
                a.ask("CONFIG", "SET", "maxmemory", "1mb");
            }
        };
        Refused.as(Kind.OutOfMemory, () -> work.move(order(x, a, SLOTS), ear), a.address(), "memory");
        eventually("no job", () -> Stream.of(x, a).flatMap(s -> jobs(s).stream()).noneMatch(SlotJob::active));
        assertEquals(before, keys(x) + keys(a));
        assertEquals(SLOTS.minus(ear.slots()), owned(x));
    }

    @Test
    void a_target_that_is_killed_leaves_the_rest_at_the_source() throws Exception {
        load(300_000, 500);
        long before = keys(x);
        AtomicLong gone = new AtomicLong();
        Ear ear = new Ear() {
            @Override
            public void moved(SlotRanges slots, long keys, long bytes) {
                super.moved(slots, keys, bytes);
                gone.addAndGet(keys);
                a.close();
            }
        };
        Refused.as(Kind.Unreachable, () -> work.move(order(x, a, SLOTS), ear), a.address());
        all.remove(a);
        eventually("no job", () -> jobs(x).stream().noneMatch(SlotJob::active));
        assertEquals(before - gone.get(), keys(x));
        assertEquals(SLOTS.minus(ear.slots()), owned(x));
    }

    @Test
    void a_target_that_freezes_for_a_moment_holds_the_move_up_and_nothing_is_lost() throws Exception {
        load(200_000, 200);
        long before = keys(x);
        AtomicLong freezes = new AtomicLong();
        Ear ear = new Ear() {
            @Override
            public void moved(SlotRanges slots, long keys, long bytes) {
                super.moved(slots, keys, bytes);
                if (freezes.getAndIncrement() == 0) {
                    a.freeze();
                    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(a::thaw);
                }
            }
        };
        work.move(order(x, a, SLOTS), ear);
        assertTrue(freezes.get() > 1, "it froze when all was over");
        assertEquals(SLOTS, ear.slots());
        assertEquals(before, keys(a));
        assertEquals(0, keys(x));
    }

    /** Longer than anybody waits: the source gives its job up, and others hold the target for failed. */
    @Test
    void a_target_that_stays_frozen_ends_the_move_and_gets_the_rest_when_it_runs_again() throws Exception {
        load(300_000, 200);
        long before = keys(x);
        x.ask("CONFIG", "SET", "repl-timeout", "3");
        Ear ear = new Ear() {
            @Override
            public void moved(SlotRanges slots, long keys, long bytes) {
                super.moved(slots, keys, bytes);
                a.freeze();
            }
        };
        Refused.as(Kind.Unreachable, () -> work.move(order(x, a, SLOTS), ear), a.address());
        assertFalse(SLOTS.minus(ear.slots()).isEmpty(), "it froze when all was over");
        a.thaw();
        eventually("nobody holds it for failed", () -> servers.report(x.endpoint(OPERATOR)).stateOk()
                && servers.report(x.endpoint(OPERATOR)).rows().stream().noneMatch(row -> row.failing()));
        Ear rest = move(x, a, SLOTS);
        assertEquals(SLOTS, ear.slots().plus(rest.slots()));
        assertEquals(SLOTS.plus(SlotRanges.of(5461, 10922)), owned(a));
        assertEquals(before, keys(a));
        assertEquals(0, keys(x));
        assertTrue(Stream.of(x, a).flatMap(s -> jobs(s).stream()).noneMatch(SlotJob::active));
    }

    /** One write bigger than all that the source may hold back for a target: it cuts the stream, as it would under a flood of small ones. */
    private void outgrow(BooleanSupplier enough) {
        byte[] big = new byte[8 << 20];
        try (Line line = Line.open(x.endpoint(), Duration.ofSeconds(2), Duration.ofSeconds(20))) {
            while (!enough.getAsBoolean()) {
                if (jobs(x).stream().anyMatch(SlotJob::active)) {
                    for (String tag : BIG) {
                        line.ask(Line.bytes("SET"), Line.bytes("{" + tag + "}big"), big);
                    }
                } else {
                    Thread.sleep(1);
                }
            }
        } catch (ServerException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void limitBuffers() {
        x.ask("CONFIG", "SET", "client-output-buffer-limit", "replica 1mb 1mb 1");
        x.ask("CONFIG", "SET", "repl-backlog-size", "64kb");
    }

    private static boolean cut(SlotJob job) {
        return job.export() && job.state().equals("failed") && job.message().startsWith("Connection lost to target");
    }

    @Test
    void a_job_whose_stream_outgrows_the_sources_buffer_is_tried_again() throws Exception {
        load(300_000, 200);
        limitBuffers();
        CompletableFuture<Optional<ServerException>> move = inBackground(order(x, a, SLOTS), new Ear());
        outgrow(() -> jobs(x).stream().anyMatch(AtomicMoveIT::cut) || move.isDone());
        assertEquals(Optional.empty(), move.join());
        assertTrue(jobs(x).stream().anyMatch(AtomicMoveIT::cut), "no stream was cut");
        assertEquals(SLOTS.plus(SlotRanges.of(5461, 10922)), owned(a));
        assertEquals(0, keys(x));
        for (String tag : BIG) {
            assertEquals(String.valueOf(8 << 20), a.ask("STRLEN", "{" + tag + "}big"));
        }
    }

    /** One slot, which no smaller job can carry. */
    @Test
    void where_it_outgrows_it_each_time_a_person_is_told_what_to_change() throws Exception {
        x.ask("DEBUG", "POPULATE", "300000", "{06S}k", "200");
        SlotRanges one = SlotRanges.of(0, 0);
        limitBuffers();
        CompletableFuture<Optional<ServerException>> move = inBackground(order(x, a, one), new Ear());
        outgrow(move::isDone);
        ServerException e = move.join().orElseThrow();
        assertEquals(Kind.Refused, e.kind(), e::getMessage);
        assertTrue(e.getMessage().contains("times in a row") && e.getMessage().contains("client-output-buffer-limit") && e.getMessage().contains(x.address()), e::getMessage);
        assertEquals(SLOTS, owned(x));
        long before = keys(x);
        eventually("nothing is left of it", () -> keys(a) == 0 && jobs(a).stream().noneMatch(SlotJob::active));
        move(x, a, one);
        assertTrue(before - Long.parseLong(a.ask("CLUSTER", "COUNTKEYSINSLOT", "0")) < BIG.size(), "only the big ones of other slots stay");
    }

    @Test
    void when_the_source_is_killed_its_replica_has_what_had_not_moved() throws Exception {
        LocalServer replica = start();
        join(replica);
        servers.replicate(replica.endpoint(OPERATOR), xId);
        load(300_000, 200);
        long before = keys(x);
        eventually("in sync", () -> keys(replica) == before && servers.report(replica.endpoint(OPERATOR)).replication().linkUp());
        eventually("known as replica", () -> servers.report(b.endpoint(OPERATOR)).row(id(replica)).orElseThrow().primary().equals(Optional.of(xId)));
        Ear ear = new Ear() {
            @Override
            public void moved(SlotRanges slots, long keys, long bytes) {
                super.moved(slots, keys, bytes);
                x.close();
            }
        };
        Refused.as(Kind.Unreachable, () -> work.move(order(x, a, SLOTS), ear), x.address());
        all.remove(x);
        eventually("promoted", () -> owned(replica).count() > 0);
        eventually("agreed", () -> owned(replica).plus(owned(a)).equals(SlotRanges.of(0, 10922)) && !owned(replica).intersects(owned(a))
                && jobs(a).stream().noneMatch(SlotJob::active));
        eventually("all keys", () -> keys(replica) + keys(a) == before);
        move(replica, a, owned(replica));
        assertEquals(before, keys(a));
    }

    /** Between two orders of one source a fifth of a second was lost while it had nothing to copy. */
    @Test
    void the_next_order_may_begin_while_the_source_copies_the_last_of_the_one_before() throws Exception {
        load(20_000, 500);
        long before = keys(x);
        List<SlotRanges> whenTold = new ArrayList<>();
        List<CompletableFuture<Optional<ServerException>>> next = new ArrayList<>();
        Order second = order(x, b, SLOTS.minus(HALF));
        work.move(order(x, a, HALF), new Ear() {
            @Override
            public void lastUnderWay() {
                whenTold.add(slots());
                next.add(inBackground(second, new Ear()));
            }
        });
        assertEquals(List.of(Optional.empty()), next.stream().map(CompletableFuture::join).toList());
        assertEquals(1, whenTold.size());
        assertFalse(whenTold.get(0).equals(HALF), "told only when all had moved");
        assertEquals(SlotRanges.NONE, owned(x));
        assertEquals(before, keys(a) + keys(b));
    }

    private List<SlotJob> jobs(LocalServer server) {
        try {
            return servers.report(server.endpoint(OPERATOR)).jobs();
        } catch (ServerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Remembers what it is told. */
    private static class Ear implements SlotWork.Listener {
        final AtomicLong keys = new AtomicLong();
        private SlotRanges slots = SlotRanges.NONE;

        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public synchronized void moved(SlotRanges some, long number, long bytes) {
            assertFalse(slots.intersects(some), "told twice");
            slots = slots.plus(some);
            keys.addAndGet(number);
        }

        synchronized SlotRanges slots() {
            return slots;
        }
    }
}
