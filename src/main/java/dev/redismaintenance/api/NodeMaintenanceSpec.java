package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.ArrayList;
import java.util.List;

/** What is asked for: which node, which way, and how careful. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = "has(self.podName) != has(self.nodeName)",
        message = "set exactly one of podName (the cluster node in one pod) and nodeName (all cluster nodes of this namespace "
                + "on one Kubernetes Node)")
@ValidationRule(value = NodeMaintenanceSpec.SAME_POD, fieldPath = ".podName", message = NodeMaintenanceSpec.NEW_RESOURCE)
@ValidationRule(value = NodeMaintenanceSpec.SAME_NODE, fieldPath = ".nodeName", message = NodeMaintenanceSpec.NEW_RESOURCE)
@ValidationRule(
        value = "!(has(self.snapshotName) && self.snapshotName != '' && has(self.skipShardsRestore) && self.skipShardsRestore)",
        message = "snapshotName says what to restore and skipShardsRestore says to restore nothing: remove one of them")
@ValidationRule(value = "!(has(self.nodeName) && has(self.snapshotName) && self.snapshotName != '')",
        message = "a snapshot is of one node: with nodeName, set snapshotName at the NodeMaintenance that was made for the pod")
@ValidationRule(
        value = "!has(self.takeSnapshot) || self.takeSnapshot == '' || has(self.podName) && self.mode == 'Off' && !(has(self.dryRun) && self.dryRun)",
        message = "takeSnapshot records a snapshot ahead, of a pod's node that is not to go into maintenance now: it needs podName and mode \"Off\", and "
                + "no dryRun; to enter maintenance, remove it")
public class NodeMaintenanceSpec {
    static final String SAME_POD =
            "has(self.podName) == has(oldSelf.podName) && (!has(self.podName) || self.podName == oldSelf.podName)";
    static final String SAME_NODE =
            "has(self.nodeName) == has(oldSelf.nodeName) && (!has(self.nodeName) || self.nodeName == oldSelf.nodeName)";
    static final String NEW_RESOURCE = "the target cannot be changed: delete this NodeMaintenance, which brings its node back, "
            + "and create another one for the other target";

    @Pattern(Patterns.DNS_NAME)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Name of the pod in this namespace whose cluster node goes into maintenance. Exactly one of podName "
            + "and nodeName must be set. Cannot be changed: for another pod create another NodeMaintenance.")
    private String podName;

    @Pattern(Patterns.DNS_NAME)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Name of a Kubernetes Node: every cluster node of this namespace that runs there goes into "
            + "maintenance, and the Kubernetes Node is cordoned unless it already was. Exactly one of podName and "
            + "nodeName must be set. Cannot be changed. They go one after another, each by a NodeMaintenance that is made for it "
            + "and named after this one and its pod.")
    private String nodeName;

    @Default("\"On\"")
    @JsonPropertyDescription("\"On\" (the default) enters maintenance and stays in it. \"Off\" leaves it: what the snapshot "
            + "recorded is put back and the snapshot is deleted. Deleting the resource is Off too. Write the "
            + "quotes: YAML reads a bare On or Off as true or false, which is refused.")
    private Mode mode = Mode.On;

    @Default("false")
    @JsonPropertyDescription("Entering: what to do with a maintenance snapshot that an earlier activation left behind. false (the "
            + "default): it is reused, because it says how things were before that maintenance. true: a new one is "
            + "taken in its place. Retries of one activation never overwrite its snapshot.")
    private boolean overwriteSnapshot;

    @JsonPropertyDescription("Entering: how a primary gives up its slots. Unset (the default): the safest way there is, a handover "
            + "to an eligible replica, else to a spare that is made a replica first, else the slots move. true: "
            + "handover, its best in-sync replica (or a spare that is made one first) becomes the primary of the whole "
            + "shard and the node its replica; refused when there is neither. false: the node stays a primary without "
            + "slots, they move to other available primaries; stalled with the missing bytes when these lack the memory.")
    private Boolean demoteNode;

    @Default("true")
    @JsonPropertyDescription("Entering: what becomes of replica duty. true (the default): it leaves the node when an available "
            + "spare can take it over, the spare being in sync before the node lets go; where none can, the replica "
            + "stays and the condition ReplicasEvicted says so. false: replicas stay on the node and may still be "
            + "promoted.")
    private boolean evictHaReplica = true;

    @Default("\"\"")
    @Pattern(Patterns.DNS_NAME_OR_EMPTY)
    @Size(max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Leaving: name of the snapshot ConfigMap in this namespace to restore. Empty (the default): the "
            + "maintenance snapshot of this activation. Any snapshot of the node will do, also one made by hand. "
            + "Refused together with skipShardsRestore. Can be changed while the resource is being deleted.")
    private String snapshotName = "";

    @Default("\"\"")
    @Pattern(Patterns.DNS_NAME_OR_EMPTY)
    @Size(max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("A snapshot made ahead: how the pod's node and its cluster stand now is recorded once, in a ConfigMap of this name, which no "
            + "maintenance deletes and which outlives this resource; restore from it with snapshotName. Nothing else is done. Only with "
            + "podName and mode \"Off\". Empty (the default): none.")
    private String takeSnapshot = "";

    @Default("false")
    @JsonPropertyDescription("Leaving: false (the default) restores roles and slots as the snapshot recorded them. true opens the "
            + "node again, leaves the shards where they are and deletes the snapshot: the way out when a snapshot "
            + "cannot be restored. Refused together with snapshotName. Can be changed while the resource is being "
            + "deleted.")
    private boolean skipShardsRestore;

    @Default("false")
    @JsonPropertyDescription("true: plan only. status.plan says every step with its bytes, an estimate, the gates' verdicts and how many failures the "
            + "cluster survives after it; nothing is touched. Set to false, the plan is carried out. Deletion is never a dry run. Default: false.")
    private boolean dryRun;

    @Default("1")
    @Min(1)
    @JsonPropertyDescription("How many slot moves, each from one primary to one other, may run at the same time, at least 1. "
            + "Default: 1, the gentlest. A handover is always alone: one at a time per cluster.")
    private int maxConcurrentMoves = 1;

    @Size(max = 16)
    @JsonPropertyDescription("Safety gates to pass over, by name. Whoever sets it must hold the verb \"override\" on "
            + "nodemaintenances.redis-maintenance.dev. Default: none. An unknown name is refused. Honoured only where "
            + "the operator runs with redis-maintenance.override-gates=true. CapacityAvailable cannot be passed over.")
    private List<String> overrideGates = new ArrayList<>();

    @Size(max = 1024)
    @JsonPropertyDescription("Why, in your words, for those who find the node closed: shown in the wide table, on the pod and in "
            + "the snapshot. At most 1024 characters. Default: none.")
    private String reason;

    @JsonPropertyDescription("How to reach the servers. Unset (the default): as an annotation of the pods or their StatefulSet says, else as "
            + "the pod's spec plainly says, else port 6379, without password and TLS.")
    private ConnectionSpec connection;

    public String getPodName() { return podName; }

    public void setPodName(String podName) { this.podName = podName; }

    public String getNodeName() { return nodeName; }

    public void setNodeName(String nodeName) { this.nodeName = nodeName; }

    public Mode getMode() { return mode; }

    public void setMode(Mode mode) { this.mode = mode; }

    public boolean isOverwriteSnapshot() { return overwriteSnapshot; }

    public void setOverwriteSnapshot(boolean overwriteSnapshot) { this.overwriteSnapshot = overwriteSnapshot; }

    /** Null has a meaning of its own: the safest way. */
    public Boolean getDemoteNode() { return demoteNode; }

    public void setDemoteNode(Boolean demoteNode) { this.demoteNode = demoteNode; }

    public boolean isEvictHaReplica() { return evictHaReplica; }

    public void setEvictHaReplica(boolean evictHaReplica) { this.evictHaReplica = evictHaReplica; }

    /** Never null; empty: the snapshot of this activation. */
    public String getSnapshotName() { return snapshotName; }

    public void setSnapshotName(String snapshotName) { this.snapshotName = snapshotName == null ? "" : snapshotName; }

    /** Never null; empty: none is asked for. */
    public String getTakeSnapshot() { return takeSnapshot; }

    public void setTakeSnapshot(String takeSnapshot) { this.takeSnapshot = takeSnapshot == null ? "" : takeSnapshot; }

    public boolean isSkipShardsRestore() { return skipShardsRestore; }

    public void setSkipShardsRestore(boolean skipShardsRestore) { this.skipShardsRestore = skipShardsRestore; }

    public boolean isDryRun() { return dryRun; }

    public void setDryRun(boolean dryRun) { this.dryRun = dryRun; }

    public int getMaxConcurrentMoves() { return maxConcurrentMoves; }

    public void setMaxConcurrentMoves(int maxConcurrentMoves) { this.maxConcurrentMoves = maxConcurrentMoves; }

    /** Never null. Texts, so that a name from a newer version cannot make the object unreadable; the schema knows the names. */
    public List<String> getOverrideGates() { return overrideGates; }

    public void setOverrideGates(List<String> overrideGates) { this.overrideGates = Lists.orEmpty(overrideGates); }

    public String getReason() { return reason; }

    public void setReason(String reason) { this.reason = reason; }

    public ConnectionSpec getConnection() { return connection; }

    public void setConnection(ConnectionSpec connection) { this.connection = connection; }
}
