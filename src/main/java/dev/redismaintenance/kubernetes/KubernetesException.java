package dev.redismaintenance.kubernetes;

/** The API server refused or could not be asked. */
public final class KubernetesException extends Exception {
    private static final long serialVersionUID = 1L;

    private enum Kind { FORBIDDEN, NAMESPACE_ENDS, INVALID, OTHER }

    private final Kind kind;

    /** @param forbidden the operator lacks the permission; the message names verb and resource */
    public KubernetesException(String message, boolean forbidden, Throwable cause) {
        this(message, forbidden ? Kind.FORBIDDEN : Kind.OTHER, cause);
    }

    private KubernetesException(String message, Kind kind, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** In a namespace that is being deleted nothing can be created any more. */
    public static KubernetesException inEndingNamespace(String message, Throwable cause) {
        return new KubernetesException(message, Kind.NAMESPACE_ENDS, cause);
    }

    /** What was to be written is against the schema: tried again it is refused again. */
    public static KubernetesException ofInvalid(String message, Throwable cause) {
        return new KubernetesException(message, Kind.INVALID, cause);
    }

    /** It is forbidden to everybody, since the namespace is being deleted; no permission would help. */
    public boolean namespaceEnds() {
        return kind == Kind.NAMESPACE_ENDS;
    }

    public boolean forbidden() {
        return kind == Kind.FORBIDDEN || namespaceEnds();
    }

    public boolean invalid() {
        return kind == Kind.INVALID;
    }
}
