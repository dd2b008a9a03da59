package dev.redismaintenance.server;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * In which of its databases does a server hold keys? Valkey 9 has several in cluster mode where {@code cluster-databases} says so. What counts,
 * lists or moves the keys of a slot sees those of the database that the connection has selected; but the slot's owner changes for all of
 * them, and a source that gives a slot away deletes what it has left of it in whichever ({@code SETSLOT NODE}, measured, 9.1.2). All other servers have
 * the first one only, and are asked nothing more. A line on which a question failed is not to be used again: another database may be selected.
 */
final class Databases {
    private static final String SETTING = "cluster-databases";

    private final Line line;
    private final boolean several;

    private Databases(Line line, boolean several) {
        this.line = line;
        this.several = several;
    }

    interface Work {
        /** @param database the one that is selected */
        void in(int database) throws ServerException;
    }

    static Databases of(Line line) throws ServerException {
        return new Databases(line, Integer.parseInt(Answers.settings(line, SETTING).getOrDefault(SETTING, "1")) > 1);
    }

    boolean several() {
        return several;
    }

    /** What is to be said before commands for this database: nothing where there is only one. */
    List<byte[][]> selection(int database) {
        return several ? List.<byte[][]>of(Line.words("SELECT", String.valueOf(database))) : List.of();
    }

    /**
     * Refuses where the other server lacks one of those that hold keys here, or its user may not enter it. A {@code MIGRATE} into it would
     * not stop there: the source sends {@code SELECT} and the keys in one go, and the target puts them into the database that is selected (servers' code).
     */
    void requireAlsoAt(Line other) throws ServerException {
        if (several) {
            for (int database : inUse()) {
                requireAt(other, database);
            }
        }
    }

    void requireAt(Line other, int database) throws ServerException {
        if (database == 0) {
            return;
        }
        Object answer = other.ask("SELECT", String.valueOf(database));
        if (answer instanceof JedisDataException error && error.getMessage().contains("out of range")) {
            throw new ServerException(Kind.Refused, other.server() + " has no database " + database + ", of which " + line.server() + " holds keys: set "
                    + SETTING + " there as it is here");
        }
        other.requireOk("SELECT", answer);
        other.requireOk("SELECT", other.ask("SELECT", "0"));
    }

    /** Once for each that holds keys now; afterwards the first one is selected again. */
    void each(Work work) throws ServerException {
        if (!several) {
            work.in(0);
            return;
        }
        for (int database : inUse()) {
            select(database);
            work.in(database);
        }
        select(0);
    }

    /** Keys by slot, of all databases together; slots without keys are absent. */
    Map<Integer, Long> count(SlotRanges slots) throws ServerException {
        Map<Integer, Long> counts = new TreeMap<>();
        each(database -> SlotCommands.count(line, slots).forEach((slot, keys) -> counts.merge(slot, keys, Long::sum)));
        return counts;
    }

    private List<Integer> inUse() throws ServerException {
        return Answers.info(line, "keyspace").databases();
    }

    private void select(int database) throws ServerException {
        line.requireOk("SELECT", line.ask("SELECT", String.valueOf(database)));
    }
}
