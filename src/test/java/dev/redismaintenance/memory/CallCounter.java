package dev.redismaintenance.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts the external calls of one operator process and kills the process after the n-th: the call has been performed, and
 * the thread that made it never runs again. An exception would let {@code catch} and {@code finally} blocks run, which
 * a killed process does not.
 *
 * <p>Shared by all that the process calls, so that the n-th call is the n-th whatever it is. Once the limit is reached no
 * other thread of the process gets a call through either. The threads stay parked until {@link #bury}: let them be daemons.
 */
public final class CallCounter {
    private final int limit;
    private final List<String> calls = new ArrayList<>();
    private final CountDownLatch cut = new CountDownLatch(1);
    private final Queue<Thread> parked = new ConcurrentLinkedQueue<>();
    private volatile boolean buried;

    /** @param limit the number of calls that are performed; 0 counts and never cuts */
    public CallCounter(int limit) {
        this.limit = limit;
    }

    /** Before a call: a dead process makes none. */
    public void about() {
        if (cut.getCount() == 0) {
            die();
        }
    }

    /** After a call was performed; does not return when it was the last. */
    public void made(String what) {
        boolean last;
        synchronized (calls) {
            calls.add(what);
            last = limit > 0 && calls.size() >= limit;
        }
        if (last) {
            cut.countDown();
            die();
        }
    }

    /** Waits until the process was cut; false when that has not happened in time. */
    public boolean awaitCut(Duration atMost) throws InterruptedException {
        return cut.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isCut() {
        return cut.getCount() == 0;
    }

    public int count() {
        synchronized (calls) {
            return calls.size();
        }
    }

    /** What was called, in order. */
    public List<String> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** Once nobody looks any more at what the process left: its threads end, and what they hold can be freed. */
    public void bury() {
        buried = true;
        parked.forEach(LockSupport::unpark);
    }

    private void die() {
        parked.add(Thread.currentThread());
        while (!buried) {
            LockSupport.park();
            // an interrupt would make park return at once for ever
            Thread.interrupted();
        }
        throw new Buried();
    }

    /** Ends a thread of a process that is dead. */
    private static final class Buried extends Error {
        private static final long serialVersionUID = 1L;
    }
}
