package dev.redismaintenance.api;

/** Which way a maintenance goes. */
public enum Mode {
    /** The node enters maintenance, or stays in it. */
    On,
    /** The node leaves maintenance: what the snapshot recorded is put back. Deleting the resource does the same. */
    Off
}
