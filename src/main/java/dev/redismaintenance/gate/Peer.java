package dev.redismaintenance.gate;

import dev.redismaintenance.cluster.NodeId;
import java.util.Optional;

/**
 * Another NodeMaintenance of the same cluster.
 *
 * @param podName the pod it names
 * @param node    the node behind that pod, where it could be told
 * @param wants   asks for maintenance (mode On, not being deleted)
 * @param earlier was created before the one that is being decided
 * @param begun   its snapshot is there or its node carries the mark: it has changed something and not yet undone it all
 * @param settled it has reached what it asked for, or waits for a person
 * @param machine the Kubernetes Node on which its pod was when it began: that one is being serviced, wherever the pod is now; empty where
 *                it has not begun by itself
 * @param restoring gives back what it took, nothing hinders it, and it has not found all as recorded yet
 * @param opening opens the same pod without giving back what it took; settings are put back all the same
 */
public record Peer(String name, String podName, Optional<NodeId> node, boolean wants, boolean earlier, boolean begun,
                   boolean settled, Optional<String> machine, boolean restoring, boolean opening) {

    /** One that is not on its way back. */
    public Peer(String name, String podName, Optional<NodeId> node, boolean wants, boolean earlier, boolean begun, boolean settled, Optional<String> machine) {
        this(name, podName, node, wants, earlier, begun, settled, machine, false, false);
    }
}
