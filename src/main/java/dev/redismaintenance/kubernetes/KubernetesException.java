package dev.redismaintenance.kubernetes;

/** The API server refused or could not be asked. */
public final class KubernetesException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean forbidden;

    /** @param forbidden the operator lacks the permission; the message names verb and resource */
    public KubernetesException(String message, boolean forbidden, Throwable cause) {
        super(message, cause);
        this.forbidden = forbidden;
    }

    public boolean forbidden() {
        return forbidden;
    }
}
