package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys that lie on the target in slots that it does not own and that nobody has open: left by a move that was broken off and closed
 * backwards. No client reaches them, but once the slot is open they would stand in for keys that were deleted since. They are deleted
 * before the source sends anybody here:
 * <ol>
 * <li>the target lets itself be asked for such a slot only while it is IMPORTING; so that state and the deletions go in one write, and a
 * worker that is killed cannot leave the one without the other. Keys of a slot that was found IMPORTING are not left over: they may be
 * the only copy;</li>
 * <li>key by key, each after ASKING, since a command on several keys would be told to try again when one of them has expired.</li>
 * </ol>
 */
final class Leftovers {
    private static final byte[] UNLINK = Line.bytes("UNLINK");

    private final Line target;
    private final Databases databases;
    private final NodeId from;
    private final SlotRanges found;

    /** @param fresh slots that nobody has open */
    Leftovers(Line target, NodeId from, SlotRanges fresh) throws ServerException {
        this.target = target;
        this.databases = Databases.of(target);
        this.from = from;
        this.found = SlotRanges.of(databases.count(fresh).keySet());
    }

    /** Leaves those of the slots that had some IMPORTING. */
    void clear(SlotRanges slots) throws ServerException {
        for (int slot : slots.common(found).stream().toArray()) {
            clear(slot);
        }
    }

    private void clear(int slot) throws ServerException {
        List<byte[][]> orders = new ArrayList<>(List.<byte[][]>of(SlotCommands.setSlot(slot, "IMPORTING", from)));
        databases.each(database -> {
            orders.addAll(databases.selection(database));
            for (byte[] key : keys(slot)) {
                orders.add(Line.words("ASKING"));
                orders.add(new byte[][] {UNLINK, key});
            }
        });
        orders.addAll(databases.selection(0));
        // asked last: a server that owns the slot refuses IMPORTING, but not the deletions behind it
        if (Answers.nodes(target).stream().filter(NodeRow::myself).anyMatch(own -> own.slots().contains(slot))) {
            throw new ServerException(Kind.Refused, target.server() + " owns slot " + slot + " by now: somebody else has moved it");
        }
        List<Object> answers = target.askAll(orders);
        target.requireOk("CLUSTER SETSLOT " + slot + " IMPORTING", answers.get(0));
        for (int i = 1; i < answers.size(); i++) {
            if (orders.get(i)[0] == UNLINK) {
                Answers.number(target, "UNLINK", answers.get(i));
            } else {
                target.requireOk(new String(orders.get(i)[0], StandardCharsets.UTF_8), answers.get(i));
            }
        }
    }

    /** Of the database that is selected. */
    private List<byte[]> keys(int slot) throws ServerException {
        long count = Answers.number(target, SlotCommands.COUNT, target.ask(SlotCommands.count(slot)));
        return Answers.keys(target, SlotCommands.KEYS, target.ask(SlotCommands.keys(slot, count)));
    }
}
