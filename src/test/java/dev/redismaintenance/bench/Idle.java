package dev.redismaintenance.bench;

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
    public boolean empties() {
        return false;
    }

    @Override
    public long bytes(Stages.Set set) {
        return 0;
    }

    @Override
    public boolean slow() {
        return true;
    }
}
