package dev.redismaintenance.e2e;

/** What is done to the Node? */
enum Way {
    /** NodeMaintenance, {@code kubectl drain}, {@code kubectl uncordon}, deletion of the NodeMaintenance. */
    OURS("maintenance"),
    /** {@code kubectl drain} and {@code kubectl uncordon}, and nothing else. */
    PLAIN_DRAIN("plain drain");

    private final String text;

    Way(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
