package dev.redismaintenance.bench;

import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Nothing moves: what the client feels on this machine anyway. */
final class Idle implements Contender {
    static final String NAME = "idle";
    private static final int SECONDS = 3;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration out(Stage stage) throws InterruptedException {
        TimeUnit.SECONDS.sleep(SECONDS);
        return Duration.ZERO;
    }

    @Override
    public Duration back(Stage stage) throws InterruptedException {
        return out(stage);
    }

    @Override
    public SlotRanges left() {
        return Stage.ALL_OF_X;
    }

    @Override
    public double part() {
        return 0;
    }

    @Override
    public boolean slow() {
        return true;
    }

    @Override
    public boolean oneWay() {
        return true;
    }
}
