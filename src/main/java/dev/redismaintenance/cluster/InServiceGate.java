package dev.redismaintenance.cluster;

/** What a pod's readiness gate {@code redis-maintenance.dev/in-service} says: Services send clients to a pod that declares it only while it is True. */
public enum InServiceGate {
    /** The pod is ready without it. */
    NOT_DECLARED,
    /** Declared, and nobody has said anything yet: the pod is not ready. */
    NOT_SET,
    IN_SERVICE,
    OUT_OF_SERVICE;

    public boolean declared() {
        return this != NOT_DECLARED;
    }
}
