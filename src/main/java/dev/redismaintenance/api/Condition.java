package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;

/** One observation about the maintenance, after the conventions for Kubernetes conditions: all of it is always there. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class Condition {
    private static final int LONGEST = 32768;
    private static final String CUT = "\u2026";

    @Required
    @Pattern("^[A-Za-z][A-Za-z0-9]*$")
    @Size(min = 1, max = 316)
    @JsonPropertyDescription("Type of the condition: Ready, Reconciling, Stalled, QuorumVerified, SnapshotTaken, Closed, "
            + "ShardsMigrated, ReplicasEvicted, EndpointsRebound, Restored or Overdue.")
    private String type;

    @Required
    @JsonPropertyDescription("True, False or Unknown.")
    private ConditionStatus status;

    @Min(0)
    @JsonPropertyDescription("metadata.generation that the condition was computed for.")
    private Long observedGeneration;

    @Required
    @JsonPropertyDescription("When the status last changed from one value to another.")
    private String lastTransitionTime;

    @Required
    @Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")
    @Size(min = 1, max = 1024)
    @JsonPropertyDescription("Why, as one CamelCase word for programs. That of Ready is printed as the phase.")
    private String reason;

    @Required
    @Size(max = LONGEST)
    @JsonPropertyDescription("Why, for people: what, which pod, and the next step.")
    private String message;

    /** For Jackson. */
    public Condition() {
    }

    /** @param message cut where it is longer than the API server takes, or it would refuse the whole status */
    public Condition(ConditionType type, ConditionStatus status, Long observedGeneration, String lastTransitionTime,
            String reason, String message) {
        this.type = type.name();
        this.status = status;
        this.observedGeneration = observedGeneration;
        this.lastTransitionTime = lastTransitionTime;
        this.reason = reason;
        this.message = fitting(message);
    }

    private static String fitting(String message) {
        if (message.length() <= LONGEST) {
            return message;
        }
        int end = LONGEST - CUT.length();
        return message.substring(0, Character.isHighSurrogate(message.charAt(end - 1)) ? end - 1 : end) + CUT;
    }

    /** Something had to be left out at its end. */
    public static boolean isCut(String message) {
        return message.endsWith(CUT);
    }

    public String getType() { return type; }

    public void setType(String type) { this.type = type; }

    public ConditionStatus getStatus() { return status; }

    public void setStatus(ConditionStatus status) { this.status = status; }

    public Long getObservedGeneration() { return observedGeneration; }

    public void setObservedGeneration(Long observedGeneration) { this.observedGeneration = observedGeneration; }

    public String getLastTransitionTime() { return lastTransitionTime; }

    public void setLastTransitionTime(String lastTransitionTime) { this.lastTransitionTime = lastTransitionTime; }

    public String getReason() { return reason; }

    public void setReason(String reason) { this.reason = reason; }

    public String getMessage() { return message; }

    public void setMessage(String message) { this.message = message; }

    @Override
    public boolean equals(Object other) {
        return other instanceof Condition that
                && Objects.equals(type, that.type)
                && Objects.equals(status, that.status)
                && Objects.equals(observedGeneration, that.observedGeneration)
                && Objects.equals(lastTransitionTime, that.lastTransitionTime)
                && Objects.equals(reason, that.reason)
                && Objects.equals(message, that.message);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, status, observedGeneration, lastTransitionTime, reason, message);
    }

    @Override
    public String toString() {
        return "Condition[type=" + type + ", status=" + status + ", observedGeneration=" + observedGeneration
                + ", lastTransitionTime=" + lastTransitionTime + ", reason=" + reason + ", message=" + message + "]";
    }
}
