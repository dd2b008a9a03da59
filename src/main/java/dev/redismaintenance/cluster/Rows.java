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
    private final Lines said;
    private final Map<NodeId, Member> since;
    /** What {@link #lists} was last found to be true of: asked for every server at each imagined step, always of the same. */
    private Set<NodeId> listed;

    private Rows(Lines said, Map<NodeId, Member> since) {
        this.said = said;
        this.since = since;
    }

    static Rows of(List<NodeRow> rows) {
        if (rows instanceof Rows known) {
            return known;
        }
        return new Rows(new Lines(List.copyOf(rows)), Map.of());
    }

    /** What has become of nodes since it spoke; it lists all of them. */
    Map<NodeId, Member> since() {
        return since;
    }

    /** @param nodes all that have changed since it spoke, as they are now */
    Rows since(Map<NodeId, Member> nodes) {
        Rows rows = new Rows(said, nodes);
        rows.listed = listed;
        return rows;
    }

    boolean lists(Set<NodeId> exactly) {
        if (listed == exactly) {
            return true;
        }
        if (said.rows.size() != exactly.size()) {
            return false;
        }
        for (NodeRow row : said.rows) {
            if (!exactly.contains(row.id())) {
                return false;
            }
        }
        listed = exactly;
        return true;
    }

    Optional<NodeRow> own() {
        return said.own.map(this::now);
    }

    Optional<NodeRow> row(NodeId id) {
        return said.row(id).map(this::now);
    }

    @Override
    public NodeRow get(int index) {
        return now(said.rows.get(index));
    }

    @Override
    public int size() {
        return said.rows.size();
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

    /**
     * As the server gave them, and where to find one. The places are looked up by hash in an array of numbers, made when the first is asked
     * for: a map for each of 500 servers would take 50 bytes a line, and most of them are never asked.
     */
    private static final class Lines {
        private final List<NodeRow> rows;
        /** Its own line. */
        private final Optional<NodeRow> own;
        /** By hash, and the next free one after it where that is taken: one more than the place, or 0. */
        private volatile int[] places;

        Lines(List<NodeRow> rows) {
            this.rows = rows;
            this.own = rows.stream().filter(NodeRow::myself).findFirst();
        }

        /** The first one of that node. */
        Optional<NodeRow> row(NodeId id) {
            int[] table = places;
            if (table == null) {
                table = table();
                places = table;
            }
            int at = start(id, table.length);
            while (table[at] != 0) {
                NodeRow row = rows.get(table[at] - 1);
                if (row.id().equals(id)) {
                    return Optional.of(row);
                }
                at = (at + 1) % table.length;
            }
            return Optional.empty();
        }

        private int[] table() {
            int[] table = new int[2 * rows.size() + 1];
            for (int i = 0; i < rows.size(); i++) {
                int at = start(rows.get(i).id(), table.length);
                while (table[at] != 0) {
                    at = (at + 1) % table.length;
                }
                table[at] = i + 1;
            }
            return table;
        }

        private static int start(NodeId id, int length) {
            return Math.floorMod(id.hashCode(), length);
        }
    }
}
