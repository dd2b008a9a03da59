package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.memory.CallCounter;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The operator is killed after its n-th external call, for every n of an enter + leave run, and a new process goes on: the
 * end is always the same. Killed means that the call was performed and its thread never runs again, so that no
 * {@code finally} helps; the new process starts with empty memory.
 */
class KilledAnywhereTest {
    private static final String POD = "cache-1";
    private static final String AHEAD = "ahead";
    private static final Asked ONE = new Asked(spec -> spec.setPodName(POD), w -> w.service(POD), 1, 1);

    /**
     * @param service what is done while it is in maintenance
     * @param first   the first call at which the process is killed
     * @param stride  from there at every n-th only, where there are many
     */
    private record Asked(Consumer<NodeMaintenanceSpec> target, Consumer<World> service, int first, int stride) {
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_new_process_reaches_the_same_end_after_a_kill_at_any_call(Flavour flavour) {
        // a primary whose replica duty goes to a spare: every kind of step but those that move slots is taken
        killedAtEveryCall(flavour, Topology.of(3, 1, 1));
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void and_where_slots_move(Flavour flavour) {
        killedAtEveryCall(flavour, Topology.of(3, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void and_where_a_spare_takes_the_shard_over(Flavour flavour) {
        killedAtEveryCall(flavour, Topology.of(3, 0, 1));
    }

    @Test
    void and_where_the_pod_leaves_its_services() {
        killedAtEveryCall(() -> new World(Topology.of(3, 1, 0), Flavour.VALKEY_9, Timing.PROMPT).gated(POD), ONE);
    }

    @Test
    void and_where_a_whole_kubernetes_node_goes() {
        killedAtEveryCall(() -> new World(Topology.of(3, 1, 0).onMachine("worker-0", "cache-4"), Flavour.VALKEY_9, Timing.PROMPT),
                new Asked(spec -> spec.setNodeName("worker-0"), w -> List.of("cache-0", "cache-4").forEach(w::service), 1, 5));
    }

    @Test
    void and_where_the_node_comes_back_with_an_empty_disk() {
        killedAtEveryCall(() -> new World(Topology.of(3, 1, 0), Flavour.REDIS_7, Timing.PROMPT), new Asked(ONE.target(), w -> w.serviceOnAnEmptyDisk(POD), 1, 1));
    }

    @Test
    void and_where_a_snapshot_that_was_made_ahead_is_restored_from_and_stays() {
        killedAtEveryCall(() -> {
            World world = new World(Topology.of(3, 1, 0));
            MaintenanceLoop operator = world.operator();
            world.kubernetes.apply("reference", POD, spec -> {
                spec.setMode(Mode.Off);
                spec.setTakeSnapshot(AHEAD);
            });
            world.untilReady(operator, "reference", Reason.SnapshotRecorded);
            world.kubernetes.delete("reference");
            world.until(operator, "gone", () -> world.kubernetes.get("reference").isEmpty());
            return world;
        }, ONE);
    }

    /** Every other call, which of them in turn from flavour to flavour. */
    private static void killedAtEveryCall(Flavour flavour, Topology topology) {
        killedAtEveryCall(() -> new World(topology, flavour, Timing.PROMPT), new Asked(ONE.target(), ONE.service(), 1 + flavour.ordinal() % 2, 2));
    }

    private static void killedAtEveryCall(Supplier<World> worlds, Asked asked) {
        World undisturbed = worlds.get();
        String before = undisturbed.state();
        CallCounter all = new CallCounter(0);
        story(undisturbed, undisturbed.operator(all), asked);
        assertEquals(before, undisturbed.state(), "the undisturbed run restores everything");

        IntStream.rangeClosed(0, (all.count() - asked.first()) / asked.stride()).map(i -> asked.first() + i * asked.stride()).parallel().forEach(n -> {
            World world = worlds.get();
            CallCounter counter = new CallCounter(n);
            cut(world, counter, n, asked);
            assertTrue(counter.isCut(), "call " + n + " of " + all.count() + " was reached");
            story(world, world.operator(), asked);
            assertEquals(before, world.state(), "after a kill at call " + n + ": " + counter.calls().get(n - 1));
            counter.bury();
        });
    }

    /** Runs the story in a process that dies; returns when it is dead. */
    private static void cut(World world, CallCounter counter, int n, Asked asked) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch over = new CountDownLatch(1);
        Thread process = new Thread(() -> {
            try {
                story(world, world.operator(counter), asked);
            } catch (Throwable e) {
                failure.set(e);
            }
            over.countDown();
        }, "operator that dies at call " + n);
        process.setDaemon(true);
        process.start();
        try {
            while (!counter.awaitCut(Duration.ofMillis(1)) && over.getCount() > 0) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failure.get() != null) {
            throw new AssertionError("before call " + n, failure.get());
        }
    }

    /** Apply, wait for Ready, restart the pod on a new address, delete, wait until it is gone. Goes on wherever the world stands. */
    private static void story(World world, MaintenanceLoop operator, Asked asked) {
        if (!world.served()) {
            if (world.kubernetes.get("patch").isEmpty()) {
                boolean ahead = world.kubernetes.snapshotNames().contains(AHEAD);
                world.kubernetes.apply("patch", null, spec -> {
                    asked.target().accept(spec);
                    spec.setReason("kernel");
                    spec.setSnapshotName(ahead ? AHEAD : "");
                });
            }
            world.untilReady(operator, "patch", Reason.InMaintenance);
            asked.service().accept(world);
            world.kubernetes.delete("patch");
        }
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        world.pass();
    }
}
