package dev.redismaintenance.operator;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which events are there, beside the one for each new reason of Ready, and should a person look? Most tell that a condition has come to a
 * finding; their sentence is that of the finding.
 */
public enum EventReason {
    Taken(ConditionType.SnapshotTaken, Finding.Taken),
    Reused(ConditionType.SnapshotTaken, Finding.Reused),
    Joined(ConditionType.SnapshotTaken, Finding.Joined),
    Named(ConditionType.SnapshotTaken, Finding.Named),
    Requested(ConditionType.SnapshotTaken, Finding.Requested),
    MarkedClosed(ConditionType.Closed, Finding.MarkedClosed),
    Cordoned(ConditionType.Closed, Finding.Cordoned),
    CordonedByOthers(ConditionType.Closed, Finding.CordonedByOthers),
    MovedAway(Type.Warning, ConditionType.Closed, ConditionStatus.True, Finding.MovedAway),
    PodAbsent(Type.Warning, ConditionType.Closed, ConditionStatus.Unknown, Finding.PodAbsent),
    Uncordoned(Type.Warning, ConditionType.Closed, ConditionStatus.False, Finding.Uncordoned),
    OwnsNoSlot(ConditionType.ShardsMigrated, Finding.OwnsNoSlot),
    NoSpare(Type.Warning, ConditionType.ReplicasEvicted, ConditionStatus.False, Finding.NoSpare),
    OutOfService(ConditionType.EndpointsRebound, Finding.OutOfService),
    InService(ConditionType.EndpointsRebound, Finding.InService),
    AsRecorded(ConditionType.Restored, Finding.AsRecorded),
    WithDifferences(ConditionType.Restored, Finding.WithDifferences),
    LeftInPlace(Type.Warning, ConditionType.Restored, ConditionStatus.True, Finding.LeftInPlace),
    EndedElsewhere(Type.Warning, ConditionType.Restored, ConditionStatus.Unknown, Finding.EndedElsewhere),
    ClosedForLong(Type.Warning, ConditionType.Overdue, ConditionStatus.True, Finding.ClosedForLong),
    SlotsMoved(Type.Normal, "Slots have arrived since the last look: which, from where to where, their keys and bytes, and how fast."),
    BigKeys(Type.Warning, "Keys that will block a server noticeably while they move; told once, before anything moves."),
    GateOverridden(Type.Warning, "A step is taken although this gate refuses or waits, because spec.overrideGates names it: what it found, and which program set the field."),
    MissingPermission(Type.Warning, "The operator lacks a permission without which it can write no status, not even begin, or not open a Kubernetes Node again; verb and resource are named. All others are a reason of Ready."),
    StatusRefused(Type.Warning, "The API server refuses the status that was to be written, and says what is wrong with it: the one that stands is not the present one. Leaving goes on all the same.");

    /** The type of an event, as Kubernetes has it. */
    public enum Type {
        /** For the record. */
        Normal,
        /** A person should look. */
        Warning
    }

    private final Type type;
    private final String sentence;
    private final Optional<ConditionType> condition;
    private final Optional<ConditionStatus> status;

    EventReason(ConditionType condition, Finding finding) {
        this(Type.Normal, condition, ConditionStatus.True, finding);
    }

    EventReason(Type type, ConditionType condition, ConditionStatus status, Finding finding) {
        this.type = type;
        this.condition = Optional.of(condition);
        this.status = Optional.of(status);
        this.sentence = finding.sentence();
    }

    EventReason(Type type, String sentence) {
        this.type = type;
        this.condition = Optional.empty();
        this.status = Optional.empty();
        this.sentence = sentence;
    }

    public Type type() {
        return type;
    }

    public String sentence() {
        return sentence;
    }

    /** Empty where it does not tell of a condition. */
    public Optional<ConditionType> condition() {
        return condition;
    }

    /** What tells that a condition has become so, if anything does. */
    static Optional<EventReason> of(Condition c) {
        return Stream.of(values()).filter(r -> r.name().equals(c.getReason()) && r.condition.map(Enum::name).filter(c.getType()::equals).isPresent()
                && r.status.filter(s -> s == c.getStatus()).isPresent()).findFirst();
    }

    Event event(String message, String occasion) {
        return new Event(type == Type.Warning, name(), message, occasion);
    }
}
