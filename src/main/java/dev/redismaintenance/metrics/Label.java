package dev.redismaintenance.metrics;

import java.util.Locale;

/** What a metric may be split by: words of which there are few, and names of maintenances that exist now. Never an address or an id. */
public enum Label {
    NAMESPACE("Namespace of the NodeMaintenance."),
    NAME("Name of the NodeMaintenance."),
    TARGET("What goes into maintenance: pod/NAME or node/NAME."),
    REASON("Reason of the condition Ready: one of [these](reasons.md#reasons-of-ready)."),
    GATE("Name of a [gate](reasons.md#gates)."),
    STEP("Kind of a [step](reasons.md#steps)."),
    OUTCOME("How it ended; the words are named with the metric.");

    private final String sentence;

    Label(String sentence) {
        this.sentence = sentence;
    }

    /** As it is exposed. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String sentence() {
        return sentence;
    }
}
