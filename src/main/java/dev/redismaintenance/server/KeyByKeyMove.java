package dev.redismaintenance.server;

import dev.redismaintenance.cluster.BigKey;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.SlotWork.Listener;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Moves slots with {@code SETSLOT} and {@code MIGRATE}, the way that every server has.
 * <ol>
 * <li>Look at both ends ({@link HalfWay}); what the target owns already, the source is told.</li>
 * <li>Slots that are open already go first, the others ascending, in groups ({@link SlotGroup}).</li>
 * <li>A group is opened when the target has room for it ({@link TargetMemory}) and its {@link Leftovers} are gone, in the same writes that
 * close the one before ({@link SlotStates}).</li>
 * <li>Its keys are carried over ({@link KeyCarrier}), one of the source's {@link Databases} after the other, until the source counts none: a database
 * that is left without any gets no new ones in open slots, COPY, MOVE and scripts from another database included (9.1.2). Then the group may be
 * closed.</li>
 * <li>Stopped, or no room: the open group is finished, no other is opened.</li>
 * </ol>
 * Properties:
 * <ul>
 * <li>Cut anywhere, the next order with the same slots goes on: each step looks at the servers only.</li>
 * <li>Of a key on both sides the source's copy is the truth until the slot is the target's, and overwrites the other (REPLACE). A key only
 * on the target is the target's: while the slot is open, clients are sent there for what the source does not have.</li>
 * <li>An open slot is always finished forward. To bring it back, keys would have to move while the source answers for missing ones
 * with nil (not MIGRATING), or writes would have to reach two places (MIGRATING and keys coming back): either loses or invents.</li>
 * <li>A source that died with a slot open and whose replica took over without knowing it (redis 7.0/8.0, measured): the target still has it
 * IMPORTING, so it is opened again from the new source. What clients read as nil, or wrote anew, until then, no client's move could have saved: the
 * new source's copy wins.</li>
 * <li>A client that deletes a key on the source between a MIGRATE that ended without a certain answer and its repetition may find the
 * copy again on the target; the repetition follows at once. The servers' own tool does not repeat at all.</li>
 * </ul>
 */
final class KeyByKeyMove {
    private static final Duration SOURCE_ANSWERS = Duration.ofSeconds(20);
    private static final Duration UNCOUNTED = Duration.ofSeconds(60);

    private final Duration connectTimeout;
    private final Duration readTimeout;

    KeyByKeyMove(Duration connectTimeout, Duration readTimeout) {
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    /** As {@link SlotWork#move}. */
    void move(Order order, Listener listener) throws ServerException {
        try (Fan source = Fan.open(order.source(), connectTimeout, sourceAnswers(order));
                Fan target = Fan.open(order.target(), connectTimeout, readTimeout.plus(SOURCE_ANSWERS));
                Witnesses witnesses = new Witnesses(order.witnesses(), order.transfer().to(), connectTimeout, readTimeout)) {
            new Going(order, listener, source, target, witnesses).go();
        }
    }

    /** While MIGRATE runs the source answers nothing. */
    private static Duration sourceAnswers(Order order) {
        return SOURCE_ANSWERS.plus(order.inventory().filter(Inventory::exact).map(i -> i.bigKeys().stream().map(BigKey::bytes).max(Comparator.naturalOrder())
                .map(BlockingEstimate::atMost).orElse(Duration.ZERO).multipliedBy(3)).orElse(UNCOUNTED));
    }

    private static final class Going {
        private final Order order;
        private final Listener listener;
        private final Fan source;
        private final Fan target;
        private final Witnesses witnesses;

        Going(Order order, Listener listener, Fan source, Fan target, Witnesses witnesses) {
            this.order = order;
            this.listener = listener;
            this.source = source;
            this.target = target;
            this.witnesses = witnesses;
        }

        void go() throws ServerException {
            HalfWay start = HalfWay.between(order.transfer(), source.first(), target.first());
            SlotStates states = new SlotStates(source, target, order.transfer());
            states.tellSource(start.untold());
            states.tellTarget(start.unheard());
            ended(new SlotGroup(start.untold(), 0, 0));

            Optional<Inventory> inventory = order.inventory().filter(Inventory::exact);
            Databases databases = Databases.of(source.first());
            databases.requireAlsoAt(target.first());
            Map<Integer, Long> keys = databases.count(start.open().plus(start.fresh()));
            SlotBytes bytes = new SlotBytes(inventory, source.first());
            long atOnce = target.tellsOfEachSlot() ? SlotGroup.BYTES_TOLD_EACH : SlotGroup.BYTES;
            List<SlotGroup> groups = new ArrayList<>(SlotGroup.of(start.open(), atOnce, keys, slot -> bytes.of(slot, keys.get(slot))));
            groups.addAll(SlotGroup.of(start.fresh(), atOnce, keys, slot -> bytes.of(slot, keys.get(slot))));
            Leftovers leftovers = new Leftovers(target.first(), order.transfer().from(), start.fresh());
            TargetMemory memory = new TargetMemory(target.first());
            // it tells of all databases together, and each of them has to be asked for its big keys
            KeyCarrier carrier = new KeyCarrier(source.first(), Migrate.between(source.first(), target.first(), order.transfer().to()),
                    inventory.filter(i -> !databases.several()));

            SlotGroup last = SlotGroup.NONE;
            for (SlotGroup group : groups) {
                boolean begun = group.slots().intersects(start.open());
                if (!begun && listener.stopped()) {
                    break;
                }
                Optional<ServerException> full = memory.lacksRoomFor(group.bytes());
                if (full.isPresent()) {
                    states.turn(last.slots(), SlotRanges.NONE);
                    ended(last);
                    throw full.get();
                }
                leftovers.clear(group.slots());
                states.turn(last.slots(), group.slots());
                ended(last);
                carry(databases, carrier, group.slots(), group.slots().stream().filter(keys::containsKey).findFirst());
                last = group;
            }
            states.turn(last.slots(), SlotRanges.NONE);
            ended(last);
            requireClosed();
            Optional<ServerException> evicts = memory.isFull();
            if (evicts.isPresent()) {
                throw evicts.get();
            }
        }

        private void carry(Databases databases, KeyCarrier carrier, SlotRanges slots, OptionalInt first) throws ServerException {
            databases.each(database -> {
                databases.requireAt(target.first(), database);
                carrier.carry(database, slots, first);
            });
        }

        private void ended(SlotGroup group) {
            if (!group.isEmpty()) {
                witnesses.owns(group.slots());
                listener.moved(group.slots(), group.keys(), group.bytes());
            }
        }

        private void requireClosed() throws ServerException {
            HalfWay end = HalfWay.between(order.transfer(), source.first(), target.first());
            SlotRanges left = end.open().plus(end.untold());
            if (!left.isEmpty()) {
                throw new ServerException(Kind.Refused, "slots " + left + " are still open between " + source.server() + " and " + target.server());
            }
        }
    }
}
