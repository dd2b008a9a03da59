package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.OpenSlot;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.time.Duration;
import java.util.stream.Stream;

/** {@link SlotWork} over the network: asks both servers which way they know, and takes the best that both do. For any number of threads. */
public final class JedisSlotWork implements SlotWork {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** A server that deletes the keys of a job answers nothing meanwhile. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Servers servers;
    private final UnderWay underWay = new UnderWay();

    public JedisSlotWork() {
        this(new JedisServers());
    }

    JedisSlotWork(Servers servers) {
        this.servers = servers;
    }

    @Override
    public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
        if (servers.report(server).way().atomic()) {
            try (Line line = Line.open(server, CONNECT, ANSWER)) {
                return SlotCount.inventory(line, node, slots);
            }
        }
        return new KeyCount(CONNECT, ANSWER).count(server, node, slots, listener);
    }

    /**
     * What is half-way key by key is finished that way first: servers refuse atomic jobs while a slot is open. And so go slots of which the
     * target has {@link #leftOver keys}, since that way clears them.
     */
    @Override
    public void move(Order order, Listener listener) throws ServerException {
        NodeReport source = servers.report(order.source());
        NodeReport target = servers.report(order.target());
        MoveWay way = source.way() == target.way() ? source.way() : MoveWay.KEY_BY_KEY;
        if (way == MoveWay.KEY_BY_KEY) {
            new KeyByKeyMove(CONNECT, ANSWER).move(order, listener);
            return;
        }
        SlotRanges first = open(source).plus(open(target)).common(order.transfer().slots());
        if (way == MoveWay.ATOMIC_FROM_SOURCE) {
            first = first.plus(leftOver(order, target));
        }
        if (!first.isEmpty()) {
            new KeyByKeyMove(CONNECT, ANSWER).move(part(order, first), listener);
        }
        SlotRanges rest = order.transfer().slots().minus(first);
        if (!rest.isEmpty() && !listener.stopped()) {
            moveAtomically(part(order, rest), way, listener);
        }
    }

    /**
     * Slots of the source of which the target has keys, left by a move that was broken off. A Valkey that is to take such a slot atomically
     * ends with a failed assertion, and what it has in memory is gone (measured, 9.1.2: kvstore.c, kvstoreSetIsImporting). What a job is
     * bringing there just now is no leftover; the jobs are asked for after the keys, so that none is overlooked.
     */
    private SlotRanges leftOver(Order order, NodeReport target) throws ServerException {
        SlotRanges some;
        try (Line line = Line.open(order.target(), CONNECT, ANSWER)) {
            some = SlotRanges.of(Databases.of(line).count(order.transfer().slots().minus(target.own().slots())).keySet());
        }
        if (some.isEmpty()) {
            return some;
        }
        NodeReport now = servers.report(order.target());
        SlotRanges coming = Stream.of(servers.report(order.source()), now).flatMap(r -> r.jobs().stream()).filter(SlotJob::active).map(SlotJob::slots)
                .reduce(SlotRanges.NONE, SlotRanges::plus);
        return some.minus(coming).minus(now.own().slots());
    }

    private static SlotRanges open(NodeReport report) {
        return SlotRanges.of(report.own().openSlots().stream().map(text -> OpenSlot.parse(report.id(), text).slot()).toList());
    }

    private static Order part(Order order, SlotRanges slots) {
        return new Order(new Transfer(order.transfer().from(), order.transfer().to(), slots), order.source(), order.target(), order.witnesses(),
                order.inventory());
    }

    private void moveAtomically(Order order, MoveWay way, Listener listener) throws ServerException {
        underWay.begins(order);
        try (Line source = Line.open(order.source(), CONNECT, ANSWER); Line target = Line.open(order.target(), CONNECT, ANSWER)) {
            if (way == MoveWay.ATOMIC_FROM_SOURCE) {
                new AtomicMove(source, target, order, listener, underWay).run();
            } else {
                new RedisAtomicMove(source, target, order, listener).run();
            }
        } finally {
            underWay.ended(order);
        }
    }
}
