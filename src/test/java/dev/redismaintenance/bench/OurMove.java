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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** The operator's own work on slots, as many transfers at once as {@code maxConcurrentMoves} says; the counting before it is part of the time. */
final class OurMove implements Contender {
    private final int atOnce;
    private final List<String> settings;
    private final SlotWork work = new JedisSlotWork();

    private record Part(Seat from, Seat to, SlotRanges slots) {
    }

    /** @param settings that the operator gives sources of this server's way */
    OurMove(int atOnce, List<String> settings) {
        this.atOnce = atOnce;
        this.settings = settings;
    }

    @Override
    public String name() {
        return atOnce == 1 ? "ours" : "ours-" + atOnce;
    }

    /** A whole round: an operator has been running before it is needed, and nobody is the first to touch the targets' memory. */
    @Override
    public boolean warmUp(Stage stage) throws Exception {
        out(stage);
        back(stage);
        return true;
    }

    @Override
    public Duration out(Stage stage) throws Exception {
        long begin = System.nanoTime();
        Inventory inventory = count(new Part(stage.x(), stage.a(), Stage.ALL_OF_X)).get(0);
        Duration counting = Duration.ofNanos(System.nanoTime() - begin);
        try (SettingGiven set = new SettingGiven(stage, settings, List.of(stage.x()))) {
            run(place -> move(stage, new Part(stage.x(), stage.a(), Stage.TO_A), inventory, place),
                    place -> move(stage, new Part(stage.x(), stage.b(), Stage.TO_B), inventory, place));
        }
        return counting;
    }

    @Override
    public Duration back(Stage stage) throws Exception {
        long begin = System.nanoTime();
        Part fromA = new Part(stage.a(), stage.x(), Stage.TO_A);
        Part fromB = new Part(stage.b(), stage.x(), Stage.TO_B);
        List<Inventory> inventories = count(fromA, fromB);
        Duration counting = Duration.ofNanos(System.nanoTime() - begin);
        try (SettingGiven set = new SettingGiven(stage, settings, List.of(stage.a(), stage.b()))) {
            run(place -> move(stage, fromA, inventories.get(0), place), place -> move(stage, fromB, inventories.get(1), place));
        }
        return counting;
    }

    private interface Moving {
        void run(SlotWork.Listener listener) throws ServerException;
    }

    /** As the operator does it: so many at once, and the next as soon as the servers are at the last of the one before. */
    private void run(Moving... moves) throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        Semaphore places = new Semaphore(atOnce);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (Moving one : moves) {
                places.acquire();
                Place place = new Place(places);
                all.add(pool.submit(() -> {
                    try {
                        one.run(place);
                        return null;
                    } finally {
                        place.lastUnderWay();
                    }
                }));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    /** What is to be moved of these parts, side by side as the operator counts. */
    private List<Inventory> count(Part... parts) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(parts.length);
        try {
            List<Future<Inventory>> all = new ArrayList<>();
            for (Part part : parts) {
                all.add(pool.submit(() -> work.count(part.from().endpoint(), part.from().id(), part.slots(), new Untold())));
            }
            List<Inventory> inventories = new ArrayList<>();
            for (Future<Inventory> one : all) {
                inventories.add(one.get());
            }
            return inventories;
        } finally {
            pool.shutdown();
        }
    }

    private void move(Stage stage, Part part, Inventory inventory, SlotWork.Listener place) throws ServerException {
        List<Endpoint> witnesses = stage.primaries().stream().filter(seat -> !seat.equals(part.from()) && !seat.equals(part.to()))
                .map(Seat::endpoint).toList();
        Transfer transfer = new Transfer(part.from().id(), part.to().id(), part.slots());
        work.move(new SlotWork.Order(transfer, part.from().endpoint(), part.to().endpoint(), witnesses, Optional.of(inventory)), place);
    }

    /** Never stops the work and wants to know nothing: the clock tells enough. */
    private static class Untold implements SlotWork.Listener {
        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public void moved(SlotRanges slots, long keys, long bytes) {
        }
    }

    /** Of one order among those at work; given up once. */
    private static final class Place extends Untold {
        private final Semaphore places;
        private final AtomicBoolean given = new AtomicBoolean();

        Place(Semaphore places) {
            this.places = places;
        }

        @Override
        public void lastUnderWay() {
            if (given.compareAndSet(false, true)) {
                places.release();
            }
        }
    }
}
