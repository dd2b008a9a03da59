package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One step that a dry run would take. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public class PlanStep {
    @Required
    @JsonPropertyDescription("What would be done, for example Handover.")
    private String step;

    @JsonPropertyDescription("Pod that gives.")
    private String from;

    @JsonPropertyDescription("Pod that takes.")
    private String to;

    @JsonPropertyDescription("Estimated bytes to copy.")
    private Long bytes;

    @JsonPropertyDescription("Estimated seconds of the copying, at rates that servers were measured at; 0 where nothing is copied.")
    private Long seconds;

    @JsonPropertyDescription("The step as a sentence, with the estimates.")
    private String message;

    @JsonPropertyDescription("The safety gates that were asked before it, with their verdicts; absent for steps that disturb nobody.")
    private List<GateStatus> gates = new ArrayList<>();

    @JsonPropertyDescription("How many further failures of voting primaries the cluster survives after it.")
    private Integer survives;

    /** For Jackson. */
    public PlanStep() {
    }

    public PlanStep(String step, String from, String to, Long bytes, String message) {
        this.step = step;
        this.from = from;
        this.to = to;
        this.bytes = bytes;
        this.message = message;
    }

    public String getStep() { return step; }

    public void setStep(String step) { this.step = step; }

    public String getFrom() { return from; }

    public void setFrom(String from) { this.from = from; }

    public String getTo() { return to; }

    public void setTo(String to) { this.to = to; }

    public Long getBytes() { return bytes; }

    public void setBytes(Long bytes) { this.bytes = bytes; }

    public Long getSeconds() { return seconds; }

    public void setSeconds(Long seconds) { this.seconds = seconds; }

    public String getMessage() { return message; }

    public void setMessage(String message) { this.message = message; }

    public List<GateStatus> getGates() { return gates; }

    public void setGates(List<GateStatus> gates) { this.gates = Lists.orEmpty(gates); }

    public Integer getSurvives() { return survives; }

    public void setSurvives(Integer survives) { this.survives = survives; }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlanStep that
                && Objects.equals(step, that.step)
                && Objects.equals(from, that.from)
                && Objects.equals(to, that.to)
                && Objects.equals(bytes, that.bytes)
                && Objects.equals(seconds, that.seconds)
                && Objects.equals(message, that.message)
                && Objects.equals(gates, that.gates)
                && Objects.equals(survives, that.survives);
    }

    @Override
    public int hashCode() {
        return Objects.hash(step, from, to, bytes, seconds, message, gates, survives);
    }

    @Override
    public String toString() {
        return "PlanStep[step=" + step + ", from=" + from + ", to=" + to
                + ", bytes=" + bytes + ", seconds=" + seconds + ", message=" + message + ", gates=" + gates + ", survives=" + survives + "]";
    }
}
