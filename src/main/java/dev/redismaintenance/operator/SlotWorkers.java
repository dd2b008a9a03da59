package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.plan.SlotsSeen;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that count and move slots, one piece of work a pod at a time.
 *
 * <ol>
 * <li>Work runs in threads of its own; a turn of the loop only starts it, looks at it and tells it to stop.</li>
 * <li>A count asks up to {@link #COUNTED_AT_ONCE} servers side by side. When one fails the others are counted all the same.</li>
 * <li>A move runs its transfers in order, as many side by side as is asked for; when one fails the others come to an end.
 * The next one begins as soon as the servers are at the last of the one before, where they say so.</li>
 * <li>What failed is told to the planner as long as it is not to be tried again: a pause that doubles up to half a minute, once for each piece of
 * work that failed.</li>
 * <li>A move stops by itself as soon as the process may not act in its namespace any more ({@link NamespaceLease}).</li>
 * <li>Before the process ends all work is told to stop, and waited for: whoever comes next must not find another mover at work.</li>
 * </ol>
 *
 * <p>Properties: nothing is decided from here but what to wait for; after the death of the process the cluster itself shows how far
 * the move has got. A count is thrown away when a move has ended: what it counted is elsewhere.
 */
final class SlotWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(SlotWorkers.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** A request that is refused for long is judged by a fresh count now and then. */
    private static final Duration COUNT_HOLDS = Duration.ofMinutes(5);
    private static final int COUNTED_AT_ONCE = 4;

    private final SlotWork work;
    private final Executor executor;
    private final Clock clock;
    private final Predicate<String> mayAct;
    private final Map<String, Desk> desks = new ConcurrentHashMap<>();
    private boolean ended;

    /** A transfer that a worker has brought to its end. */
    record Finished(Transfer transfer, long keys, long bytes, Duration took) {
    }

    /** What a pod's worker does and has found. */
    private static final class Desk {
        private volatile Optional<Task> task = Optional.empty();
        private final Map<NodeId, Inventory> counted = new ConcurrentHashMap<>();
        private volatile Instant countedAt = Instant.MIN;
        private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
        private volatile Optional<SlotsSeen.Failure> failure = Optional.empty();
        private volatile Instant failedAt = Instant.MIN;
        private volatile Duration pause = Duration.ZERO;
    }

    /** One piece of work. */
    private static final class Task implements SlotWork.Listener {
        private final List<Transfer> transfers;
        private final long bytes;
        private final Instant began;
        private final AtomicLong moved = new AtomicLong();
        private final AtomicLong keys = new AtomicLong();
        private final AtomicInteger left;
        private final BooleanSupplier mayGoOn;
        private volatile boolean stop;
        private volatile boolean failed;

        Task(List<Transfer> transfers, long bytes, Instant began, int threads, BooleanSupplier mayGoOn) {
            this.mayGoOn = mayGoOn;
            this.transfers = transfers;
            this.bytes = bytes;
            this.began = began;
            this.left = new AtomicInteger(threads);
        }

        @Override
        public boolean stopped() {
            if (!mayGoOn.getAsBoolean()) {
                stop = true;
            }
            return stop;
        }

        @Override
        public void moved(SlotRanges slots, long movedKeys, long movedBytes) {
            keys.addAndGet(movedKeys);
            moved.addAndGet(movedBytes);
        }
    }

    /** @param mayAct whether this process may still act in a namespace */
    SlotWorkers(SlotWork work, Executor executor, Clock clock, Predicate<String> mayAct) {
        this.mayAct = mayAct;
        this.work = work;
        this.executor = executor;
        this.clock = clock;
    }

    /** Counts, several servers side by side, unless something is being done for this pod already. */
    void count(String pod, Map<NodeId, SlotRanges> slots, Map<NodeId, Endpoint> endpoints) {
        Desk desk = desk(pod);
        Queue<Map.Entry<NodeId, SlotRanges>> queue = new ConcurrentLinkedQueue<>(new TreeMap<>(slots).entrySet());
        Task task = new Task(List.of(), 0, clock.instant(), Math.max(1, Math.min(COUNTED_AT_ONCE, slots.size())), () -> true);
        begin(desk, task, () -> {
            for (Map.Entry<NodeId, SlotRanges> e = queue.poll(); e != null && !task.stop; e = queue.poll()) {
                Inventory inventory = work.count(endpoint(endpoints, e.getKey()), e.getKey(), e.getValue(), task);
                if (!task.stop) {
                    desk.counted.put(e.getKey(), inventory);
                    desk.countedAt = clock.instant();
                }
            }
        });
    }

    /**
     * Moves, unless something is being done for this pod already.
     *
     * @param atOnce how many transfers side by side
     */
    void move(String pod, List<Transfer> transfers, int atOnce, Map<NodeId, Endpoint> endpoints, List<NodeId> primaries) {
        Desk desk = desk(pod);
        Queue<Transfer> queue = new ConcurrentLinkedQueue<>(transfers);
        int threads = Math.min(atOnce, transfers.size());
        long bytes = transfers.stream().mapToLong(t -> Optional.ofNullable(desk.counted.get(t.from())).map(i -> i.bytes(t.slots())).orElse(0L)).sum();
        Task task = new Task(transfers, bytes, clock.instant(), threads, () -> mayAct.test(pod.substring(0, pod.indexOf('/'))));
        Errand errand = new Errand(desk, task, queue, endpoints, primaries);
        begin(desk, task, () -> inTurn(errand, queue.poll()));
    }

    /**
     * What is left of a move, and who is where.
     *
     * @param left transfers that nobody has begun
     */
    private record Errand(Desk desk, Task task, Queue<Transfer> left, Map<NodeId, Endpoint> endpoints, List<NodeId> primaries) {
    }

    /**
     * One after the other, until none is left or the next one has begun meanwhile, as the servers were at the last of the one before, in a thread
     * of its own and goes on from there.
     */
    private void inTurn(Errand errand, Transfer first) throws ServerException {
        AtomicBoolean gaveWay = new AtomicBoolean();
        for (Transfer t = first; t != null && !errand.task().stopped(); t = gaveWay.get() ? null : errand.left().poll()) {
            move(errand, t, () -> {
                Optional<Transfer> next = gaveWay.get() ? Optional.empty() : Optional.ofNullable(errand.left().poll());
                next.ifPresent(n -> {
                    gaveWay.set(true);
                    errand.task().left.incrementAndGet();
                    executor.execute(() -> run(errand.desk(), errand.task(), () -> inTurn(errand, n)));
                });
            });
        }
    }

    private void move(Errand errand, Transfer t, Runnable lastUnderWay) throws ServerException {
        Desk desk = errand.desk();
        Task task = errand.task();
        Map<NodeId, Endpoint> endpoints = errand.endpoints();
        List<Endpoint> witnesses = new ArrayList<>();
        for (NodeId id : errand.primaries()) {
            if (!id.equals(t.from()) && !id.equals(t.to()) && endpoints.containsKey(id)) {
                witnesses.add(endpoints.get(id));
            }
        }
        Instant began = clock.instant();
        AtomicLong bytes = new AtomicLong();
        AtomicLong keys = new AtomicLong();
        work.move(new SlotWork.Order(t, endpoint(endpoints, t.from()), endpoint(endpoints, t.to()), witnesses,
                Optional.ofNullable(desk.counted.get(t.from())).filter(i -> i.covers(t.slots()))), new SlotWork.Listener() {
                    @Override
                    public boolean stopped() {
                        return task.stopped();
                    }

                    @Override
                    public void moved(SlotRanges slots, long movedKeys, long movedBytes) {
                        keys.addAndGet(movedKeys);
                        bytes.addAndGet(movedBytes);
                        task.moved(slots, movedKeys, movedBytes);
                    }

                    @Override
                    public void lastUnderWay() {
                        lastUnderWay.run();
                    }
                });
        if (!task.stop) {
            desk.finished.add(new Finished(t, keys.get(), bytes.get(), Duration.between(began, clock.instant())));
        }
    }

    private interface Job {
        void run() throws ServerException;
    }

    private synchronized void begin(Desk desk, Task task, Job job) {
        if (ended || desk.task.isPresent()) {
            return;
        }
        desk.task = Optional.of(task);
        int threads = task.left.get();
        for (int i = 0; i < threads; i++) {
            executor.execute(() -> run(desk, task, job));
        }
    }

    private void run(Desk desk, Task task, Job job) {
        try {
            job.run();
        } catch (ServerException e) {
            LOG.warn("work on slots came to a stop: {}", e.getMessage());
            failed(desk, task, new SlotsSeen.Failure(e.kind() == ServerException.Kind.OutOfMemory, e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("work on slots came to a stop", e);
            failed(desk, task, new SlotsSeen.Failure(false, "an error of the operator's own: " + e));
        } finally {
            if (task.left.decrementAndGet() == 0) {
                end(desk, task);
            }
        }
    }

    private synchronized void failed(Desk desk, Task task, SlotsSeen.Failure failure) {
        if (task.failed) {
            return;
        }
        task.failed = true;
        if (!task.transfers.isEmpty()) {
            task.stop = true;
        }
        desk.pause = desk.pause.isZero() ? FIRST_PAUSE : min(desk.pause.multipliedBy(2), LONGEST_PAUSE);
        desk.failedAt = clock.instant();
        desk.failure = Optional.of(failure);
    }

    private synchronized void end(Desk desk, Task task) {
        if (!task.transfers.isEmpty()) {
            desk.counted.clear();
        }
        if (!task.stop && !task.failed) {
            desk.failure = Optional.empty();
            desk.pause = Duration.ZERO;
        }
        desk.task = Optional.empty();
        notifyAll();
    }

    /**
     * Begins nothing any more, and waits until what is under way has come to an end.
     *
     * @return the pods for which it has not, when the time was over
     */
    synchronized List<String> end(Duration patience) {
        ended = true;
        desks.values().forEach(desk -> desk.task.ifPresent(t -> t.stop = true));
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toMillis(); left > 0 && !busy().isEmpty(); left = Duration.ofNanos(end - System.nanoTime()).toMillis()) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return busy();
    }

    private List<String> busy() {
        return desks.entrySet().stream().filter(e -> e.getValue().task.isPresent()).map(Map.Entry::getKey).sorted().toList();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Endpoint endpoint(Map<NodeId, Endpoint> endpoints, NodeId id) throws ServerException {
        return Optional.ofNullable(endpoints.get(id))
                .orElseThrow(() -> new ServerException(ServerException.Kind.Unreachable, "no pod is known for node " + id.brief()));
    }

    /** Tells the work to come to an end; it does so without leaving a slot half-way. */
    void stop(String pod) {
        desk(pod).task.ifPresent(t -> t.stop = true);
    }

    /** @param left slots that somebody else has left half-way */
    SlotsSeen seen(String pod, SlotRanges left, Instant now) {
        Desk desk = desk(pod);
        if (desk.task.isEmpty() && desk.countedAt.isBefore(now.minus(COUNT_HOLDS))) {
            desk.counted.clear();
        }
        Optional<SlotsSeen.Working> working = desk.task.map(t -> new SlotsSeen.Working(t.transfers, t.bytes, t.moved.get(),
                Duration.between(t.began, now).toMillis()));
        Optional<SlotsSeen.Failure> failure = desk.failure.filter(f -> now.isBefore(desk.failedAt.plus(desk.pause)));
        return new SlotsSeen(working, desk.counted, failure, left);
    }

    /** What has come to its end since the last time, to be told once. */
    List<Finished> takeFinished(String pod) {
        List<Finished> all = new ArrayList<>();
        for (Finished f = desk(pod).finished.poll(); f != null; f = desk(pod).finished.poll()) {
            all.add(f);
        }
        return all;
    }

    /** Of pods of this namespace that nobody names any more nothing is left to be done: who did had its finalizer taken away. */
    void keep(String namespace, Set<String> pods) {
        desks.keySet().stream().filter(pod -> pod.startsWith(namespace + "/") && !pods.contains(pod)).forEach(pod -> {
            stop(pod);
            forget(pod);
        });
    }

    /** Nothing of this maintenance is going on any more. */
    void forget(String pod) {
        desks.computeIfPresent(pod, (p, desk) -> desk.task.isPresent() ? desk : null);
    }

    private Desk desk(String pod) {
        return desks.computeIfAbsent(pod, p -> new Desk());
    }
}
