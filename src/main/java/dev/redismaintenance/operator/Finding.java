package dev.redismaintenance.operator;

/** The reasons of the conditions beside Ready: what was found, each with the sentence that explains it. */
public enum Finding {
    // QuorumVerified
    MajorityStays("A majority of the voters stays without this node and all that count as gone."),
    MajorityLost("Without this node and all that count as gone there would be no majority of the voters."),
    NotAsked("The question was not asked yet."),
    // SnapshotTaken
    Taken("This maintenance took the snapshot."),
    Reused("A snapshot that an earlier maintenance left is used."),
    Joined("Another maintenance of the same pod took the snapshot; both use it."),
    Named("The snapshot that spec.snapshotName names is used."),
    Requested("The snapshot was recorded ahead, as takeSnapshot asks; no maintenance deletes it."),
    NoSnapshot("There is no snapshot: none was taken yet, or the maintenance is over."),
    // Closed
    MarkedClosed("The pod is marked, nothing is moved onto the node."),
    MovedAway("The pod is closed and runs on another Kubernetes Node than the one on which its maintenance was begun."),
    BeingOpened("The node is open again and is given its shards back."),
    Open("The pod carries no mark."),
    Cordoned("It is cordoned for this maintenance, and opened when the last that needs it ends."),
    CordonedByOthers("It was cordoned by somebody else and stays so when this maintenance ends."),
    Uncordoned("Somebody has uncordoned it, which is respected: new pods may come to run there."),
    PodAbsent("There is no pod to carry the mark; it is marked when it is back. Is it not to come back, leave with skipShardsRestore."),
    // ShardsMigrated
    OwnsNoSlot("The node owns no slot."),
    OwnsSlots("The node owns slots."),
    NodeUnknown("The node is not in the cluster's view."),
    // ReplicasEvicted
    HoldsNoReplica("The node is no replica: it holds no copy of a shard."),
    NoSpare("No spare can take over the replica duty, so the replica stays; every shard has its copy elsewhere."),
    NotRequested("evictHaReplica is false: the replica stays and may be promoted."),
    BeingMoved("A spare is taking over the replica duty."),
    IsPrimary("The node still has the primary role."),
    // EndpointsRebound
    OutOfService("The pod's readiness gate redis-maintenance.dev/in-service is not True: Services send it no clients."),
    InService("The pod's readiness gate redis-maintenance.dev/in-service is True: Services send it clients while it is ready."),
    NotApplicable("The pod does not declare the readiness gate redis-maintenance.dev/in-service; clients follow the cluster's own redirection."),
    // Restored
    AsRecorded("The cluster was read again and everything is as the snapshot recorded."),
    WithDifferences("The node is restored; what somebody else changed meanwhile is listed and was left alone."),
    LeftInPlace("The shards were left where they are, as asked by skipShardsRestore."),
    EndedElsewhere("Mark and snapshot were removed before this NodeMaintenance found the node restored, so it does not know what became of it; where another one of the same pod has removed them, that one has told."),
    NotYet("Something is not yet as the snapshot recorded."),
    // Overdue
    ClosedForLong("The node is closed for longer than redis-maintenance.overdue-after: somebody may have forgotten it.");

    private final String sentence;

    Finding(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
