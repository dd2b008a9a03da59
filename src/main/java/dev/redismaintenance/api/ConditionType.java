package dev.redismaintenance.api;

/** The conditions that a NodeMaintenance reports, and what True means for each. */
public enum ConditionType {
    /** Mode On: the node is in maintenance and it is safe to service the machine. Mode Off: everything is restored. */
    Ready,
    /** Work goes on, or is waited for without anybody having to act. Never True together with Stalled. */
    Reconciling,
    /** A gate refuses or a person must act; the message says what to do. Never True together with Reconciling. */
    Stalled,
    /** Without this node, and without all others in maintenance, a majority of the voters is reachable. */
    QuorumVerified,
    /** What was where is recorded in the snapshot ConfigMap. */
    SnapshotTaken,
    /** The node is marked: nothing moves onto it. */
    Closed,
    /** The node owns no slot any more. */
    ShardsMigrated,
    /** The node holds no copy of any shard any more. False with a reason where no spare could take the duty. */
    ReplicasEvicted,
    /** Mode On: the pod has left the endpoints of its Services. Mode Off: it may be among them again. Unknown where it does not declare the readiness gate for it. */
    EndpointsRebound,
    /** Leaving only: roles, slots and settings are back as the snapshot recorded them. */
    Restored,
    /** The node has been closed for longer than is usual ({@code redis-maintenance.overdue-after}). Only there while True; it changes nothing. */
    Overdue
}
