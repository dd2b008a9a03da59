package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.SlotWork.Listener;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Moves slots with Redis's {@code CLUSTER MIGRATION IMPORT} (8.4). <b>Never run against a real server</b>: none was to be had when this was
 * written. It is made from Redis's documentation and code, and tested against a script of what those say.
 *
 * <ol>
 * <li>The order goes to the target, which has one task at a time. A task of this order that is there is taken over; at another one the
 * order is refused.
 * <li>{@link TargetGuard} refuses what cannot end well.
 * <li>One task after the other ({@link JobSize}; here the servers delete the keys in the background, and the source tells how long it
 * has paused, in {@code write_pause_ms}).
 * <li>A target without slots first gets a single one: a source whose slots all go to it in one message would become its replica,
 * whatever its settings say (server's code).
 * <li>The target takes up a failed task again by itself; after {@link #TRIES} times it is cancelled, and its error told.
 * <li>After each task: both servers say the target owns the slots, and {@link TargetGuard} counts what arrived.
 * </ol>
 */
final class RedisAtomicMove {
    static final int TRIES = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final Duration AGREEMENT_WITHIN = Duration.ofSeconds(10);

    private final Line source;
    private final Line target;
    private final Transfer transfer;
    private final Listener listener;
    private final JobSize size = new JobSize();
    private Inventory inventory;
    private SlotRanges left = SlotRanges.NONE;
    private TargetGuard guard;

    RedisAtomicMove(Line source, Line target, Order order, Listener listener) {
        this.source = source;
        this.target = target;
        this.transfer = order.transfer();
        this.listener = listener;
        this.inventory = order.inventory().orElse(null);
    }

    void run() throws ServerException {
        left = agreed(transfer.slots()).atSource(transfer.slots());
        Optional<SlotJob> found = tasks(target).stream().filter(task -> !task.export() && task.active()).findFirst();
        if (found.isPresent() && !ours(found.get())) {
            throw new ServerException(Kind.Refused, "somebody else is moving slots " + found.get().slots() + " to " + target.server()
                    + ": wait for it to end, or cancel it there with CLUSTER MIGRATION CANCEL ID " + found.get().id());
        }
        if (inventory == null) {
            inventory = SlotCount.inventory(source, transfer.from(), left);
        }
        guard = TargetGuard.before(source, target, left, inventory);
        if (found.isPresent()) {
            follow(found.get().id(), found.get().slots(), SlotCount.sum(source, found.get().slots()));
        }
        boolean alone = slotsOf(transfer.to()).isEmpty() && found.isEmpty();
        while (!left.isEmpty() && !listener.stopped()) {
            SlotRanges slots = alone ? SlotRanges.of(List.of(left.stream().findFirst().orElseThrow())) : size.next(left, inventory);
            alone = false;
            long keys = SlotCount.sum(source, slots);
            follow(begin(slots), slots, keys);
        }
    }

    private boolean ours(SlotJob task) {
        return task.source().equals(transfer.from()) && task.slots().minus(transfer.slots()).isEmpty();
    }

    private SlotRanges slotsOf(NodeId id) throws ServerException {
        return Owners.rows(target).stream().filter(row -> row.id().equals(id)).map(NodeRow::slots).findFirst().orElse(SlotRanges.NONE);
    }

    private String begin(SlotRanges slots) throws ServerException {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "MIGRATION", "IMPORT"));
        slots.ranges().forEach(range -> words.addAll(List.of(String.valueOf(range[0]), String.valueOf(range[1]))));
        Object answer = target.ask(words.toArray(String[]::new));
        if (Reply.of(answer) instanceof Reply.Text id && !id.text().isEmpty()) {
            return id.text();
        }
        throw SlotCount.strange(target, Command.of("CLUSTER", "MIGRATION", "IMPORT"), answer);
    }

    /** Until it has ended; cancels it when the work is to stop, or when the server tries in vain. */
    private void follow(String id, SlotRanges slots, long keys) throws ServerException {
        String error = "";
        boolean cancelled = false;
        while (true) {
            Map<String, String> task = status(id);
            String state = task.getOrDefault("state", "unknown to it");
            error = task.getOrDefault("last_error", "").isEmpty() ? error : task.get("last_error");
            if (task.isEmpty() || state.equals("completed") || state.equals("canceled")) {
                settle(id, slots, keys, state, error, cancelled);
                return;
            }
            boolean inVain = Long.parseLong(task.getOrDefault("retries", "0")) >= TRIES;
            // a task that takes over is let end: the source must not take writes again while it does
            if (!cancelled && !state.equals(SlotJobsText.TAKEOVER) && (inVain || listener.stopped())) {
                cancelled = listener.stopped();
                cancel(id);
            }
            sleep();
        }
    }

    private void settle(String id, SlotRanges slots, long keys, String state, String error, boolean wanted) throws ServerException {
        Owners owners = agreed(slots);
        SlotRanges moved = owners.atTarget(slots);
        left = left.minus(moved);
        if (!moved.isEmpty()) {
            pause(id).ifPresent(paused -> size.measured(keys, paused));
            listener.moved(moved, guard.after(moved, moved.equals(slots) ? keys : 0), inventory.bytes(moved));
        }
        if (!moved.equals(slots) && !wanted) {
            boolean memory = error.contains("OOM");
            throw new ServerException(memory ? Kind.OutOfMemory : Kind.Refused, "the move of slots " + slots.minus(moved) + " from " + source.server()
                    + " to " + target.server() + " has failed (" + state + "): " + error + "; they stay where they are");
        }
    }

    /** Told by the source alone; it may not tell of a task any more. */
    private Optional<Duration> pause(String id) {
        try {
            return SlotJobsText.rows(tasksOf(source, "ID", id)).stream().map(task -> task.getOrDefault("write_pause_ms", ""))
                    .filter(ms -> ms.matches("\\d+")).map(ms -> Duration.ofMillis(Long.parseLong(ms))).findFirst();
        } catch (ServerException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void cancel(String id) throws ServerException {
        Object answer = target.ask("CLUSTER", "MIGRATION", "CANCEL", "ID", id);
        if (answer instanceof JedisDataException) {
            throw SlotCount.strange(target, Command.of("CLUSTER", "MIGRATION", "CANCEL"), answer);
        }
    }

    private Map<String, String> status(String id) throws ServerException {
        List<Map<String, String>> rows = SlotJobsText.rows(tasksOf(target, "ID", id));
        return rows.isEmpty() ? Map.of() : rows.get(0);
    }

    private static List<SlotJob> tasks(Line line) throws ServerException {
        return SlotJobsText.ofRedis(tasksOf(line, "ALL"));
    }

    private static Reply tasksOf(Line line, String... which) throws ServerException {
        List<String> words = new ArrayList<>(List.of("CLUSTER", "MIGRATION", "STATUS"));
        words.addAll(List.of(which));
        Object answer = line.ask(words.toArray(String[]::new));
        if (answer instanceof JedisDataException) {
            throw SlotCount.strange(line, new Command(words), answer);
        }
        return Reply.of(answer);
    }

    private Owners agreed(SlotRanges slots) throws ServerException {
        long until = System.nanoTime() + AGREEMENT_WITHIN.toNanos();
        while (true) {
            Owners owners = Owners.look(source, transfer.from(), target, transfer.to());
            if (owners.elsewhere(slots).isEmpty()) {
                return owners;
            }
            if (System.nanoTime() >= until) {
                throw new ServerException(Kind.Refused, "slots " + owners.elsewhere(slots) + " belong neither to " + source.server() + " nor to "
                        + target.server() + " in the eyes of both");
            }
            sleep();
        }
    }

    private static void sleep() throws ServerException {
        try {
            Thread.sleep(LOOK_EVERY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException(Kind.Unreachable, "the move was interrupted", e);
        }
    }
}
