package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A spare becomes the shard's replica and takes over; back the same way, the emptied node being the spare. Driven from here in the
 * order that the operator has, with its own calls.
 */
final class SpareFirst implements Contender {
    private static final Duration BETWEEN_ELECTIONS = Stages.WITH_SPARE.multipliedBy(4).plusSeconds(1);

    private final Map<NodeId, Instant> tookOver = new HashMap<>();

    @Override
    public String name() {
        return "ours-spare";
    }

    /** A replica of Redis asks for votes once in four node timeouts, whatever it was the last time a replica of. */
    @Override
    public void prepare(Stage stage, Direction direction) throws InterruptedException {
        NodeId replica = (direction == Direction.OUT ? stage.spare().get(0) : stage.x()).id();
        Instant next = tookOver.getOrDefault(replica, Instant.EPOCH).plus(BETWEEN_ELECTIONS);
        Duration left = Duration.between(Instant.now(), next);
        if (!left.isNegative()) {
            TimeUnit.MILLISECONDS.sleep(left.toMillis());
        }
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

    private Duration takeOver(Stage stage, Seat replica, Seat primary) throws Exception {
        Copy copy = new Copy(stage);
        copy.make(replica, primary);
        copy.handOver(replica, primary, Stage.ALL_OF_X);
        tookOver.put(replica.id(), Instant.now());
        return Duration.ZERO;
    }
}
