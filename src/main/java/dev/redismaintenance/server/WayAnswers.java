package dev.redismaintenance.server;

import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.SlotJob;
import java.util.Arrays;
import java.util.List;

/**
 * Which way does a server know to move slots, and which moves does it tell of? It is asked for its atomic migrations: a server that has
 * none of them answers an error, and so does one whose account may not ask, which then has to do without them.
 *
 * <p>Versions count in one case, since the fault cannot be asked for: Valkey before 9.1.2 with {@code io-threads} above 1 fails every
 * atomic migration of slots that are written to (valkey#4545, "invalid CRLF"; read in the issue, and 9.1.2 with 3 threads measured sound).
 */
record WayAnswers(MoveWay way, List<SlotJob> jobs) {
    static final Command OF_VALKEY = Command.of("CLUSTER", "GETSLOTMIGRATIONS");
    static final Command OF_REDIS = Command.of("CLUSTER", "MIGRATION", "STATUS", "ALL");
    private static final List<Integer> SOUND_WITH_THREADS = List.of(9, 1, 2);

    /** @param ioThreads the setting, as the server tells it */
    static WayAnswers of(Reply valkey, Reply redis, String flavour, String version, String ioThreads) {
        if (!(valkey instanceof Reply.Failure)) {
            boolean unsound = !ioThreads.equals("1") && flavour.equals("valkey") && before(version, SOUND_WITH_THREADS);
            return new WayAnswers(unsound ? MoveWay.KEY_BY_KEY : MoveWay.ATOMIC_FROM_SOURCE, SlotJobsText.ofValkey(valkey));
        }
        if (!(redis instanceof Reply.Failure)) {
            return new WayAnswers(MoveWay.ATOMIC_FROM_TARGET, SlotJobsText.ofRedis(redis));
        }
        return new WayAnswers(MoveWay.KEY_BY_KEY, List.of());
    }

    /** What cannot be read is not before: the server said that it knows the command. */
    private static boolean before(String version, List<Integer> other) {
        if (!version.matches("\\d+\\.\\d+\\.\\d+")) {
            return false;
        }
        List<Integer> numbers = Arrays.stream(version.split("\\.")).map(Integer::valueOf).toList();
        for (int i = 0; i < other.size(); i++) {
            if (!numbers.get(i).equals(other.get(i))) {
                return numbers.get(i) < other.get(i);
            }
        }
        return false;
    }
}
