package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.SlotWork.Listener;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Moves slots with Valkey's {@code CLUSTER MIGRATESLOTS}: the source copies whole ranges through a forked process, and the target takes
 * them over in one instant.
 *
 * <ol>
 * <li>Look who owns the slots, in both servers' eyes, and which jobs the source is at. Jobs of this order, left by an operator that is
 * gone, are taken over; at somebody else's the order is refused.
 * <li>{@link TargetGuard} refuses what cannot end well. Nothing has been touched so far.
 * <li>Cut the slots into jobs ({@link JobSize}) and keep two of them at the source: one that it copies, one that waits. On its clock
 * ({@code hz}) a source notices that the child of a copy has ended, and in the turns of it that make up 100 ms, or more after a pause, it begins
 * the one that waits; a job that is ordered only then waits for that too, and the connection of a further one makes the source look at once (server's
 * code: it begins none while its own answer to the target is unsent). So one more is ordered whenever nothing but one that waits is left, and the
 * first two together.
 * <li>Who takes over tells the others only when it next wakes up, and nobody may be there to wake it ({@code clusterBeforeSleep} of 9.1.2
 * puts off what the take-over asks of it, to its clock of 100 ms at the latest), and until then the source takes no writes: so it is asked something.
 * <li>While the last one is copied whoever waits for this order is told ({@link Listener#lastUnderWay}): what the next order looks at
 * and its first connection then cost no time in which nothing is copied (0.2 s an order were measured). Not sooner: another source would give
 * slots while this one deletes keys, and where they share processors the pause becomes longer, by half or more (measured).
 * <li>After each job: both servers say the target owns the slots, and {@link TargetGuard} counts what arrived.
 * <li>A job that failed was rolled back by the servers. Who owns its slots is read anew from both before anything else, also when the
 * server does not know how it ended; then it is tried again, {@link #TRIES} times in a row at most, smaller when its stream had
 * grown too long for the source's output buffer.
 * </ol>
 *
 * <p>It changes no setting of any server (the planner does, {@code SourceSetting}). Each slot has one owner and all its keys at
 * every moment; the order may be cut anywhere, and the jobs that then still run at the servers end by themselves. Orders of the same
 * source may run at the same time: a job of one then starts the waiting job of the other. A job has no id when it is issued: it is the newest with these slots and this target.
 */
final class AtomicMove {
    static final int TRIES = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(4);
    private static final Duration LOOK_SELDOM = Duration.ofMillis(15);
    private static final int JOBS_PER_MILLISECOND = 20;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration AGREEMENT_WITHIN = Duration.ofSeconds(10);
    private static final Duration CANCEL_WITHIN = Duration.ofSeconds(30);
    private static final String SLOTS_GIVEN = "failover-";
    private static final String REFUSED_BY_TARGET = "Failed to process command";

    private final Line source;
    private final Line target;
    private final ValkeyJobs server;
    private final Transfer transfer;
    private final Listener listener;
    private final Order order;
    private final UnderWay underWay;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private Inventory inventory;
    private TargetGuard guard;
    private SlotRanges left = SlotRanges.NONE;
    private int failures;
    private boolean toldLast;
    private long notBefore = System.nanoTime();
    private final PauseWatch pauses = new PauseWatch(System.nanoTime());

    /**
     * @param keys how many the slots held when the job began
     * @param size what said how much it was to carry, and learns from it
     */
    private record Running(SlotRanges slots, long keys, JobSize size) {
    }

    AtomicMove(Line source, Line target, Order order, Listener listener, UnderWay underWay) {
        this.order = order;
        this.underWay = underWay;
        this.source = source;
        this.target = target;
        this.server = new ValkeyJobs(source, target);
        this.transfer = order.transfer();
        this.listener = listener;
        this.inventory = order.inventory().orElse(null);
    }

    void run() throws ServerException {
        begin();
        try {
            while (!left.isEmpty() || !running.isEmpty()) {
                if (listener.stopped()) {
                    stop();
                    return;
                }
                turn();
            }
        } catch (ServerException e) {
            if (e.kind() != Kind.Unreachable) {
                withdraw(e);
            }
            throw e;
        }
    }

    private void begin() throws ServerException {
        Owners owners = agreed(transfer.slots());
        left = owners.atSource(transfer.slots());
        long patience = System.nanoTime() + SECOND.toNanos();
        Optional<SlotJob> other = adopt();
        // another order of this source may just be on its way here
        while (other.isPresent() && System.nanoTime() < patience) {
            sleep(LOOK_EVERY);
            other = adopt();
        }
        if (other.isPresent()) {
            throw new ServerException(Kind.Refused, "somebody else is moving slots " + other.get().slots() + " of " + source.server() + " to "
                    + other.get().target() + ": wait for it to end, or cancel it with CLUSTER CANCELSLOTMIGRATIONS");
        }
        if (inventory == null) {
            inventory = SlotCount.inventory(source, transfer.from(), left);
        }
        guard = TargetGuard.before(source, target, left, inventory);
    }

    /** Takes over the jobs of this order; gives one that is nobody's here. */
    private Optional<SlotJob> adopt() throws ServerException {
        SlotJob other = null;
        for (SlotJob job : server.exports()) {
            boolean own = job.target().equals(transfer.to()) && job.slots().minus(transfer.slots()).isEmpty();
            if (job.active() && own && !running.containsKey(job.id())) {
                running.put(job.id(), new Running(job.slots(), SlotCount.sum(source, job.slots()), size()));
                left = left.minus(job.slots());
            } else if (job.active() && !own && !underWay.ofAnother(job, order)) {
                other = job;
            }
        }
        return Optional.ofNullable(other);
    }

    private JobSize size() {
        return underWay.size(transfer.from());
    }

    private void turn() throws ServerException {
        long asked = System.nanoTime();
        List<SlotJob> jobs = server.exports();
        long now = System.nanoTime();
        Map<String, SlotJob> told = new LinkedHashMap<>();
        jobs.forEach(job -> told.put(job.id(), job));
        Map<Running, Optional<SlotJob>> ended = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, Running>> all = running.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Running> one = all.next();
            SlotJob job = told.get(one.getKey());
            if (job == null || !job.active()) {
                ended.put(one.getValue(), Optional.ofNullable(job));
                all.remove();
            }
        }
        learn(pauses.looked(asked, now, handingOver(jobs), !ended.isEmpty()), ended);
        // first, for the source is idle
        boolean issues = !left.isEmpty() && now - notBefore >= 0 && roomForOne(jobs);
        if (issues) {
            issue(told);
            // the second wakes the first
            if (failures == 0 && !left.isEmpty() && jobs.stream().noneMatch(SlotJob::active)) {
                issue(told);
            }
        }
        for (Map.Entry<Running, Optional<SlotJob>> end : ended.entrySet()) {
            settle(end.getKey(), end.getValue());
        }
        if (handingOver(jobs)) {
            wakeTarget();
        }
        if (!toldLast && !issues && left.isEmpty() && jobs.stream().noneMatch(AtomicMove::waits)) {
            toldLast = true;
            listener.lastUnderWay();
        }
        sleep(untilNextLook(jobs));
    }

    /** What jobs cost here, from one that ended well and alone. */
    private void learn(Optional<Duration> pause, Map<Running, Optional<SlotJob>> ended) {
        if (ended.size() != 1) {
            return;
        }
        ended.forEach((job, end) -> end.filter(e -> e.state().equals("success")).flatMap(e -> pause).ifPresent(p -> job.size().measured(job.keys(), p)));
    }

    private static boolean handingOver(Collection<SlotJob> jobs) {
        return jobs.stream().anyMatch(job -> job.active() && job.state().startsWith(SLOTS_GIVEN));
    }

    /**
     * Shortly when slots are being handed over, to see how long it takes; seldom else, for looking takes from the servers what they need
     * for copying where they share their processors with us, and nothing is urgent while one waits.
     */
    private static Duration untilNextLook(List<SlotJob> jobs) {
        return (SlotJobsText.copying(jobs) ? LOOK_SELDOM : LOOK_EVERY).plusMillis(jobs.size() / JOBS_PER_MILLISECOND);
    }

    /** One waits all the time; where nothing else is at work any more, the connection of a second one makes the source begin it. Not one more to fail. */
    private boolean roomForOne(Collection<SlotJob> jobs) {
        long active = jobs.stream().filter(SlotJob::active).count();
        long waiting = jobs.stream().filter(AtomicMove::waits).count();
        return waiting == 0 || waiting == 1 && active == waiting && failures == 0;
    }

    private static boolean waits(SlotJob job) {
        return job.active() && SlotJobsText.BEFORE_COPY.contains(job.state());
    }

    /** The answer does not matter; it is a command that this account may send. */
    private void wakeTarget() throws ServerException {
        target.ask("CLUSTER", "COUNTKEYSINSLOT", "0");
    }

    private void issue(Map<String, SlotJob> known) throws ServerException {
        JobSize size = size();
        SlotRanges slots = size.next(left, inventory);
        long keys = SlotCount.sum(source, slots);
        server.issue(slots, transfer.to());
        SlotJob job = server.exports().stream()
                .filter(j -> !known.containsKey(j.id()) && !running.containsKey(j.id()))
                .filter(j -> j.slots().equals(slots) && j.target().equals(transfer.to())).findFirst()
                .orElseThrow(() -> new ServerException(Kind.Refused,
                        source.server() + " accepted the move of slots " + slots + " and does not tell of it"));
        running.put(job.id(), new Running(slots, keys, size));
        left = left.minus(slots);
    }

    /** @param end as the source told; empty when it does not know the job any more: it has been restarted */
    private void settle(Running job, Optional<SlotJob> end) throws ServerException {
        Owners owners = agreed(job.slots());
        SlotRanges moved = owners.atTarget(job.slots());
        SlotRanges back = owners.atSource(job.slots());
        left = left.plus(back);
        if (!moved.isEmpty()) {
            long arrived = guard.after(moved, back.isEmpty() ? job.keys() : 0);
            failures = 0;
            job.size().carried();
            listener.moved(moved, arrived, inventory.bytes(moved));
        }
        if (!back.isEmpty()) {
            failed(job, end);
        }
    }

    private void failed(Running job, Optional<SlotJob> end) throws ServerException {
        if (listener.stopped()) {
            return;
        }
        Optional<SlotJob> atTarget = end.flatMap(e -> server.atTarget(e.id()));
        String why = Stream.of(end, atTarget).flatMap(Optional::stream).map(e -> (e.state() + " " + e.message()).strip()).distinct()
                .reduce((a, b) -> a + "; at the target: " + b).orElse("the server does not know it any more");
        if (why.contains("(OOM)")) {
            throw new ServerException(Kind.OutOfMemory, target.server() + " ran out of memory while it took slots " + job.slots()
                    + "; they stay at " + source.server() + ". Raise its maxmemory, or move fewer slots there");
        }
        // the source cuts a stream that grows faster than it can be sent; it says no more than this, and the target no more than that it ended
        boolean cut = end.filter(e -> e.message().startsWith("Connection lost to target")).isPresent() && !why.contains(REFUSED_BY_TARGET);
        failures++;
        if (failures > TRIES) {
            throw new ServerException(Kind.Refused, "the move of slots " + job.slots() + " from " + source.server() + " to " + target.server()
                    + " has failed " + failures + " times in a row: " + why + wayOut(why, cut));
        }
        if (cut) {
            underWay.halve(transfer.from());
        }
        notBefore = System.nanoTime() + SECOND.toNanos() * failures * failures / 2;
    }

    /** What the servers do not say. */
    private String wayOut(String why, boolean cut) {
        if (cut) {
            return "; where clients write into these slots faster than it can be sent on, raise client-output-buffer-limit replica of " + source.server();
        }
        if (why.contains("AUTH") || why.contains("WRONGPASS") || why.contains(REFUSED_BY_TARGET)) {
            return "; the source logs in at the target with its primaryuser and primaryauth, and that user has to be allowed all commands, keys and databases there";
        }
        return why.contains("Unable to connect") ? "; the source dials the target as replicas dial it, with TLS where tls-replication is on: set that alike on all servers" : "";
    }

    /** Waits until both say the same of these slots, which takes them a moment after a job. */
    private Owners agreed(SlotRanges slots) throws ServerException {
        long until = System.nanoTime() + AGREEMENT_WITHIN.toNanos();
        while (true) {
            Owners owners = Owners.look(source, transfer.from(), target, transfer.to());
            SlotRanges elsewhere = owners.elsewhere(slots);
            if (elsewhere.isEmpty()) {
                return owners;
            }
            if (System.nanoTime() >= until) {
                throw new ServerException(Kind.Refused, "slots " + elsewhere + " belong neither to " + source.server() + " nor to " + target.server()
                        + " in the eyes of both");
            }
            sleep(LOOK_EVERY);
        }
    }

    /**
     * Ends what runs. The source cancels all that it has begun, or nothing: where a job of somebody else is among them, ours are let end. So is one
     * that has been copied, and is only cancelled when it does not end for long: one that is cancelled as it hands over has a source that takes
     * writes again while the target takes over (server's code; a lost write was seen), and it may begin to hand over at any moment.
     */
    private void stop() throws ServerException {
        left = SlotRanges.NONE;
        long until = System.nanoTime() + CANCEL_WITHIN.toNanos();
        long patience = System.nanoTime() + CANCEL_WITHIN.dividedBy(2).toNanos();
        while (!running.isEmpty()) {
            List<SlotJob> active = server.exports().stream().filter(SlotJob::active).toList();
            boolean harmless = System.nanoTime() < patience ? SlotJobsText.copying(active) : !handingOver(active);
            if (harmless && mayCancel(active)) {
                server.cancel();
            }
            settleEnded();
            waitOnce(until);
        }
        left = SlotRanges.NONE;
        // it removes what it has of the slots
        while (server.imports().stream().anyMatch(job -> job.active() && job.source().equals(transfer.from())
                && job.slots().minus(transfer.slots()).isEmpty())) {
            waitOnce(until);
        }
    }

    private boolean mayCancel(Collection<SlotJob> active) {
        return active.stream().anyMatch(this::own) && active.stream().allMatch(job -> own(job) || underWay.ofAnother(job, order));
    }

    private boolean own(SlotJob job) {
        return running.containsKey(job.id());
    }

    private void waitOnce(long until) throws ServerException {
        if (System.nanoTime() >= until) {
            throw new ServerException(Kind.Refused,
                    source.server() + " and " + target.server() + " have not ended their migrations after they were told to stop");
        }
        sleep(LOOK_EVERY);
    }

    private void settleEnded() throws ServerException {
        List<SlotJob> jobs = server.exports();
        for (String id : List.copyOf(running.keySet())) {
            Optional<SlotJob> job = jobs.stream().filter(j -> j.id().equals(id)).findFirst();
            if (job.filter(SlotJob::active).isEmpty()) {
                settle(running.remove(id), job);
            }
        }
    }

    /** The order has failed: its other jobs would fail likewise, or do more harm. One that has been copied ends by itself. */
    private void withdraw(ServerException why) {
        try {
            List<SlotJob> active = server.exports().stream().filter(SlotJob::active).toList();
            if (mayCancel(active) && SlotJobsText.copying(active)) {
                server.cancel();
            }
        } catch (ServerException e) {
            why.addSuppressed(e);
        }
    }

    private static void sleep(Duration time) throws ServerException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException(Kind.Unreachable, "the move was interrupted", e);
        }
    }
}
