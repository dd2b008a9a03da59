package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Carries the keys of open slots from the source to the target.
 * <ol>
 * <li>One {@code MIGRATE} at a time: it holds the source's main thread, so a second one could only make clients wait for two.</li>
 * <li>Between two calls lies a question of its own: how many keys are left, and which are the next slot's. A {@code MIGRATE} that comes
 * while the server still has others to answer is run before they are answered, and they wait for two (measured: p99 of a client
 * 1.6 ms instead of 1.2 ms where a call takes 0.9 ms).</li>
 * <li>A call takes as many keys as the {@link BatchLimit} allows. Of a slot that is {@link #SMALL} by the inventory and has not grown since
 * the average key counts: even all of it in one call would be short. Else every key is asked for its bytes, and a bigger one goes alone.</li>
 * <li>{@code REPLACE}: of a key on both sides the source's copy is the truth, since the source is still the slot's owner.</li>
 * <li>After {@code IOERR} nobody knows which keys arrived. Those that remain are the truth and are sent again at once, so that no copy on
 * the target outlives a key that is deleted meanwhile; after {@link #ATTEMPTS} it is given up, and the slots stay open.</li>
 * <li>A slot is done when the source counts no key in it: new ones cannot come, as it is open.</li>
 * </ol>
 */
final class KeyCarrier {
    private static final int ATTEMPTS = 5;
    private static final Duration PAUSE = Duration.ofMillis(40);
    private static final int USAGE_AT_ONCE = 300;
    /** Blocks for less than {@link dev.redismaintenance.cluster.BigKey#BOUND} whatever the types in it. */
    private static final long SMALL = Math.min(1 << 20, BlockingEstimate.HARMLESS);

    private final Line source;
    private final Migrate migrate;
    private final Optional<Inventory> inventory;
    private final BatchLimit limit = new BatchLimit();
    private final Map<Integer, List<byte[]>> ahead = new HashMap<>();
    /** The keys' own, at both ends. */
    private int database;

    /** @param inventory with bytes asked of every key of the only database, or none */
    KeyCarrier(Line source, Migrate migrate, Optional<Inventory> inventory) {
        this.source = source;
        this.migrate = migrate;
        this.inventory = inventory;
    }

    /**
     * Returns when the source has none left in these slots of the database.
     *
     * @param selected the database that is selected
     * @param open     slots that are open
     * @param first    the first of them that had keys
     */
    void carry(int selected, SlotRanges open, OptionalInt first) throws ServerException {
        this.database = selected;
        ahead.clear();
        Map<Integer, Long> counts = count(open, first);
        List<Integer> slots = List.copyOf(counts.keySet());
        for (int i = 0; i < slots.size(); i++) {
            int slot = slots.get(i);
            carry(slot, counts.get(slot), i + 1 < slots.size() ? Optional.of(slots.get(i + 1)) : Optional.empty());
        }
    }

    /** Keys by slot; slots without keys are absent. Those of the first are listed in the same round trip. */
    private Map<Integer, Long> count(SlotRanges open, OptionalInt first) throws ServerException {
        List<Integer> slots = open.stream().boxed().toList();
        List<byte[][]> questions = new ArrayList<>(slots.stream().map(SlotCommands::count).toList());
        first.ifPresent(slot -> questions.add(SlotCommands.keys(slot, BatchLimit.KEYS)));
        List<Object> answers = source.askAll(questions);
        if (first.isPresent()) {
            ahead.put(first.getAsInt(), Answers.keys(source, SlotCommands.KEYS, answers.get(slots.size())));
        }
        return SlotCommands.counts(source, slots, answers);
    }

    private void carry(int slot, long count, Optional<Integer> next) throws ServerException {
        boolean small = small(slot, count);
        long left = count;
        int standing = 0;
        while (left > 0) {
            List<byte[]> keys = ahead.containsKey(slot) ? ahead.remove(slot) : Answers.keys(source, SlotCommands.KEYS, source.ask(SlotCommands.keys(slot, BatchLimit.KEYS)));
            List<Batch> batches = small ? Batch.even(keys, inventory.orElseThrow().bytes(slot) / Math.max(1, inventory.orElseThrow().keys(slot)), limit.bytes())
                    : Batch.of(keys, SlotCommands.usage(source, keys, USAGE_AT_ONCE), limit.bytes());
            int wanted = keys.size() >= left ? next.orElse(slot) : slot;
            for (int i = 0; i + 1 < batches.size(); i++) {
                send(batches.get(i), List.<byte[][]>of(SlotCommands.count(slot)));
            }
            Batch last = batches.get(batches.size() - 1);
            List<Object> also = send(last, List.of(SlotCommands.count(slot), SlotCommands.keys(wanted, BatchLimit.KEYS)));
            long before = left;
            left = Answers.number(source, SlotCommands.COUNT, also.get(0));
            standing = left < before ? 0 : standing + 1;
            if (standing == ATTEMPTS) {
                throw new ServerException(Kind.Refused, source.server() + " keeps " + left + " keys in slot " + slot + " although MIGRATE has taken all: is it paused (CLIENT PAUSE)?");
            }
            if (wanted != slot || left > 0) {
                ahead.put(wanted, Answers.keys(source, SlotCommands.KEYS, also.get(1)));
            }
        }
    }

    /** The inventory counted all its keys, and it has not grown since. */
    private boolean small(int slot, long count) {
        return inventory.filter(i -> count <= i.keys(slot) + i.keys(slot) / 4 && i.bytes(slot) <= SMALL).isPresent();
    }

    /** @param more questions that are asked when it is done; their answers are returned */
    private List<Object> send(Batch batch, List<byte[][]> more) throws ServerException {
        if (batch.keys().isEmpty()) {
            return source.askAll(more);
        }
        Duration blocks = batch.blocks();
        for (int attempt = 1; ; attempt++) {
            long start = System.nanoTime();
            if (!(source.ask(migrate.words(database, batch.keys(), blocks)) instanceof JedisDataException error)) {
                limit.measured(batch.bytes(), Duration.ofNanos(System.nanoTime() - start));
                return source.askAll(more);
            }
            String text = String.valueOf(error.getMessage());
            if (attempt == ATTEMPTS || !Migrate.passing(text)) {
                throw migrate.told(text);
            }
            // the source answers its clients and the cluster in between
            LockSupport.parkNanos(PAUSE.multipliedBy((long) attempt * attempt - 1).toNanos());
            // a key that has grown since the inventory needs more time
            blocks = BlockingEstimate.atMost(SlotCommands.usage(source, batch.keys(), USAGE_AT_ONCE).stream().mapToLong(Long::longValue).sum());
        }
    }

    /**
     * What one MIGRATE takes.
     *
     * @param blocks how long it may block; zero for what is surely short
     */
    record Batch(List<byte[]> keys, long bytes, Duration blocks) {
        private static final double ABOVE = 0.25;

        /**
         * Keys of about the same size, in calls of about as many, which may be above the limit by {@link #ABOVE} for the sake of one call fewer; by
         * more only where a key is: the longest calls are what a client waits for.
         */
        static List<Batch> even(List<byte[]> keys, long average, long limit) {
            int most = (int) Math.max(1, limit * (1 + ABOVE) / Math.max(1, average));
            int calls = Math.max(1, (keys.size() + most - 1) / most);
            List<Batch> batches = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                List<byte[]> some = keys.subList(keys.size() * i / calls, keys.size() * (i + 1) / calls);
                batches.add(new Batch(some, average * some.size(), Duration.ZERO));
            }
            return batches;
        }

        /** In their order; a key above the limit goes alone. */
        static List<Batch> of(List<byte[]> keys, List<Long> bytes, long limit) {
            List<Batch> batches = new ArrayList<>();
            int from = 0;
            long sum = 0;
            for (int i = 0; i < keys.size(); i++) {
                if (i > from && sum + bytes.get(i) > limit) {
                    batches.add(new Batch(keys.subList(from, i), sum, BlockingEstimate.atMost(sum)));
                    from = i;
                    sum = 0;
                }
                sum += bytes.get(i);
            }
            batches.add(new Batch(keys.subList(from, keys.size()), sum, BlockingEstimate.atMost(sum)));
            return batches;
        }
    }
}
