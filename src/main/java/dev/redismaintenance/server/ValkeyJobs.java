package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What two Valkey servers tell of the atomic migrations between them, and the orders to the one that gives. */
final class ValkeyJobs {
    private final Line source;
    private final Line target;

    ValkeyJobs(Line source, Line target) {
        this.source = source;
        this.target = target;
    }

    /** Of the source, newest first. */
    List<SlotJob> exports() throws ServerException {
        return jobs(source).stream().filter(SlotJob::export).toList();
    }

    List<SlotJob> imports() throws ServerException {
        return jobs(target).stream().filter(job -> !job.export()).toList();
    }

    /** The same job as the target tells of it: it knows better why it failed. Empty also when the target does not answer. */
    Optional<SlotJob> atTarget(String id) {
        try {
            return imports().stream().filter(job -> job.id().equals(id)).findFirst();
        } catch (ServerException e) {
            return Optional.empty();
        }
    }

    void issue(SlotRanges slots, NodeId to) throws ServerException {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE"));
        slots.ranges().forEach(range -> words.addAll(List.of(String.valueOf(range[0]), String.valueOf(range[1]))));
        words.addAll(List.of("NODE", to.value()));
        source.requireOk("CLUSTER MIGRATESLOTS", source.ask(words.toArray(String[]::new)));
    }

    /** All that the source has begun; that there is none is well. */
    void cancel() throws ServerException {
        Object answer = source.ask("CLUSTER", "CANCELSLOTMIGRATIONS");
        if (!(Reply.of(answer) instanceof Reply.Failure none && none.text().startsWith(JedisServers.NO_JOBS))) {
            source.requireOk("CLUSTER CANCELSLOTMIGRATIONS", answer);
        }
    }

    private static List<SlotJob> jobs(Line line) throws ServerException {
        Object answer = line.ask(Line.words(WayAnswers.OF_VALKEY.words().toArray(String[]::new)));
        Reply reply = Reply.of(answer);
        if (reply instanceof Reply.Failure) {
            throw SlotCount.strange(line, WayAnswers.OF_VALKEY, answer);
        }
        try {
            return SlotJobsText.ofValkey(reply);
        } catch (IllegalArgumentException e) {
            throw new ServerException(Kind.Refused, line.server() + " gave an answer that cannot be read: " + e.getMessage(), e);
        }
    }
}
