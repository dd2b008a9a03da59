package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.Objects;

/** What one safety gate said at the last look. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class GateStatus {
    @Required
    @JsonPropertyDescription("Public name of the gate, as in spec.overrideGates.")
    private String name;

    @Required
    @JsonPropertyDescription("Passed; Refused: nothing is touched until somebody acts; Waiting: asked again soon; NotEvaluated.")
    private GateAnswer verdict;

    @JsonPropertyDescription("Why, and what to do about it.")
    private String message;

    /** For Jackson. */
    public GateStatus() {
    }

    public GateStatus(String name, GateAnswer verdict, String message) {
        this.name = name;
        this.verdict = verdict;
        this.message = message;
    }

    public String getName() { return name; }

    public void setName(String name) { this.name = name; }

    public GateAnswer getVerdict() { return verdict; }

    public void setVerdict(GateAnswer verdict) { this.verdict = verdict; }

    public String getMessage() { return message; }

    public void setMessage(String message) { this.message = message; }

    @Override
    public boolean equals(Object other) {
        return other instanceof GateStatus that
                && Objects.equals(name, that.name)
                && Objects.equals(verdict, that.verdict)
                && Objects.equals(message, that.message);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, verdict, message);
    }

    @Override
    public String toString() {
        return "GateStatus[name=" + name + ", verdict=" + verdict + ", message=" + message + "]";
    }
}
