package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;

/** Who owns slots, in the eyes of the two servers between which they move? Never one of them alone. */
final class Owners {
    private final SlotRanges source;
    private final SlotRanges target;

    private Owners(SlotRanges source, SlotRanges target) {
        this.source = source;
        this.target = target;
    }

    static Owners look(Line source, NodeId from, Line target, NodeId to) throws ServerException {
        List<NodeRow> one = rows(source);
        List<NodeRow> other = rows(target);
        return new Owners(of(one, from).common(of(other, from)), of(one, to).common(of(other, to)));
    }

    /** Both say that the source owns these. */
    SlotRanges atSource(SlotRanges slots) {
        return source.common(slots);
    }

    /** Both say that the target owns these. */
    SlotRanges atTarget(SlotRanges slots) {
        return target.common(slots);
    }

    /** Somebody else's, or the two do not agree. */
    SlotRanges elsewhere(SlotRanges slots) {
        return slots.minus(source).minus(target);
    }

    private static SlotRanges of(List<NodeRow> rows, NodeId id) {
        return rows.stream().filter(row -> row.id().equals(id)).map(NodeRow::slots).findFirst().orElse(SlotRanges.NONE);
    }

    static List<NodeRow> rows(Line line) throws ServerException {
        Command nodes = Command.of("CLUSTER", "NODES");
        Object answer = line.ask("CLUSTER", "NODES");
        if (Reply.of(answer) instanceof Reply.Text text) {
            try {
                return ClusterNodesText.parse(text.text());
            } catch (IllegalArgumentException e) {
                throw new ServerException(Kind.Refused, line.server() + " gave an answer that cannot be read: " + e.getMessage(), e);
            }
        }
        throw SlotCount.strange(line, nodes, answer);
    }
}
