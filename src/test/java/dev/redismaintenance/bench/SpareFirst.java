package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import java.time.Duration;

/** A spare becomes the shard's replica and takes over; back the same way, the emptied node being the spare. */
final class SpareFirst implements Contender {
    @Override
    public String name() {
        return "ours-spare";
    }

    @Override
    public Duration out(Stage stage) throws Exception {
        return takeOver(stage, stage.spare().get(0), stage.x());
    }

    @Override
    public Duration back(Stage stage) throws Exception {
        return takeOver(stage, stage.x(), stage.spare().get(0));
    }

    @Override
    public void tidy(Stage stage) throws Exception {
        new Copy(stage).letGo();
    }

    private static Duration takeOver(Stage stage, Seat replica, Seat primary) throws Exception {
        Copy copy = new Copy(stage);
        copy.make(replica, primary);
        copy.handOver(replica, primary, Stage.ALL_OF_X);
        return Duration.ZERO;
    }
}
