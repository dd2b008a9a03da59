package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Valkey 9's atomic migration as a person would order it with the fewest jobs: one for each target.
 *
 * @param together both jobs at once; else the second when the first has ended
 * @param set      with the setting that the operator gives the sources
 */
record HandAtomic(String name, boolean together, boolean set) implements Contender {
    /** What the operator gives sources of such jobs. */
    static final List<String> SETTINGS = List.of(Setting.HANDOVER_BYTES, Setting.HZ, Setting.LOG_LEVEL);
    private static final Duration BOUND = Duration.ofSeconds(120);

    private record Job(Seat from, Seat to, SlotRanges slots) {
    }

    @Override
    public Duration out(Stage stage) throws Exception {
        return withSetting(stage, List.of(new Job(stage.x(), stage.a(), Stage.TO_A), new Job(stage.x(), stage.b(), Stage.TO_B)));
    }

    @Override
    public Duration back(Stage stage) throws Exception {
        return withSetting(stage, List.of(new Job(stage.a(), stage.x(), Stage.TO_A), new Job(stage.b(), stage.x(), Stage.TO_B)));
    }

    private Duration withSetting(Stage stage, List<Job> jobs) throws Exception {
        try (SettingGiven given = new SettingGiven(stage, SETTINGS, set ? jobs.stream().map(Job::from).distinct().toList() : List.of())) {
            return run(stage, jobs);
        }
    }

    static boolean knownTo(Stage stage) {
        try (Jedis jedis = stage.cluster().jedis(stage.x().pod())) {
            return String.valueOf(SafeEncoder.encodeObject(jedis.sendCommand(Protocol.Command.COMMAND, "INFO", "cluster|migrateslots")))
                    .contains("migrateslots");
        }
    }

    private Duration run(Stage stage, List<Job> jobs) throws TimeoutException {
        if (!together) {
            for (Job job : jobs) {
                order(stage, List.of(job));
                await(stage, List.of(job));
            }
        } else if (jobs.get(0).from().equals(jobs.get(1).from())) {
            order(stage, jobs);
            await(stage, jobs);
        } else {
            jobs.forEach(job -> order(stage, List.of(job)));
            await(stage, jobs);
        }
        return Duration.ZERO;
    }

    /** All of one source, in one command. */
    private static void order(Stage stage, List<Job> jobs) {
        List<String> words = new ArrayList<>(List.of("MIGRATESLOTS"));
        for (Job job : jobs) {
            int[] range = job.slots().ranges().get(0);
            words.addAll(List.of("SLOTSRANGE", String.valueOf(range[0]), String.valueOf(range[1]), "NODE", job.to().id().value()));
        }
        try (Jedis jedis = stage.cluster().jedis(jobs.get(0).from().pod())) {
            jedis.sendCommand(Protocol.Command.CLUSTER, words.toArray(String[]::new));
        }
    }

    private static void await(Stage stage, List<Job> jobs) throws TimeoutException {
        for (Job job : jobs) {
            try (Jedis jedis = stage.cluster().jedis(job.from().pod())) {
                Look.until("migration of " + job.slots(), BOUND, () -> ended(jedis, job));
            }
        }
    }

    /** The newest job with these slots and this target; the server lists the newest first. */
    private static boolean ended(Jedis jedis, Job job) {
        for (Object one : remembered(jedis)) {
            List<?> fields = (List<?>) one;
            if (field(fields, "operation").equals("EXPORT") && field(fields, "target_node").equals(job.to().id().value())
                    && field(fields, "slot_ranges").equals(job.slots().toString())) {
                String state = field(fields, "state");
                if (state.equals("failed") || state.equals("cancelled")) {
                    throw new IllegalStateException("migration of " + job.slots() + " " + state + ": " + field(fields, "message"));
                }
                return state.equals("success");
            }
        }
        return false;
    }

    /** The migrations that a server is at or has not forgotten yet, each as names and values in turn. */
    static List<?> remembered(Jedis jedis) {
        return (List<?>) SafeEncoder.encodeObject(jedis.sendCommand(Protocol.Command.CLUSTER, "GETSLOTMIGRATIONS"));
    }

    private static String field(List<?> fields, String name) {
        int at = fields.indexOf(name);
        return at < 0 ? "" : String.valueOf(fields.get(at + 1));
    }
}
