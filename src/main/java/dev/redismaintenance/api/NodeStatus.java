package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import java.util.Objects;

/** One cluster node of the maintenance at the last look. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class NodeStatus {
    @Required
    @JsonPropertyDescription("Pod that the node runs in.")
    private String podName;

    @JsonPropertyDescription("With nodeName: the NodeMaintenance that was made for this pod.")
    private String maintenance;

    @JsonPropertyDescription("Id of the node in its cluster.")
    private String nodeId;

    @JsonPropertyDescription("Kubernetes Node that the pod runs on.")
    private String kubernetesNode;

    @JsonPropertyDescription("primary, replica or unknown.")
    private NodeRole role;

    @JsonPropertyDescription("Shards which the node serves as their primary, and how many it may serve, as in 1/1: serves one; "
            + "0/1: serves none; 1/0: closed, and its shard has still to leave; 0/0: closed, and serves none.")
    private String shards;

    @JsonPropertyDescription("How many slots the node owns.")
    private Integer slots;

    @JsonPropertyDescription("Bytes of data on the node when the snapshot was taken.")
    private Long dataBytes;

    @Min(0)
    @Max(100)
    @JsonPropertyDescription("How much of what has to leave the node (or to come back to it) has done so, in percent of the bytes.")
    private Integer progressPercent;

    public String getPodName() { return podName; }

    public void setPodName(String podName) { this.podName = podName; }

    public String getMaintenance() { return maintenance; }

    public void setMaintenance(String maintenance) { this.maintenance = maintenance; }

    public String getNodeId() { return nodeId; }

    public void setNodeId(String nodeId) { this.nodeId = nodeId; }

    public String getKubernetesNode() { return kubernetesNode; }

    public void setKubernetesNode(String kubernetesNode) { this.kubernetesNode = kubernetesNode; }

    public NodeRole getRole() { return role; }

    public void setRole(NodeRole role) { this.role = role; }

    public String getShards() { return shards; }

    public void setShards(String shards) { this.shards = shards; }

    public Integer getSlots() { return slots; }

    public void setSlots(Integer slots) { this.slots = slots; }

    public Long getDataBytes() { return dataBytes; }

    public void setDataBytes(Long dataBytes) { this.dataBytes = dataBytes; }

    public Integer getProgressPercent() { return progressPercent; }

    public void setProgressPercent(Integer progressPercent) { this.progressPercent = progressPercent; }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeStatus that
                && Objects.equals(podName, that.podName)
                && Objects.equals(maintenance, that.maintenance)
                && Objects.equals(nodeId, that.nodeId)
                && Objects.equals(kubernetesNode, that.kubernetesNode)
                && Objects.equals(role, that.role)
                && Objects.equals(shards, that.shards)
                && Objects.equals(slots, that.slots)
                && Objects.equals(dataBytes, that.dataBytes)
                && Objects.equals(progressPercent, that.progressPercent);
    }

    @Override
    public int hashCode() {
        return Objects.hash(podName, maintenance, nodeId, kubernetesNode, role, shards, slots, dataBytes, progressPercent);
    }

    @Override
    public String toString() {
        return "NodeStatus[podName=" + podName + ", maintenance=" + maintenance + ", nodeId=" + nodeId + ", kubernetesNode=" + kubernetesNode
                + ", role=" + role + ", shards=" + shards + ", slots=" + slots
                + ", dataBytes=" + dataBytes + ", progressPercent=" + progressPercent + "]";
    }
}
