package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Objects;

/** How many voting primaries may fail, one after the other, until no failover is won any more; negative: none is won. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class FailureTolerance {
    @JsonPropertyDescription("When this maintenance was admitted.")
    private Integer before;

    @JsonPropertyDescription("As the cluster was seen last, with nothing else going down.")
    private Integer now;

    @JsonPropertyDescription("While the target's machine is down, in the cluster as this maintenance leaves it.")
    private Integer inMaintenance;

    public Integer getBefore() { return before; }

    public void setBefore(Integer before) { this.before = before; }

    public Integer getNow() { return now; }

    public void setNow(Integer now) { this.now = now; }

    public Integer getInMaintenance() { return inMaintenance; }

    public void setInMaintenance(Integer inMaintenance) { this.inMaintenance = inMaintenance; }

    @Override
    public boolean equals(Object other) {
        return other instanceof FailureTolerance that
                && Objects.equals(before, that.before)
                && Objects.equals(now, that.now)
                && Objects.equals(inMaintenance, that.inMaintenance);
    }

    @Override
    public int hashCode() {
        return Objects.hash(before, now, inMaintenance);
    }

    @Override
    public String toString() {
        return "FailureTolerance[before=" + before + ", now=" + now + ", inMaintenance=" + inMaintenance + "]";
    }
}
