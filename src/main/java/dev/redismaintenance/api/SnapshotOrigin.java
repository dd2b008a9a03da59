package dev.redismaintenance.api;

/** Where the snapshot of a maintenance came from. */
public enum SnapshotOrigin {
    /** This activation took it. */
    Taken,
    /** It was left by an earlier activation and overwriteSnapshot was not set. */
    Reused,
    /** Another maintenance of the same node had taken it and is still active. */
    Joined,
    /** The spec named it with snapshotName. */
    Named,
    /** It was recorded ahead, as takeSnapshot asked. */
    Requested
}
