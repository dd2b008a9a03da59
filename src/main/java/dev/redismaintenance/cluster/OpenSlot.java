package dev.redismaintenance.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A slot that one node holds half-way in a key-by-key move.
 *
 * @param node      the node that says so
 * @param importing it takes the slot from {@code other}; else it gives it to {@code other}
 */
public record OpenSlot(int slot, NodeId node, boolean importing, NodeId other) {
    private static final Pattern FORM = Pattern.compile("\\[(\\d+)-([<>])-([0-9a-f]{40})]");

    /** Of what a server writes in its own line of {@code CLUSTER NODES}: {@code [93->-id]} gives, {@code [93-<-id]} takes. */
    public static OpenSlot parse(NodeId node, String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not an open slot: " + text);
        }
        return new OpenSlot(Integer.parseInt(m.group(1)), node, m.group(2).equals("<"), new NodeId(m.group(3)));
    }

    public NodeId source() {
        return importing ? other : node;
    }

    public NodeId target() {
        return importing ? node : other;
    }
}
