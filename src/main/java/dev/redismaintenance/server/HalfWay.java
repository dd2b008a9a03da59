package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.OpenSlot;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;
import java.util.function.Predicate;

/**
 * How far has the move of these slots come? Read from what both ends say of themselves ({@code CLUSTER NODES}, own line):
 * <ol>
 * <li>The target owns it and the source says it too, has it open, or claims it: <em>untold</em>, only the source is to be told.</li>
 * <li>The source owns it and one of the two has it open between them: <em>open</em>, gone on with. A source that was promoted on
 * redis 7.0/8.0 does not know that it was open (measured), a target that was promoted neither: what one end knows is enough.</li>
 * <li>Of the open ones, those whose owner is not the source in the target's eyes: <em>unheard</em>. A Redis that has a slot IMPORTING takes no
 * news of its owner (servers' code), so that after a failover of the source the slot belongs to nobody there; and a server that
 * wants all slots covered then refuses every key with CLUSTERDOWN, for ever (measured, 7.0).</li>
 * <li>The source owns it and nobody has it open: <em>fresh</em>.</li>
 * </ol>
 * An open slot counts as one between the two also when the other end is named by the id that it had before a failover: one that is now
 * a replica, has failed, or is not known any more. One that is open towards another living primary is somebody else's move, and refused.
 */
record HalfWay(SlotRanges untold, SlotRanges open, SlotRanges unheard, SlotRanges fresh) {

    /** @throws ServerException when the slots are not these two nodes' to move; nothing has been touched then */
    static HalfWay between(Transfer transfer, Line source, Line target) throws ServerException {
        List<NodeRow> seenBySource = Answers.nodes(source);
        List<NodeRow> seenByTarget = Answers.nodes(target);
        NodeRow from = own(source, seenBySource, transfer.from());
        NodeRow to = own(target, seenByTarget, transfer.to());
        SlotRanges wanted = transfer.slots();
        if (to.role() != Role.PRIMARY) {
            throw new ServerException(Kind.Refused, target.server() + " is a replica and can take no slots");
        }
        SlotRanges done = wanted.common(to.slots());
        SlotRanges leftToMove = wanted.minus(done);
        SlotRanges foreign = leftToMove.minus(from.slots());
        if (!foreign.isEmpty()) {
            throw new ServerException(Kind.Refused, source.server() + " does not own slots " + foreign + ", and " + target.server() + " does not either");
        }
        if (from.role() != Role.PRIMARY && !leftToMove.isEmpty()) {
            throw new ServerException(Kind.Refused, source.server() + " is a replica and can give no slots");
        }
        SlotRanges giving = open(source, from, leftToMove, false, other -> other.equals(transfer.to()) || gone(seenBySource, other));
        SlotRanges taking = open(target, to, leftToMove, true, other -> other.equals(transfer.from()) || gone(seenByTarget, other));
        SlotRanges untold = from.role() == Role.PRIMARY ? done.common(from.slots().plus(open(source, from, done, false, other -> true))) : SlotRanges.NONE;
        SlotRanges open = giving.plus(taking);
        SlotRanges heard = seenByTarget.stream().filter(r -> r.id().equals(transfer.from())).map(NodeRow::slots).findFirst().orElse(SlotRanges.NONE);
        return new HalfWay(untold, open, open.minus(heard), leftToMove.minus(open));
    }

    private static NodeRow own(Line line, List<NodeRow> rows, NodeId expected) throws ServerException {
        NodeRow own = rows.stream().filter(NodeRow::myself).findFirst()
                .orElseThrow(() -> new ServerException(Kind.Refused, line.server() + " has no line of itself in CLUSTER NODES"));
        if (!own.id().equals(expected)) {
            throw new ServerException(Kind.Refused, line.server() + " is node " + own.id().brief() + " and not " + expected.brief());
        }
        return own;
    }

    private static boolean gone(List<NodeRow> rows, NodeId other) {
        return rows.stream().filter(r -> r.id().equals(other)).noneMatch(r -> r.role() == Role.PRIMARY && !r.failing() && !r.slots().isEmpty());
    }

    private static SlotRanges open(Line line, NodeRow own, SlotRanges among, boolean importing, Predicate<NodeId> ours) throws ServerException {
        SlotRanges slots = SlotRanges.NONE;
        for (String text : own.openSlots()) {
            OpenSlot open = OpenSlot.parse(own.id(), text);
            if (open.importing() == importing && among.contains(open.slot())) {
                if (!ours.test(open.other())) {
                    throw new ServerException(Kind.Refused, line.server() + " is " + (importing ? "taking slot " : "giving slot ") + open.slot()
                            + (importing ? " from " : " to ") + open.other().brief() + ": somebody else's move, which has to end first");
                }
                slots = slots.plus(SlotRanges.of(open.slot(), open.slot()));
            }
        }
        return slots;
    }
}
