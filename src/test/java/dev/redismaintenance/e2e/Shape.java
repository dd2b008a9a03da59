package dev.redismaintenance.e2e;

import java.util.Locale;

/** Of what kind is a cluster of servers? Each has its manifest below {@code src/test/resources/e2e}. */
enum Shape {
    /** A StatefulSet of the stock image, told everything by arguments, found by its pods' IPs. */
    PLAIN(""),
    /**
     * As the well-known public charts make it: configuration from a ConfigMap, a start script, a password from a Secret, TLS only, hostnames announced and
     * preferred; with our readiness gate.
     */
    CHART("--tls --cacert /tls/ca.crt");

    private final String cliOptions;

    Shape(String cliOptions) {
        this.cliOptions = cliOptions;
    }

    /** What the servers' own client has to be told. */
    String cliOptions() {
        return cliOptions;
    }

    boolean secured() {
        return this == CHART;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
