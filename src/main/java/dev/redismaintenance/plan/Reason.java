package dev.redismaintenance.plan;

/** Why a maintenance is where it is: the reasons of the {@code Ready} condition, each with the sentence that explains it. */
public enum Reason {
    // entering
    TakingSnapshot("The state before maintenance is being recorded in a snapshot ConfigMap."),
    Closing("The node is being closed: marked, and its server kept from promotion and from changing shards."),
    HandingOver("The primary role is being handed over to an in-sync replica by a coordinated failover."),
    CountingSlots("Keys and bytes of the slots that would move are being counted; nothing is changed."),
    PreparingMove("A setting that would hold up the servers which give slots away is changed; it is put back at the end."),
    MovingSlots("The node's slots are moving to other primaries; its role stays."),
    MovingReplicaDuty("A spare takes over the node's replica duty; it is in sync before the node lets go."),
    PreparingReturn("The shard's primary keeps more of its stream, so that the node needs only what it missed when it returns."),
    InMaintenance("The node is in maintenance: it owns no slot, every shard has an in-sync copy elsewhere, the machine may be serviced."),
    // entering and leaving with nodeName
    Cordoning("The Kubernetes Node is being closed to new pods."),
    EnteringNodes("The cluster nodes on the Kubernetes Node go into maintenance one after another; the message says whose turn it is."),
    Uncordoning("The Kubernetes Node is being opened to new pods again."),
    LeavingNodes("The cluster nodes on the Kubernetes Node come back one after another, the last one that went first."),
    // a snapshot made ahead
    RecordingSnapshot("How the node and its cluster stand is being recorded ahead, as takeSnapshot asks."),
    RemovingOldSnapshots("More snapshots of the pod that were recorded ahead are there than are to be kept; the oldest are being deleted."),
    SnapshotRecorded("The snapshot that takeSnapshot asks for is there; nothing else was done."),
    // dry run
    Planned("This is a dry run: status.plan says every step, nothing was touched."),
    // leaving
    Reopening("The node is being opened again."),
    RestoringShards("Replica duty and primary role are being given back."),
    TakingSlotsBack("The node's slots are coming back from the primaries that took them."),
    RestoringSettings("Changed settings are being put back."),
    CleaningUp("Mark and snapshot are being removed."),
    ReturningToService("Everything is restored, the mark is gone, and the pod's readiness gate is not True yet."),
    Restored("Everything is as it was before maintenance."),
    OpenedWithoutRestore("The node is open again; shards were left where they are, as asked by skipShardsRestore."),
    EndedElsewhere("The node is open and its snapshot is gone, and this NodeMaintenance has not restored it: another one of the same pod has ended the maintenance, or somebody has removed mark and snapshot."),
    NotInMaintenance("The node was not in maintenance; there is nothing to restore."),
    HeldByOthers("Another NodeMaintenance keeps the node in maintenance; it is restored when the last one leaves."),
    // waiting
    WaitingForTurn("Another maintenance is at work in this cluster, somebody is moving slots, a shard has just failed over without being asked to, or the pods are being updated by their owner; one goes after the other."),
    WaitingForLease("Somebody else holds the Lease redis-maintenance of the namespace: whoever holds it changes the clusters there alone."),
    WaitingForViews("The nodes do not agree on the cluster yet."),
    WaitingForReplica("A replica is not in sync yet, or is not yet known as one by all voters."),
    WaitingForHandover("A coordinated failover was asked for and has not shown an outcome yet."),
    WaitingForPod("The pod is not running, or its server does not answer yet."),
    WaitingForName("The pod is back and DNS does not know yet the name that its server announces, or tells its old address; not waited for longer than a minute after the pod's start."),
    WaitingForMember("A node that was reset is being brought back into the cluster."),
    TakingItsPlace("The node lost its disk: the empty server that came back in its pod takes its place, and the old id is forgotten."),
    ReportingAddress("The node still tells clients its old address and is being told its new one."),
    Reuniting("All pods restarted together at new addresses; their servers, which do not find each other any more, are being introduced to each other again."),
    // refused: somebody has to change something
    Scattered("All pods restarted together at new addresses; their servers do not find each other any more until somebody introduces them by CLUSTER MEET."),
    GateRefused("A safety gate refuses; its name, the finding and the way out are in the message."),
    OverridesOff("The request wants gates passed over, and the operator has not been told to honour that."),
    KubernetesNodeNotFound("There is no Kubernetes Node of that name."),
    SwitchedOff("The NodeMaintenance that was made for one of the pods on the Kubernetes Node has been switched off, or made a dry run, by hand."),
    PodNotFound("There is no pod of that name in the namespace of the NodeMaintenance."),
    PodNotRunning("The pod exists and does not run."),
    NotAClusterMember("The server in the pod is not a member of a cluster."),
    NodeUnreachable("The server in the pod cannot be reached."),
    AuthenticationFailed("The server refuses the password or user, or demands one that was not given."),
    TlsMismatch("One side speaks TLS and the other does not, or the certificate is not trusted."),
    ConnectionSettingsInvalid("A Secret that the connection names is missing, incomplete, or holds what cannot be used."),
    CommandNotPermitted("The account may not run a command that even looking needs; the message names it."),
    NoEligibleReplica("The node is a primary, its role has to be handed over, and neither a replica nor a spare on an available node can take it."),
    InsufficientCapacity("Slots have to move and the primaries that could take them have not enough room; the message has the numbers."),
    LibrariesMissing("The primaries that could take the slots lack function libraries of the node; functions do not move with slots."),
    KeyTooBig("A key is so big that moving it would block the server until it is taken for failed; the message says where it is."),
    SnapshotMissing("The node is in maintenance and its snapshot is gone."),
    SnapshotUnusable("The snapshot cannot be read, or is of another node."),
    IdentityLost("The node came back with another id, and it is not (or not yet) proved that it may take the place of the recorded one."),
    CannotRestore("What was recorded cannot be restored; each item says why."),
    HandoverFailed("The failover was asked for several times and the replica was not promoted."),
    NoLongerSafe("The node is in maintenance and it is no longer safe to service the machine."),
    MissingPermission("The operator lacks a permission in the Kubernetes API; the message names it."),
    NamespaceTerminating("The namespace is being deleted: nothing can be recorded in it any more, so no maintenance begins there."),
    InternalError("The operator met an error of its own; it tries again.");

    private final String sentence;

    Reason(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
