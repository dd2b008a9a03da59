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
 * <li>a few at once, where the other nodes would be held up by the news of many ({@link Fan#tellsOfEachSlot});</li>
 * <li>the next group is opened in the same writes that close the last: one flush of nodes.conf for both.</li>
 * </ol>
 * A refusal of NODE is none when the server says by itself that the slot is the target's: with its last slot a source may become a replica
 * and answer "Please use SETSLOT only with masters", NOREPLICAS or UNBLOCKED (measured).
 */
final class SlotStates {
    private static final int FEW = 6;
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
        List<Integer> slots = closing.stream().boxed().toList();
        int atOnce = target.tellsOfEachSlot() ? FEW : Math.max(1, slots.size());
        for (int from = 0; from < Math.max(1, slots.size()); from += atOnce) {
            int to = Math.min(slots.size(), from + atOnce);
            SlotRanges some = SlotRanges.of(slots.subList(from, to));
            SlotRanges also = to == slots.size() ? opening : SlotRanges.NONE;
            tell(target, some, also, "IMPORTING", transfer.from());
            tell(source, some, also, "MIGRATING", transfer.to());
        }
    }

    /** Only the source has not heard of it. */
    void tellSource(SlotRanges slots) throws ServerException {
        tell(source, slots, SlotRanges.NONE, "MIGRATING", transfer.to());
    }

    /** The target has not heard that these open slots are the source's; told so it goes on having them open. */
    void tellTarget(SlotRanges slots) throws ServerException {
        List<Object> answers = target.askAll(slots.stream().mapToObj(slot -> SlotCommands.setSlot(slot, "NODE", transfer.from())).toList());
        for (Object answer : answers) {
            target.first().requireOk("CLUSTER SETSLOT NODE", answer);
        }
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
            List<Integer> refused = IntStream.range(0, sent.size()).filter(i -> answers.get(i) instanceof JedisDataException).boxed().toList();
            SlotRanges unclosed = SlotRanges.of(refused.stream().map(sent::get).filter(t -> t.state().equals("NODE")).map(Told::slot).toList());
            boolean closed = !unclosed.isEmpty() && saysSo(server.first(), unclosed);
            List<Told> again = new ArrayList<>();
            for (int i : refused) {
                Told told = sent.get(i);
                if (closed && unclosed.contains(told.slot())) {
                    continue;
                }
                if (attempt == ATTEMPTS || !String.valueOf(((JedisDataException) answers.get(i)).getMessage()).startsWith("NOREPLICAS")) {
                    server.first().requireOk(told.toString(), answers.get(i));
                }
                again.add(told);
            }
            orders = again;
        }
    }

    /** Does the server's own map give the slots to the target, and does the target's? The news may be on their way. */
    private boolean saysSo(Line server, SlotRanges slots) throws ServerException {
        for (int look = 0; look < LOOKS; look++) {
            if (own(server, slots) && own(target.first(), slots)) {
                return true;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return false;
    }

    private boolean own(Line server, SlotRanges slots) throws ServerException {
        try {
            return Answers.nodes(server).stream().filter(r -> r.id().equals(transfer.to())).map(NodeRow::slots).anyMatch(s -> slots.minus(s).isEmpty());
        } catch (ServerException e) {
            if (e.kind() == Kind.Unreachable) {
                throw e;
            }
            return false;
        }
    }
}
