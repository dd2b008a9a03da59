package dev.redismaintenance.cluster;

import java.util.regex.Pattern;

/** The name a cluster node gives itself: 40 hexadecimal digits that survive restarts, failovers and new addresses. */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

    public NodeId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a node id (40 hexadecimal digits): " + value);
        }
    }

    /** The first eight digits, enough for a person to tell nodes apart. */
    public String brief() {
        return value.substring(0, 8);
    }

    // the ones that every record has are slow where Java compiles without optimizing, as in the image; 500 nodes are compared without end
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof NodeId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
