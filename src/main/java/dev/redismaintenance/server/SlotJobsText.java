package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which atomic migrations does a server tell of? Both kinds of server answer a list of jobs, each a list of name and value.
 * Valkey's {@code CLUSTER GETSLOTMIGRATIONS} is measured (9.1.2); Redis's {@code CLUSTER MIGRATION STATUS ALL} is written from its
 * documentation and code (8.4), no such server was there to be asked.
 */
final class SlotJobsText {
    private static final Set<String> ENDED_IN_VALKEY = Set.of("success", "failed", "cancelled");
    private static final Set<String> ENDED_IN_REDIS = Set.of("completed", "canceled");
    private static final String FAILED = "failed";
    /** Redis's, while the target takes over: it is let end. */
    static final String TAKEOVER = "takeover";
    /** Valkey's, before its source copies (server's code). */
    static final List<String> BEFORE_COPY = List.of("connecting", "sending-auth-command", "reading-auth-response",
            "sending-establish-command", "reading-establish-response", "waiting-to-snapshot");
    private static final String COPYING = "snapshotting";

    private SlotJobsText() {
    }

    /**
     * Of {@code CLUSTER GETSLOTMIGRATIONS}. Left out is what a server only keeps in mind for its primary, or has read from its disk
     * (its code): it has no nodes, and is no work of this server.
     */
    static List<SlotJob> ofValkey(Reply reply) {
        return rows(reply).stream().filter(job -> job.containsKey("source_node")).map(SlotJobsText::ofValkey).toList();
    }

    private static SlotJob ofValkey(Map<String, String> job) {
        String state = required(job, "state");
        return new SlotJob(required(job, "name"), required(job, "operation").equals("EXPORT"), SlotRanges.parse(required(job, "slot_ranges")),
                new NodeId(required(job, "source_node")), new NodeId(required(job, "target_node")), state, !ENDED_IN_VALKEY.contains(state),
                job.getOrDefault("message", ""));
    }

    /** Of {@code CLUSTER MIGRATION STATUS ALL}. */
    static List<SlotJob> ofRedis(Reply reply) {
        return rows(reply).stream().map(SlotJobsText::ofRedis).toList();
    }

    /** An import that failed is taken up again by the server itself (its code); a failed export is over, the import side begins anew. */
    private static SlotJob ofRedis(Map<String, String> job) {
        String state = required(job, "state");
        boolean export = required(job, "operation").equals("migrate");
        boolean ended = ENDED_IN_REDIS.contains(state) || state.equals(FAILED) && export;
        return new SlotJob(required(job, "id"), export, SlotRanges.parse(required(job, "slots")), new NodeId(required(job, "source")),
                new NodeId(required(job, "dest")), state, !ended, job.getOrDefault("last_error", ""));
    }

    /** May all migrations be cancelled that a server of either kind tells of, with what it answers to both questions? */
    static boolean harmlessToCancel(Reply valkey, Reply redis) {
        boolean copying = valkey instanceof Reply.Failure || copying(ofValkey(valkey).stream().filter(SlotJob::export).toList());
        boolean taking = !(redis instanceof Reply.Failure) && ofRedis(redis).stream().anyMatch(job -> job.active() && job.state().equals(TAKEOVER));
        return copying && !taking;
    }

    /** Of Valkey's: none of them has been copied yet. One that has may hand over at any moment. */
    static boolean copying(Collection<SlotJob> jobs) {
        return jobs.stream().filter(SlotJob::active).allMatch(job -> BEFORE_COPY.contains(job.state()) || job.state().equals(COPYING));
    }

    static List<Map<String, String>> rows(Reply reply) {
        if (reply instanceof Reply.Nested nested) {
            return nested.items().stream().map(SlotJobsText::row).toList();
        }
        if (reply instanceof Reply.Items none && none.items().isEmpty()) {
            return List.of();
        }
        throw new IllegalArgumentException("no list of slot migrations: " + reply);
    }

    private static Map<String, String> row(Reply reply) {
        if (!(reply instanceof Reply.Items pairs)) {
            throw new IllegalArgumentException("no slot migration: " + reply);
        }
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i + 1 < pairs.items().size(); i += 2) {
            row.put(pairs.items().get(i), pairs.items().get(i + 1));
        }
        return row;
    }

    private static String required(Map<String, String> job, String name) {
        String value = job.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a slot migration has no " + name + ": " + job);
        }
        return value;
    }
}
