package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Is each line of a maintenance's log about it, also those of the threads that work for it? */
class LogContextTest {
    private static final String ABOUT = InMemoryKubernetes.NAMESPACE + "/patch";

    /** Work that never succeeds. */
    private static final SlotWork BROKEN = new SlotWork() {
        @Override
        public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
            throw new ServerException(ServerException.Kind.Refused, "this server does not count");
        }

        @Override
        public void move(Order order, Listener listener) throws ServerException {
            throw new ServerException(ServerException.Kind.Refused, "this server does not move");
        }
    };

    @Test
    void the_lines_of_a_turn_and_of_the_thread_that_works_on_slots_are_about_the_maintenance() throws Exception {
        World world = new World(Topology.of(3, 0, 0));
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        NodeMaintenance resource = world.kubernetes.get("patch").orElseThrow();
        ExecutorService labour = Executors.newSingleThreadExecutor();
        MaintenanceLoop loop = new MaintenanceLoop(world.kubernetes, world.cluster, BROKEN, Runnable::run, labour, (r, d) -> { }, Clock.systemUTC(), Pace.DEFAULT,
                new OperatorSettings(false, false, 0), new NamespaceLease(world.kubernetes, "process", Duration.ofSeconds(15), System::nanoTime));
        SdkMetrics sdk = new SdkMetrics(new OperatorMetrics(new SimpleMeterRegistry()), new MissingPermissions(world.kubernetes), (namespace, name) -> { });
        try (LogTape log = new LogTape()) {
            sdk.reconciliationStarted(resource, Map.of());
            loop.turn(InMemoryKubernetes.NAMESPACE, "patch");
            sdk.reconciliationFinished(resource, null, Map.of());
            labour.shutdown();
            assertTrue(labour.awaitTermination(30, TimeUnit.SECONDS));
            assertEquals(List.of(ABOUT), log.with("this server does not count").stream().map(LogTape.Line::about).distinct().toList());
            assertFalse(log.with("CountingSlots").isEmpty(), () -> "" + log.lines());
            assertEquals(List.of(ABOUT), log.with("").stream().map(LogTape.Line::about).distinct().toList());
        }
        assertNull(MDC.get(LogContext.KEY), "the next one's lines are not about it");
    }

    @Test
    void what_a_thread_does_afterwards_for_nobody_is_about_none() throws Exception {
        ExecutorService labour = Executors.newSingleThreadExecutor();
        try {
            List<Optional<String>> about = new CopyOnWriteArrayList<>();
            // its first task makes the thread, which takes over what the one that asks is about
            LogContext.begin("cache", "patch");
            LogContext.carriedBy(labour).execute(() -> about.add(Optional.ofNullable(MDC.get(LogContext.KEY))));
            LogContext.end();
            LogContext.carriedBy(labour).execute(() -> about.add(Optional.ofNullable(MDC.get(LogContext.KEY))));
            labour.shutdown();
            assertTrue(labour.awaitTermination(30, TimeUnit.SECONDS));
            assertEquals(List.of(Optional.of("cache/patch"), Optional.empty()), about);
        } finally {
            LogContext.end();
            labour.shutdownNow();
        }
    }
}
