package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.Objects;

/** Which snapshot this maintenance will restore, or which was recorded as takeSnapshot asked. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class SnapshotStatus {
    @Required
    @JsonPropertyDescription("Name of the snapshot ConfigMap in this namespace.")
    private String name;

    @JsonPropertyDescription("When it was taken.")
    private String takenAt;

    @JsonPropertyDescription("Taken by this activation, Reused from an earlier one, Joined with another maintenance of the node, "
            + "Named in the spec, or Requested ahead with takeSnapshot.")
    private SnapshotOrigin origin;

    /** For Jackson. */
    public SnapshotStatus() {
    }

    public SnapshotStatus(String name, String takenAt, SnapshotOrigin origin) {
        this.name = name;
        this.takenAt = takenAt;
        this.origin = origin;
    }

    public String getName() { return name; }

    public void setName(String name) { this.name = name; }

    public String getTakenAt() { return takenAt; }

    public void setTakenAt(String takenAt) { this.takenAt = takenAt; }

    public SnapshotOrigin getOrigin() { return origin; }

    public void setOrigin(SnapshotOrigin origin) { this.origin = origin; }

    @Override
    public boolean equals(Object other) {
        return other instanceof SnapshotStatus that
                && Objects.equals(name, that.name)
                && Objects.equals(takenAt, that.takenAt)
                && Objects.equals(origin, that.origin);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, takenAt, origin);
    }

    @Override
    public String toString() {
        return "SnapshotStatus[name=" + name + ", takenAt=" + takenAt + ", origin=" + origin + "]";
    }
}
