package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.RedisInputStream;

class SlotJobsTextTest {
    private static final NodeId SOURCE = new NodeId("36499a062599293097d99f88944735bd0c32ada4");
    private static final NodeId TARGET = new NodeId("79c4072665708ccd88efb190c8b8793418964730");
    private static final Reply NOTHING = new Reply.Items(List.of());
    private static final Reply UNKNOWN = new Reply.Failure("ERR unknown subcommand 'MIGRATION'. Try CLUSTER HELP.");
    private static final Reply FORBIDDEN = new Reply.Failure("NOPERM User op has no permissions to run the 'cluster|getslotmigrations' command");

    private static Reply captured(String name) {
        byte[] bytes = Fixtures.of(Flavour.VALKEY_91, name).getBytes(StandardCharsets.UTF_8);
        return Reply.of(Protocol.read(new RedisInputStream(new ByteArrayInputStream(bytes))));
    }

    private static Reply job(String... pairs) {
        return new Reply.Nested(List.of(new Reply.Items(List.of(pairs))));
    }

    private static Reply redisJob(String operation, String state) {
        return job("id", "24cf41718b20f7f05901743dffc40bc9b15db339", "slots", "0-1000 2000-3000", "source", SOURCE.value(), "dest", TARGET.value(),
                "operation", operation, "state", state, "last_error", "", "retries", "0");
    }

    @Test
    void the_jobs_of_a_source_newest_first() {
        List<SlotJob> jobs = SlotJobsText.ofValkey(captured("slot-migrations-source"));
        assertEquals(List.of("reading-establish-response", "cancelled", "failed", "success"), jobs.stream().map(SlotJob::state).toList());
        assertEquals(List.of(true, false, false, false), jobs.stream().map(SlotJob::active).toList());
        assertEquals(new SlotJob("c2d58792de90a12688ecdabdcc4d7ae308196727", true, SlotRanges.of(7000, 8000), SOURCE, TARGET,
                "reading-establish-response", true, ""), jobs.get(0));
        assertTrue(jobs.get(2).message().startsWith("Connection lost to target."));
        assertEquals(SlotRanges.parse("0-5 9"), jobs.get(3).slots());
    }

    /** @param state of Valkey's only job */
    @ParameterizedTest
    @CsvSource({"connecting,true", "waiting-to-snapshot,true", "snapshotting,true", "success,true", "cancelled,true",
        "streaming,false", "waiting-to-pause,false", "failover-paused,false", "failover-granted,false"})
    void only_a_job_that_is_not_copied_yet_is_cancelled(String state, boolean harmless) {
        Reply export = job("name", "c2d58792de90a12688ecdabdcc4d7ae308196727", "operation", "EXPORT", "slot_ranges", "0-5", "state", state,
                "source_node", SOURCE.value(), "target_node", TARGET.value());
        assertEquals(harmless, SlotJobsText.harmlessToCancel(export, UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({"accumulate-buffer,true", "takeover,false", "completed,true"})
    void a_redis_that_takes_over_is_let_end(String state, boolean harmless) {
        assertEquals(harmless, SlotJobsText.harmlessToCancel(UNKNOWN, redisJob("import", state)));
    }

    @Test
    void nothing_to_cancel_is_harmless() {
        assertTrue(SlotJobsText.harmlessToCancel(NOTHING, UNKNOWN) && SlotJobsText.harmlessToCancel(UNKNOWN, UNKNOWN));
    }

    @Test
    void the_jobs_of_a_target_have_the_same_names_and_tell_why_they_failed() {
        List<SlotJob> jobs = SlotJobsText.ofValkey(captured("slot-migrations-target"));
        assertEquals(3, jobs.size());
        assertFalse(jobs.get(1).export());
        assertEquals(SlotJobsText.ofValkey(captured("slot-migrations-source")).get(2).id(), jobs.get(1).id());
        assertEquals("Ran out of memory (OOM) during slot import", jobs.get(1).message());
    }

    @Test
    void what_a_replica_keeps_in_mind_of_its_primary_is_no_job_of_its_own() {
        assertEquals(List.of(), SlotJobsText.ofValkey(job("name", "c2d58792de90a12688ecdabdcc4d7ae308196727", "operation", "IMPORT", "slot_ranges", "0-5",
                "create_time", "1795533316", "state", "occurring-on-primary", "message", "")));
    }

    @Test
    void a_failed_import_of_redis_goes_on_and_a_failed_export_does_not() {
        assertTrue(SlotJobsText.ofRedis(redisJob("import", "accumulate-buffer")).get(0).active());
        assertTrue(SlotJobsText.ofRedis(redisJob("import", "failed")).get(0).active());
        assertFalse(SlotJobsText.ofRedis(redisJob("import", "canceled")).get(0).active());
        assertFalse(SlotJobsText.ofRedis(redisJob("import", "completed")).get(0).active());
        SlotJob export = SlotJobsText.ofRedis(redisJob("migrate", "failed")).get(0);
        assertTrue(export.export());
        assertFalse(export.active());
        assertEquals(SlotRanges.parse("0-1000 2000-3000"), export.slots());
    }

    @Test
    void an_answer_that_is_no_list_of_jobs_is_not_taken_for_one() {
        assertThrows(IllegalArgumentException.class, () -> SlotJobsText.ofValkey(new Reply.Text("strange")));
        assertThrows(IllegalArgumentException.class, () -> SlotJobsText.ofRedis(job("id", "1")));
    }

    @Test
    void the_way_is_what_the_server_knows_and_the_account_may_ask() {
        assertEquals(MoveWay.ATOMIC_FROM_SOURCE, WayAnswers.of(NOTHING, UNKNOWN, "valkey", "9.0.1", "1").way());
        assertEquals(MoveWay.ATOMIC_FROM_TARGET, WayAnswers.of(UNKNOWN, NOTHING, "redis", "8.4.0", "8").way());
        assertEquals(MoveWay.KEY_BY_KEY, WayAnswers.of(UNKNOWN, UNKNOWN, "redis", "8.0.6", "1").way());
        assertEquals(MoveWay.KEY_BY_KEY, WayAnswers.of(FORBIDDEN, UNKNOWN, "valkey", "9.1.2", "1").way());
        assertEquals(1, WayAnswers.of(UNKNOWN, redisJob("import", "none"), "redis", "8.4.0", "1").jobs().size());
    }

    @Test
    void threads_of_valkey_before_9_1_2_break_atomic_migrations() {
        assertEquals(MoveWay.KEY_BY_KEY, WayAnswers.of(NOTHING, UNKNOWN, "valkey", "9.1.1", "3").way());
        assertEquals(MoveWay.KEY_BY_KEY, WayAnswers.of(NOTHING, UNKNOWN, "valkey", "9.0.11", "2").way());
        assertEquals(MoveWay.ATOMIC_FROM_SOURCE, WayAnswers.of(NOTHING, UNKNOWN, "valkey", "9.1.2", "3").way());
        assertEquals(MoveWay.ATOMIC_FROM_SOURCE, WayAnswers.of(NOTHING, UNKNOWN, "valkey", "10.0.0", "3").way());
        assertEquals(MoveWay.ATOMIC_FROM_SOURCE, WayAnswers.of(NOTHING, UNKNOWN, "valkey", "unstable", "3").way());
    }
}
