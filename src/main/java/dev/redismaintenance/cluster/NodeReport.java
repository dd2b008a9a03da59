package dev.redismaintenance.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one server said about itself and the cluster when it was asked.
 *
 * @param flavour      {@code redis} or {@code valkey}
 * @param version      the server's version
 * @param stateOk      {@code cluster_state:ok}
 * @param currentEpoch the highest epoch it has seen
 * @param keys         keys in all its databases
 * @param loading      whether it is reading its data from disk
 * @param settings     the run-time settings that were asked for ({@link Setting}); one that the server does not know is absent
 * @param rows         its {@code CLUSTER NODES}
 * @param way          how it lets slots move
 * @param jobs         atomic migrations that it tells of, ended ones included
 */
public record NodeReport(String flavour, String version, String runId, boolean stateOk, long currentEpoch, long keys,
                         boolean loading, Replication replication, Memory memory, Map<String, String> settings,
                         List<NodeRow> rows, MoveWay way, List<SlotJob> jobs) {
    public NodeReport {
        settings = Map.copyOf(settings);
        rows = Rows.of(rows);
        jobs = List.copyOf(jobs);
    }

    public NodeReport(String flavour, String version, String runId, boolean stateOk, long currentEpoch, long keys, boolean loading,
                      Replication replication, Memory memory, Map<String, String> settings, List<NodeRow> rows) {
        this(flavour, version, runId, stateOk, currentEpoch, keys, loading, replication, memory, settings, rows, MoveWay.KEY_BY_KEY, List.of());
    }

    /** The same server with another value of a setting. */
    public NodeReport with(String setting, String value) {
        Map<String, String> changed = new TreeMap<>(settings);
        changed.put(setting, value);
        return new NodeReport(flavour, version, runId, stateOk, currentEpoch, keys, loading, replication, memory, changed, rows, way, jobs);
    }

    /** The same server with so many keys. */
    public NodeReport with(long newKeys) {
        return new NodeReport(flavour, version, runId, stateOk, currentEpoch, newKeys, loading, replication, memory, settings, rows, way, jobs);
    }

    /** The same server once it has learnt its own address. */
    public NodeReport at(String host) {
        return with(replication, rows.stream().map(row -> row.myself() ? row.at(host) : row).toList());
    }

    Rows lines() {
        return (Rows) rows;
    }

    NodeReport without(NodeId forgotten) {
        return with(replication, rows.stream().filter(row -> !row.id().equals(forgotten)).toList());
    }

    NodeReport with(Replication newReplication, List<NodeRow> newRows) {
        return new NodeReport(flavour, version, runId, stateOk, currentEpoch, keys, loading, newReplication, memory, settings, newRows, way, jobs);
    }

    /** Its own line. */
    public NodeRow own() {
        return lines().own().orElseThrow(() -> new NoSuchElementException("a server listed no line of its own in CLUSTER NODES"));
    }

    public NodeId id() {
        return own().id();
    }

    public Optional<NodeRow> row(NodeId id) {
        return lines().row(id);
    }

    public Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    /** By itself it saves its data or a log of them, or it was not said whether it does. */
    public boolean writesFiles() {
        return !setting(Setting.SAVE).filter(String::isEmpty).isPresent() || !setting(Setting.APPEND_ONLY).filter("no"::equals).isPresent();
    }

    /** Of silence, after which the others take it for failed. */
    public Optional<Duration> nodeTimeout() {
        return setting(Setting.NODE_TIMEOUT).map(Long::parseLong).map(Duration::ofMillis);
    }

    /** It knows no other node: a node that was reset, or has lost its memory. */
    public boolean alone() {
        return rows.stream().allMatch(NodeRow::myself);
    }
}
