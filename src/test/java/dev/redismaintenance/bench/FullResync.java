package dev.redismaintenance.bench;

import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;

/** The bound: the servers' own full copy of the shard to an empty replica. */
final class FullResync implements Contender {
    @Override
    public String name() {
        return "resync";
    }

    @Override
    public Duration out(Stage stage) throws Exception {
        new Copy(stage).make(stage.spare().get(0), stage.x());
        return Duration.ZERO;
    }

    @Override
    public Duration back(Stage stage) throws Exception {
        return out(stage);
    }

    @Override
    public SlotRanges left() {
        return Stage.ALL_OF_X;
    }

    @Override
    public boolean oneWay() {
        return true;
    }

    @Override
    public void tidy(Stage stage) throws Exception {
        new Copy(stage).letGo();
    }
}
