package dev.redismaintenance.snapshot;

/** A ConfigMap that should be a snapshot cannot be read as one; the message says what is wrong with it. */
public final class UnreadableSnapshot extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableSnapshot(String message) {
        super(message);
    }
}
