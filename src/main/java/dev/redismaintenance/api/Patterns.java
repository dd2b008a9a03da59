package dev.redismaintenance.api;

/** Which texts name a Kubernetes object or a key in one. */
public final class Patterns {
    /** A DNS-1123 subdomain: pods, Nodes, Secrets and ConfigMaps are named so. */
    public static final String DNS_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    /** The same, or nothing. */
    public static final String DNS_NAME_OR_EMPTY = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$";
    public static final String SECRET_KEY = "^[-._a-zA-Z0-9]+$";
    public static final int DNS_NAME_LENGTH = 253;

    private Patterns() {
    }
}
