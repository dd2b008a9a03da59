package dev.redismaintenance.kubernetes;

/** The API server refused or could not be asked. */
public final class KubernetesException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean forbidden;
    private final boolean namespaceEnds;

    /** @param forbidden the operator lacks the permission; the message names verb and resource */
    public KubernetesException(String message, boolean forbidden, Throwable cause) {
        this(message, forbidden, false, cause);
    }

    private KubernetesException(String message, boolean forbidden, boolean namespaceEnds, Throwable cause) {
        super(message, cause);
        this.forbidden = forbidden;
        this.namespaceEnds = namespaceEnds;
    }

    /** In a namespace that is being deleted nothing can be created any more. */
    public static KubernetesException inEndingNamespace(String message, Throwable cause) {
        return new KubernetesException(message, true, true, cause);
    }

    /** It is forbidden to everybody, since the namespace is being deleted; no permission would help. */
    public boolean namespaceEnds() {
        return namespaceEnds;
    }

    public boolean forbidden() {
        return forbidden;
    }
}
