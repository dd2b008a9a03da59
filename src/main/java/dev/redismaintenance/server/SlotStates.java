package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.ServerException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Opens and closes slots at both ends, in the order that the servers' documentation gives:
 * <ol>
 * <li>to open: IMPORTING on the target, then MIGRATING on the source. The other way round, clients would be sent to a target that sends
 * them back;</li>
 * <li>to close: NODE on the target, then on the source. The other way round, nobody would own the slot in between, and a target that dies
 * then would leave it without an owner;</li>
 * <li>the next group is opened in the same writes that close the last: one flush of nodes.conf for both.</li>
 * </ol>
 * A refusal of NODE is none when the server says by itself that the slot is the target's: with its last slot a source may become a replica
 * and answer "Please use SETSLOT only with masters", NOREPLICAS or UNBLOCKED (measured).
 */
final class SlotStates {
    private static final int ATTEMPTS = 3;
    private static final int LOOKS = 40;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final Fan source;
    private final Fan target;
    private final Transfer transfer;

    SlotStates(Fan source, Fan target, Transfer transfer) {
        this.source = source;
        this.target = target;
        this.transfer = transfer;
    }

    void turn(SlotRanges closing, SlotRanges opening) throws ServerException {
        tell(target, closing, opening, "IMPORTING", transfer.from());
        tell(source, closing, opening, "MIGRATING", transfer.to());
    }

    /** Only the source has not heard of it. */
    void tellSource(SlotRanges slots) throws ServerException {
        tell(source, slots, SlotRanges.NONE, "MIGRATING", transfer.to());
    }

    private record Told(int slot, String state, NodeId node) {
        byte[][] words() {
            return SlotCommands.setSlot(slot, state, node);
        }

        @Override
        public String toString() {
            return "CLUSTER SETSLOT " + slot + " " + state;
        }
    }

    private void tell(Fan server, SlotRanges closing, SlotRanges opening, String state, NodeId other) throws ServerException {
        List<Told> orders = Stream.concat(closing.stream().mapToObj(slot -> new Told(slot, "NODE", transfer.to())),
                opening.stream().mapToObj(slot -> new Told(slot, state, other))).toList();
        for (int attempt = 1; !orders.isEmpty(); attempt++) {
            List<Object> answers = server.askAll(orders.stream().map(Told::words).toList());
            List<Told> sent = orders;
            int[] refused = IntStream.range(0, sent.size()).filter(i -> answers.get(i) instanceof JedisDataException).toArray();
            List<Told> again = new ArrayList<>();
            for (int i : refused) {
                String text = String.valueOf(((JedisDataException) answers.get(i)).getMessage());
                Told told = sent.get(i);
                if (told.state().equals("NODE") && saysSo(server.first(), told.slot())) {
                    continue;
                }
                if (attempt == ATTEMPTS || !text.startsWith("NOREPLICAS")) {
                    server.first().requireOk(told.toString(), answers.get(i));
                }
                again.add(told);
            }
            orders = again;
        }
    }

    /** Does the server's own map give the slot to the target, and does the target? The news may be on their way. */
    private boolean saysSo(Line server, int slot) throws ServerException {
        for (int look = 0; look < LOOKS; look++) {
            if (owns(server, slot) && owns(target.first(), slot)) {
                return true;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return false;
    }

    private boolean owns(Line server, int slot) throws ServerException {
        try {
            return Answers.nodes(server).stream().filter(r -> r.id().equals(transfer.to())).map(NodeRow::slots).anyMatch(s -> s.contains(slot));
        } catch (ServerException e) {
            if (e.kind() == Kind.Unreachable) {
                throw e;
            }
            return false;
        }
    }
}
