package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.api.NodeMaintenance;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Is every resource called again and again? */
class SweepTest {
    private static final List<ResourceID> IDS = List.of(new ResourceID("one", "cache"), new ResourceID("two", "cache"));

    /** Only what they are called is asked. */
    private static final Cache<NodeMaintenance> CACHE = new Cache<>() {
        @Override
        public Optional<NodeMaintenance> get(ResourceID id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Stream<ResourceID> keys() {
            return IDS.stream();
        }

        @Override
        public Stream<NodeMaintenance> list(Predicate<NodeMaintenance> predicate) {
            throw new UnsupportedOperationException();
        }
    };

    private final BlockingQueue<ResourceID> called = new LinkedBlockingQueue<>();

    private ResourceID next() throws InterruptedException {
        return called.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void every_resource_is_called_in_every_round_also_after_one_that_failed() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        Sweep<NodeMaintenance> sweep = new Sweep<>(CACHE, Duration.ofMillis(1));
        sweep.setEventHandler(event -> {
            called.add(event.getRelatedCustomResourceID());
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the first call of all fails");
            }
        });
        sweep.start();
        try {
            assertEquals(IDS.get(0), next(), "the round that fails");
            for (int round = 0; round < 3; round++) {
                for (ResourceID id : IDS) {
                    assertEquals(id, next());
                }
            }
        } finally {
            sweep.stop();
        }
    }
}
