package dev.redismaintenance.snapshot;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where a node's slots were told to go, as one line: {@code <taker>=<slots>}, separated by semicolons; and back. */
public final class TransfersText {
    private TransfersText() {
    }

    public static String write(List<Transfer> transfers) {
        return transfers.stream().map(t -> t.to() + "=" + t.slots()).collect(Collectors.joining(";"));
    }

    /** @param from the node that the snapshot is of */
    public static List<Transfer> read(NodeId from, String text) {
        try {
            return Arrays.stream(text.split(";")).filter(part -> !part.isBlank()).map(part -> {
                int eq = part.indexOf('=');
                if (eq < 0) {
                    throw new IllegalArgumentException(part);
                }
                return new Transfer(from, new NodeId(part.substring(0, eq).strip()), SlotRanges.parse(part.substring(eq + 1)));
            }).toList();
        } catch (IllegalArgumentException e) {
            throw new UnreadableSnapshot("not a note of where slots went: " + e.getMessage());
        }
    }
}
