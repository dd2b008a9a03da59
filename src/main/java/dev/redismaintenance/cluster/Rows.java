package dev.redismaintenance.cluster;

import java.util.AbstractList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;

/**
 * The lines of one server's {@code CLUSTER NODES}: as it gave them, and which of the nodes it would describe anew by now. Those are kept
 * beside, one map for all servers of a view, and a line is made of one when it is read: 500 servers tell 250,000 lines, of which one
 * imagined step changes a few in each, and nobody reads them all. Immutable, but for what it remembers of {@link #lists}.
 */
final class Rows extends AbstractList<NodeRow> implements RandomAccess {
    private static final int NONE = -1;

    private final List<NodeRow> said;
    /** Where its own line is. */
    private final int own;
    private final Map<NodeId, Member> since;
    /** What {@link #lists} was last found to be true of: asked for every server at each imagined step, always of the same. */
    private Set<NodeId> listed;

    private Rows(List<NodeRow> said, int own, Map<NodeId, Member> since) {
        this.said = said;
        this.own = own;
        this.since = since;
    }

    static Rows of(List<NodeRow> rows) {
        if (rows instanceof Rows known) {
            return known;
        }
        List<NodeRow> said = List.copyOf(rows);
        for (int i = 0; i < said.size(); i++) {
            if (said.get(i).myself()) {
                return new Rows(said, i, Map.of());
            }
        }
        return new Rows(said, NONE, Map.of());
    }

    /** What has become of nodes since it spoke; it lists all of them. */
    Map<NodeId, Member> since() {
        return since;
    }

    /** @param nodes all that have changed since it spoke, as they are now */
    Rows since(Map<NodeId, Member> nodes) {
        Rows rows = new Rows(said, own, nodes);
        rows.listed = listed;
        return rows;
    }

    boolean lists(Set<NodeId> exactly) {
        if (listed == exactly) {
            return true;
        }
        if (said.size() != exactly.size()) {
            return false;
        }
        for (NodeRow row : said) {
            if (!exactly.contains(row.id())) {
                return false;
            }
        }
        listed = exactly;
        return true;
    }

    Optional<NodeRow> own() {
        return own == NONE ? Optional.empty() : Optional.of(get(own));
    }

    Optional<NodeRow> row(NodeId id) {
        for (NodeRow row : said) {
            if (row.id().equals(id)) {
                return Optional.of(now(row));
            }
        }
        return Optional.empty();
    }

    @Override
    public NodeRow get(int index) {
        return now(said.get(index));
    }

    @Override
    public int size() {
        return said.size();
    }

    private NodeRow now(NodeRow row) {
        Member seen = since.get(row.id());
        return seen == null ? row : of(seen, row.myself(), Optional.of(row));
    }

    /**
     * What a server says of a node.
     *
     * @param myself whether the node is the server
     * @param before what it said of it, if it did
     */
    static NodeRow of(Member seen, boolean myself, Optional<NodeRow> before) {
        Set<String> flags = new HashSet<>(before.map(NodeRow::flags).orElse(Set.of()));
        flags.removeAll(Set.of("master", "slave"));
        flags.add(seen.role() == Role.PRIMARY ? "master" : "slave");
        if (myself) {
            flags.add("myself");
        }
        return new NodeRow(seen.id(), before.map(NodeRow::address).orElse(seen.address()), flags, seen.primary(), seen.configEpoch(), true, seen.slots(), Set.of(),
                before.map(NodeRow::busPort).orElse(seen.address().port() + NodeRow.BUS), before.map(NodeRow::hostname).orElse(""));
    }
}
