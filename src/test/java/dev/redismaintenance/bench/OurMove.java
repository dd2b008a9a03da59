package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.JedisSlotWork;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The operator's own work on slots, one transfer after the other as it does by default; the counting before it is part of the time. */
final class OurMove implements Contender {
    private static final int WARM_UP = 300;
    private final SlotWork work = new JedisSlotWork();

    private record Part(Seat from, Seat to, SlotRanges slots) {
    }

    @Override
    public String name() {
        return "ours";
    }

    /** An operator has been running before it is needed, its code is compiled. */
    @Override
    public void warmUp(Stage stage) throws Exception {
        SlotRanges some = SlotRanges.of(0, WARM_UP - 1);
        for (int i = 0; i < 2; i++) {
            move(stage, new Part(stage.x(), stage.a(), some), count(stage.x(), Stage.ALL_OF_X));
            move(stage, new Part(stage.a(), stage.x(), some), count(stage.a(), some));
        }
    }

    @Override
    public Duration out(Stage stage) throws Exception {
        long begin = System.nanoTime();
        Inventory inventory = count(stage.x(), Stage.ALL_OF_X);
        Duration counting = Duration.ofNanos(System.nanoTime() - begin);
        move(stage, new Part(stage.x(), stage.a(), Stage.TO_A), inventory);
        move(stage, new Part(stage.x(), stage.b(), Stage.TO_B), inventory);
        return counting;
    }

    @Override
    public Duration back(Stage stage) throws Exception {
        long begin = System.nanoTime();
        List<Inventory> inventories = List.of(count(stage.a(), Stage.TO_A), count(stage.b(), Stage.TO_B));
        Duration counting = Duration.ofNanos(System.nanoTime() - begin);
        move(stage, new Part(stage.a(), stage.x(), Stage.TO_A), inventories.get(0));
        move(stage, new Part(stage.b(), stage.x(), Stage.TO_B), inventories.get(1));
        return counting;
    }

    private Inventory count(Seat seat, SlotRanges slots) throws ServerException {
        return work.count(seat.endpoint(), seat.id(), slots, new Untold());
    }

    private void move(Stage stage, Part part, Inventory inventory) throws ServerException {
        List<Endpoint> witnesses = stage.primaries().stream().filter(seat -> !seat.equals(part.from()) && !seat.equals(part.to()))
                .map(Seat::endpoint).toList();
        Transfer transfer = new Transfer(part.from().id(), part.to().id(), part.slots());
        work.move(new SlotWork.Order(transfer, part.from().endpoint(), part.to().endpoint(), witnesses, Optional.of(inventory)), new Untold());
    }

    /** Never stops the work and wants to know nothing. */
    private static final class Untold implements SlotWork.Listener {
        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public void moved(SlotRanges slots, long keys, long bytes) {
            // the clock tells enough
        }
    }
}
