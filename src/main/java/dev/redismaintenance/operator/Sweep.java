package dev.redismaintenance.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What if a call was lost? Every ten minutes each resource that there is gets one more, whatever else calls it.
 *
 * <p>In place of the SDK's maximal interval, which sets a timer at the end of every call, also of the one that has just released the resource. Its
 * deletion, told by another thread, cancels that timer; between the line that notes it and the line that sets it ({@code TimerEventSource}, 5.3.2)
 * this is an {@code IllegalStateException} in the log, "Task already scheduled or cancelled". And a turn that ends after one of the same name
 * has come takes that one's timer away, which would otherwise be for ever.
 */
final class Sweep<P extends HasMetadata> extends AbstractEventSource<Void, P> {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final Cache<P> resources;
    private final Duration every;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sweep");
        thread.setDaemon(true);
        return thread;
    });

    Sweep(EventSourceContext<P> context) {
        this(context.getPrimaryCache(), EVERY);
    }

    Sweep(Cache<P> resources, Duration every) {
        super(Void.class);
        this.resources = resources;
        this.every = every;
    }

    @Override
    public void start() {
        super.start();
        clock.scheduleWithFixedDelay(this::sweep, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        clock.shutdownNow();
        super.stop();
    }

    private void sweep() {
        try {
            resources.keys().forEach(id -> getEventHandler().handleEvent(new Event(id)));
        } catch (RuntimeException e) {
            // thrown, it would be the last one
            LOG.warn("not every resource was called", e);
        }
    }

    @Override
    public Set<Void> getSecondaryResources(P primary) {
        return Set.of();
    }
}
