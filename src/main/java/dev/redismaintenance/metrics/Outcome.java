package dev.redismaintenance.metrics;

/** How something that is counted ended. */
public enum Outcome {
    /** A turn that the SDK asked for was made. */
    Succeeded,
    /** It was not, and is tried again. */
    Failed,
    /** The replica that was asked to take over has done so. */
    Promoted,
    /** It has not, and a failover had to be asked for again. */
    NotPromoted
}
