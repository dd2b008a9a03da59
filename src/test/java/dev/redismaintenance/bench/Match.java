package dev.redismaintenance.bench;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.Traffic;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import redis.clients.jedis.Jedis;

/**
 * The contenders take turns on the same data: in each round every one of them goes out and back, with the same client working, and
 * the cluster at rest in between. One that fails is out of the match, and the others go on with a new cluster.
 */
final class Match {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration WARM_AFTER = Duration.ofSeconds(30);
    private static final Duration WARM_AT_LAST = Duration.ofMinutes(2);
    /** Of compiling, in a round, that no measurement shows. */
    private static final Duration LITTLE = Duration.ofMillis(50);
    private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();
    static final int CLIENT_OPS = 2800;
    static final int CLIENT_KEYS = 2048;

    private final Options options;
    private final String server;
    private final Stages stages;
    private final Results results;

    Match(Options options, String server, Stages stages, Results results) {
        this.options = options;
        this.server = server;
        this.stages = stages;
        this.results = results;
    }

    void play(Function<Stage, List<Contender>> contenders) throws Exception {
        Map<String, Contender> left = new LinkedHashMap<>();
        Stages.Set set = stages.set();
        try {
            if (warmUp(contenders.apply(set.stage()).stream().filter(options::wants).toList(), set.stage())) {
                set.close();
                set = stages.set();
            }
            contenders.apply(set.stage()).stream().filter(options::wants).forEach(c -> left.put(c.name(), c));
            for (Contender contender : left.values()) {
                contender.warmUp(set.stage());
            }
            for (int round = 1; round <= options.rounds(); round++) {
                List<Contender> order = new ArrayList<>(left.values());
                if (round % 2 == 0) {
                    Collections.reverse(order);
                }
                for (Contender contender : order) {
                    if (!contender.slow() || round <= options.slowRounds()) {
                        try {
                            turn(contender, set, round);
                        } catch (InterruptedException e) {
                            throw e;
                        } catch (Exception e) {
                            results.failed(server, contender.name(), e);
                            left.remove(contender.name());
                            set.close();
                            set = stages.set();
                        }
                    }
                }
            }
        } finally {
            set.close();
        }
    }

    /**
     * What runs in this JVM, the client too, runs before it is measured, for {@link #WARM_AFTER} and then until a round makes the JVM
     * compile {@link #LITTLE}, {@link #WARM_AT_LAST} at most, else it compiles in the rounds that count: up to 0.6 s of one of two cores in
     * a move of 1.6 s were measured. Not on those that are measured: what a source has taught ours by then nobody knows who moves its slots
     * for the first time.
     *
     * @return whether there was anything to warm up
     */
    private static boolean warmUp(List<Contender> contenders, Stage stage) throws Exception {
        long begin = System.nanoTime();
        boolean worked;
        boolean compiled;
        try (Traffic traffic = Traffic.on(stage.cluster()).opsPerSecond(CLIENT_OPS).keys(CLIENT_KEYS).start()) {
            do {
                long before = COMPILERS.getTotalCompilationTime();
                worked = false;
                for (Contender contender : contenders) {
                    worked |= contender.warmUp(stage);
                }
                compiled = COMPILERS.getTotalCompilationTime() - before > LITTLE.toMillis();
            } while (worked && System.nanoTime() - begin < (compiled ? WARM_AT_LAST : WARM_AFTER).toNanos());
            traffic.stop();
            traffic.deleteKeys();
        }
        return worked;
    }

    private void turn(Contender contender, Stages.Set set, int round) throws Exception {
        for (Direction direction : contender.oneWay() ? new Direction[] {Direction.OUT} : Direction.values()) {
            contender.prepare(set.stage(), direction);
            settle(set.stage());
            results.add(measure(contender, direction, set, round));
            check(contender, direction, set.stage());
            contender.tidy(set.stage());
        }
    }

    private Measurement measure(Contender contender, Direction direction, Stages.Set set, int round) throws Exception {
        double load = Machine.load();
        try (Traffic traffic = Traffic.on(set.stage().cluster()).opsPerSecond(CLIENT_OPS).keys(CLIENT_KEYS).start()) {
            traffic.awaitWrites(CLIENT_OPS / 4);
            traffic.forgetFelt();
            long begin = System.nanoTime();
            Duration counting = direction == Direction.OUT ? contender.out(set.stage()) : contender.back(set.stage());
            long end = System.nanoTime();
            traffic.awaitWrites(CLIENT_OPS / 10);
            Traffic.Report report = traffic.stop();
            traffic.deleteKeys();
            return new Measurement(server, contender.name(), direction, round, (end - begin) / 1e9, counting.toNanos() / 1e9,
                    (long) (set.bytes() * contender.part()), load, report);
        }
    }

    private static void check(Contender contender, Direction direction, Stage stage) {
        List<String> slots = stage.cluster().placement().of(stage.x().id().value()).slots();
        SlotRanges expected = direction == Direction.OUT ? contender.left() : Stage.ALL_OF_X;
        if (!SlotRanges.parse(String.join(" ", slots)).equals(expected)) {
            throw new IllegalStateException(contender.name() + " " + direction + " left " + stage.x().pod() + " with the slots " + slots);
        }
    }

    /** All nodes agree, nothing is being saved or freed any more, and no server remembers the jobs of those who had their turn before. */
    static void settle(Stage stage) throws TimeoutException, InterruptedException {
        stage.cluster().awaitHealthy(BOUND);
        for (String pod : stage.cluster().pods()) {
            try (Jedis jedis = stage.cluster().jedis(pod)) {
                Look.until(pod + " at rest", BOUND, () -> jedis.info("memory").contains("lazyfree_pending_objects:0")
                        && jedis.info("persistence").contains("rdb_bgsave_in_progress:0"));
                PastJobs.forget(jedis);
            }
        }
        TimeUnit.MILLISECONDS.sleep(300);
    }
}
