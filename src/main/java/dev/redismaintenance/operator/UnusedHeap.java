package dev.redismaintenance.operator;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory back that the operator no longer needs. Java's serial collector does so only after a collection of the whole heap, and makes one
 * of itself only when the old generation or the code cache is full: what the burst of work at a start needed, or many maintenances that begin at
 * once, it would keep till then. So, every few seconds: where the old generation has grown by more than {@link #GROWN} since the last
 * collection of the whole heap, another is made, unless that would take more than {@link #SHARE} of the time. With another collector
 * nothing is done; those that give memory back do it by themselves.
 */
final class UnusedHeap {
    static final long GROWN = 2L << 20;
    /** One part in so many. */
    static final int SHARE = 100;
    private static final Logger LOG = LoggerFactory.getLogger(UnusedHeap.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final String OLD_GENERATION_OF_SERIAL = "Tenured Gen";

    private final Heap heap;
    private Duration cost = Duration.ZERO;
    private long collectedAt;

    interface Heap {
        /** Of the old generation, bytes. */
        long used();

        /** As it was at the end of the last collection of the whole heap. */
        long usedThen();

        void collect();

        /** As {@link System#nanoTime()}. */
        long nanoTime();
    }

    UnusedHeap(Heap heap) {
        this.heap = heap;
        this.collectedAt = heap.nanoTime();
    }

    /** Empty where Java collects otherwise. */
    static Optional<UnusedHeap> ofThisProcess() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getName().equals(OLD_GENERATION_OF_SERIAL)).findFirst()
                .map(pool -> new UnusedHeap(new Serial(pool)));
    }

    void start() {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "unused-heap");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(this::lookAndGoOn, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookAndGoOn() {
        try {
            look();
        } catch (RuntimeException e) {
            // thrown, it would be the last look
            LOG.warn("the heap was not looked at", e);
        }
    }

    void look() {
        long begin = heap.nanoTime();
        if (heap.used() - heap.usedThen() <= GROWN || begin - collectedAt < cost.toNanos() * SHARE) {
            return;
        }
        heap.collect();
        collectedAt = heap.nanoTime();
        cost = Duration.ofNanos(collectedAt - begin);
    }

    private record Serial(MemoryPoolMXBean oldGeneration) implements Heap {
        @Override
        public long used() {
            return oldGeneration.getUsage().getUsed();
        }

        @Override
        public long usedThen() {
            return Optional.ofNullable(oldGeneration.getCollectionUsage()).map(MemoryUsage::getUsed).orElse(0L);
        }

        @Override
        public void collect() {
            System.gc();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }
}
