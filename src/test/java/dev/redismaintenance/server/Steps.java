package dev.redismaintenance.server;

import dev.redismaintenance.cluster.SlotRanges;
import java.util.function.Consumer;

/** A listener that keeps what it is told, and lets a test act at each step. */
final class Steps implements SlotWork.Listener {
    private final Consumer<Steps> each;
    private volatile boolean stop;
    volatile SlotRanges moved = SlotRanges.NONE;
    volatile long keys;
    volatile long bytes;

    Steps(Consumer<Steps> each) {
        this.each = each;
    }

    Steps() {
        this(steps -> { });
    }

    void stop() {
        stop = true;
    }

    @Override
    public boolean stopped() {
        return stop;
    }

    @Override
    public void moved(SlotRanges slots, long some, long size) {
        if (moved.intersects(slots)) {
            throw new IllegalStateException("told twice: " + moved.common(slots));
        }
        moved = moved.plus(slots);
        keys += some;
        bytes += size;
        each.accept(this);
    }
}
