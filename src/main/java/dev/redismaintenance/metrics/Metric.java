package dev.redismaintenance.metrics;

import static dev.redismaintenance.metrics.Label.GATE;
import static dev.redismaintenance.metrics.Label.NAME;
import static dev.redismaintenance.metrics.Label.NAMESPACE;
import static dev.redismaintenance.metrics.Label.OUTCOME;
import static dev.redismaintenance.metrics.Label.REASON;
import static dev.redismaintenance.metrics.Label.STEP;
import static dev.redismaintenance.metrics.Label.TARGET;

import java.util.List;
import java.util.stream.Stream;

/** What the operator tells in numbers, each with the sentence that explains it. Alerts and dashboard use these and no others. */
public enum Metric {
    // of each maintenance that exists now
    CLOSED("redis_maintenance_closed", Type.GAUGE, Unit.NONE, "1 while the node is in maintenance in the wide sense: from its closing until it is open again; else 0.", NAMESPACE, NAME),
    SINCE("redis_maintenance_since_timestamp_seconds", Type.GAUGE, Unit.UNIX_SECONDS, "When it was closed. Absent while it is not.", NAMESPACE, NAME),
    OVERDUE("redis_maintenance_overdue", Type.GAUGE, Unit.NONE, "1 while it has been closed for longer than `redis-maintenance.overdue-after`; else 0.", NAMESPACE, NAME),
    READY("redis_maintenance_ready", Type.GAUGE, Unit.NONE, "1 while Ready=True: the machine may be serviced; else 0.", NAMESPACE, NAME),
    STALLED("redis_maintenance_stalled", Type.GAUGE, Unit.NONE, "1 while Stalled=True: a person has to act; else 0.", NAMESPACE, NAME),
    PROGRESS("redis_maintenance_progress_percent", Type.GAUGE, Unit.PERCENT, "How much of what has to leave the node, or to come back to it, has done so.", NAMESPACE, NAME),
    PHASE("redis_maintenance_phase", Type.GAUGE, Unit.NONE, "1 for the present phase; the other phases are absent.", NAMESPACE, NAME, TARGET, REASON),
    GATE_REFUSING("redis_maintenance_gate_refusing", Type.GAUGE, Unit.NONE, "1 for each gate that refuses at present; absent for the others.", NAMESPACE, NAME, GATE),
    // of this process, since it started
    MOVED_BYTES("redis_maintenance_moved_bytes_total", Type.COUNTER, Unit.BYTES, "Data of slots that have arrived on another primary, out and back; counted slot by slot, as they were estimated before."),
    STEPS("redis_maintenance_steps_total", Type.COUNTER, Unit.NONE, "Steps begun, repetitions included.", STEP),
    STEP_DURATION("redis_maintenance_step_duration_seconds", Type.TIMER, Unit.SECONDS, "From when a step was begun until another one was, the end was reached or it was refused to go on: what is waited for after a step is counted with it.", STEP),
    GATE_REFUSALS("redis_maintenance_gate_refusals_total", Type.COUNTER, Unit.NONE, "How often a gate began to refuse.", GATE),
    FAILOVERS("redis_maintenance_failovers_total", Type.COUNTER, Unit.NONE, "Coordinated failovers: Promoted when the replica took over, NotPromoted when it did not and one had to be asked for again.", OUTCOME),
    TURNS("redis_maintenance_turns_total", Type.COUNTER, Unit.NONE, "Looks at a cluster by what was decided: Act, Wait, Refuse, Planned or Done.", OUTCOME, REASON),
    RECONCILIATIONS("redis_maintenance_reconciliations_total", Type.COUNTER, Unit.NONE, "Calls by the SDK that ended: Succeeded, or Failed (the API server could not be asked, or an error of the operator's own) and are tried again.", OUTCOME);

    /** How Prometheus reads it. */
    public enum Type {
        GAUGE(""),
        COUNTER(""),
        TIMER("_count", "_sum", "_max");

        private final List<String> suffixes;

        Type(String... suffixes) {
            this.suffixes = List.of(suffixes);
        }
    }

    /** What one of it is. */
    public enum Unit {
        NONE,
        SECONDS,
        UNIX_SECONDS,
        BYTES,
        PERCENT
    }

    private final String text;
    private final Type type;
    private final Unit unit;
    private final String sentence;
    private final List<Label> labels;

    Metric(String text, Type type, Unit unit, String sentence, Label... labels) {
        this.text = text;
        this.type = type;
        this.unit = unit;
        this.sentence = sentence;
        this.labels = List.of(labels);
    }

    /** Its name as it is exposed; a timer is exposed as {@link #series()}. */
    public String text() {
        return text;
    }

    public Type type() {
        return type;
    }

    public Unit unit() {
        return unit;
    }

    public String sentence() {
        return sentence;
    }

    public List<Label> labels() {
        return labels;
    }

    /** The names that a query can use. */
    public List<String> series() {
        return type.suffixes.stream().map(suffix -> text + suffix).toList();
    }

    /** Those that are told of each maintenance. */
    public static List<Metric> ofMaintenances() {
        return Stream.of(values()).filter(m -> m.labels.contains(NAME)).toList();
    }
}
