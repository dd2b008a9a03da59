package dev.redismaintenance.cluster;

import java.util.Optional;

/** Where one node stood when a snapshot was taken. */
public record Position(NodeId id, String podName, Optional<String> kubernetesNode, Address address, Role role,
                       Optional<NodeId> primary, SlotRanges slots, long configEpoch) {

    Position succeeded(NodeId old, NodeId successor) {
        return new Position(id.equals(old) ? successor : id, podName, kubernetesNode, address, role, primary.map(p -> p.equals(old) ? successor : p), slots, configEpoch);
    }

    Position with(SlotRanges others) {
        return new Position(id, podName, kubernetesNode, address, role, primary, others, configEpoch);
    }
}
