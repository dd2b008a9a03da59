package dev.redismaintenance.kubernetes;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.cluster.UpdatePlan;
import dev.redismaintenance.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What maintenance reads from and writes to Kubernetes. Reads are fresh (no cache): decisions that move shards must not rest
 * on an old copy. Each call may be repeated.
 */
public interface Kubernetes extends Machines {

    /** All pods of the namespace that a server could run in, by name. */
    List<PodFacts> pods(String namespace) throws KubernetesException;

    /** One pod, without what only its Kubernetes Node tells. */
    Optional<PodFacts> pod(String namespace, String name) throws KubernetesException;

    /** All NodeMaintenances of the namespace. */
    List<NodeMaintenance> maintenances(String namespace) throws KubernetesException;

    void mark(String namespace, String podName, Mark mark) throws KubernetesException;

    void unmark(String namespace, String podName) throws KubernetesException;

    /** What the pod's readiness gate says. Nothing is written to another pod that has taken its name meanwhile. */
    void sayInService(String namespace, PodFacts pod, boolean inService) throws KubernetesException;

    /** Those of maintenances; not those that were made ahead because somebody asked for them. */
    List<Snapshot> snapshots(String namespace) throws KubernetesException;

    /** Those that were made ahead because somebody asked for them. */
    List<Snapshot> requestedSnapshots(String namespace) throws KubernetesException;

    /** Any ConfigMap, read as a snapshot. */
    Optional<Snapshot> snapshot(String namespace, String name) throws KubernetesException;

    /** Keeps what is there already under this name. */
    void createSnapshot(String namespace, String name, String kind, Placement placement) throws KubernetesException;

    void recordLoans(String namespace, String snapshotName, List<Loan> loans) throws KubernetesException;

    void recordTransfers(String namespace, String snapshotName, List<Transfer> transfers) throws KubernetesException;

    /** The ids that the node came back with; the last is the one it has now. */
    void recordSuccessors(String namespace, String snapshotName, List<NodeId> ids) throws KubernetesException;

    void deleteSnapshot(String namespace, String name) throws KubernetesException;

    /** The decoded values of a Secret. */
    Optional<Map<String, String>> secret(String namespace, String name) throws KubernetesException;

    /** What a StatefulSet's own annotation {@link PodReader#CONNECTION} says; not that of its pod template. */
    Optional<String> connectionOf(String namespace, String statefulSet) throws KubernetesException;

    /** How a StatefulSet updates its pods; empty where there is none of that name, or it does not tell. */
    Optional<UpdatePlan> updateOf(String namespace, String statefulSet) throws KubernetesException;

    Optional<LeaseState> lease(String namespace, String name) throws KubernetesException;

    /**
     * Writes it with the present time as its renewal; false when it is not any more in the version that {@code state} names, or, where it
     * names none, is there already.
     */
    boolean writeLease(String namespace, String name, LeaseState state) throws KubernetesException;

    void writeStatus(NodeMaintenance resource, NodeMaintenanceStatus status) throws KubernetesException;

    /** The namespace is being deleted: nothing can be created in it any more. */
    boolean ends(String namespace) throws KubernetesException;

    /** A second event with the same content and occasion is not a second event. In a namespace that is being deleted there is none. */
    void event(NodeMaintenance about, Event event) throws KubernetesException;

    /**
     * @param warning  a person should look
     * @param occasion tells this happening from an earlier one of the same reason
     */
    record Event(boolean warning, String reason, String message, String occasion) {
    }
}
