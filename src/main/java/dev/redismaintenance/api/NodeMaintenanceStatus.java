package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a fresh look said last. Written only when it differs, hence comparable. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public class NodeMaintenanceStatus {
    @JsonPropertyDescription("metadata.generation of the spec that this status answers; -1 until the first look.")
    private Long observedGeneration;

    @JsonPropertyDescription("Ready=True means exactly one thing: the node is in maintenance and it is safe to service the machine "
            + "(mode Off: all is restored). Reconciling=True while work goes on, Stalled=True when a person must "
            + "act. The others report single steps.")
    private List<Condition> conditions = new ArrayList<>();

    @JsonPropertyDescription("The safety gates with their verdicts.")
    private List<GateStatus> gates = new ArrayList<>();

    @JsonPropertyDescription("The cluster nodes that this maintenance is about.")
    private List<NodeStatus> nodes = new ArrayList<>();

    @JsonPropertyDescription("What goes into maintenance, in short: pod/NAME or node/NAME.")
    private String target;

    @JsonPropertyDescription("Shards which the target serves as their primary, and how many it may serve, as in 1/1: serves one; "
            + "0/1: serves none; 1/0: closed, and its shard has still to leave; 0/0: closed, and serves none.")
    private String shards;

    @JsonPropertyDescription("progressPercent as text, for example 100%.")
    private String progress;

    @Min(0)
    @Max(100)
    @JsonPropertyDescription("How much of what has to leave the target (or to come back to it) has done so, in percent of the "
            + "bytes.")
    private Integer progressPercent;

    @JsonPropertyDescription("The snapshot that leaving will restore.")
    private SnapshotStatus snapshot;

    @JsonPropertyDescription("When the target was closed.")
    private String since;

    @JsonPropertyDescription("How far the moving of slots has got; absent where none moves.")
    private MoveStatus move;

    @JsonPropertyDescription("How many further failures of voting primaries the cluster survives: before, now, and while the "
            + "target's machine is down.")
    private FailureTolerance failureTolerance;

    @JsonPropertyDescription("Dry run only: the steps in order.")
    private List<PlanStep> plan = new ArrayList<>();

    public Long getObservedGeneration() { return observedGeneration; }

    public void setObservedGeneration(Long observedGeneration) { this.observedGeneration = observedGeneration; }

    public List<Condition> getConditions() { return conditions; }

    public void setConditions(List<Condition> conditions) { this.conditions = Lists.orEmpty(conditions); }

    public List<GateStatus> getGates() { return gates; }

    public void setGates(List<GateStatus> gates) { this.gates = Lists.orEmpty(gates); }

    public List<NodeStatus> getNodes() { return nodes; }

    public void setNodes(List<NodeStatus> nodes) { this.nodes = Lists.orEmpty(nodes); }

    public String getTarget() { return target; }

    public void setTarget(String target) { this.target = target; }

    public String getShards() { return shards; }

    public void setShards(String shards) { this.shards = shards; }

    public String getProgress() { return progress; }

    public void setProgress(String progress) { this.progress = progress; }

    public Integer getProgressPercent() { return progressPercent; }

    public void setProgressPercent(Integer progressPercent) { this.progressPercent = progressPercent; }

    public SnapshotStatus getSnapshot() { return snapshot; }

    public void setSnapshot(SnapshotStatus snapshot) { this.snapshot = snapshot; }

    public String getSince() { return since; }

    public void setSince(String since) { this.since = since; }

    public MoveStatus getMove() { return move; }

    public void setMove(MoveStatus move) { this.move = move; }

    public FailureTolerance getFailureTolerance() { return failureTolerance; }

    public void setFailureTolerance(FailureTolerance failureTolerance) { this.failureTolerance = failureTolerance; }

    public List<PlanStep> getPlan() { return plan; }

    public void setPlan(List<PlanStep> plan) { this.plan = Lists.orEmpty(plan); }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeMaintenanceStatus that
                && Objects.equals(observedGeneration, that.observedGeneration)
                && Objects.equals(conditions, that.conditions)
                && Objects.equals(gates, that.gates)
                && Objects.equals(nodes, that.nodes)
                && Objects.equals(target, that.target)
                && Objects.equals(shards, that.shards)
                && Objects.equals(progress, that.progress)
                && Objects.equals(progressPercent, that.progressPercent)
                && Objects.equals(snapshot, that.snapshot)
                && Objects.equals(since, that.since)
                && Objects.equals(move, that.move)
                && Objects.equals(failureTolerance, that.failureTolerance)
                && Objects.equals(plan, that.plan);
    }

    @Override
    public int hashCode() {
        return Objects.hash(observedGeneration, conditions, gates, nodes, target, shards, progress, progressPercent, snapshot, since, move, failureTolerance, plan);
    }

    @Override
    public String toString() {
        return "NodeMaintenanceStatus[observedGeneration=" + observedGeneration + ", conditions=" + conditions + ", gates=" + gates
                + ", nodes=" + nodes + ", target=" + target + ", shards=" + shards
                + ", progress=" + progress + ", progressPercent=" + progressPercent + ", snapshot=" + snapshot
                + ", since=" + since + ", move=" + move + ", failureTolerance=" + failureTolerance + ", plan=" + plan + "]";
    }
}
