package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.metrics.Label;
import dev.redismaintenance.metrics.Metric;
import dev.redismaintenance.metrics.Outcome;
import dev.redismaintenance.metrics.Sample;
import dev.redismaintenance.metrics.StatusSamples;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Records what the loop tells in the registry: the numbers of each maintenance that exists, and counts of what was done. What they are
 * says {@link Metric}, and what a status says in numbers {@link StatusSamples}.
 */
public final class OperatorMetrics implements MaintenanceLoop.Watcher {
    private final MeterRegistry registry;
    private final Map<String, Map<Sample.Series, Held>> maintenances = new HashMap<>();
    private final Map<String, Begun> begun = new HashMap<>();

    /** What the registry shows of a series. */
    private record Held(Meter.Id id, AtomicReference<Double> value) {
    }

    /** The step of a maintenance that was begun last. */
    private record Begun(Step step, long nanos) {
    }

    /** What can be counted is there from the start, with 0: where there was nothing before, Prometheus sees no rise. */
    public OperatorMetrics(MeterRegistry registry) {
        this.registry = registry;
        counter(Metric.MOVED_BYTES);
        List.of(Outcome.Promoted, Outcome.NotPromoted).forEach(o -> counter(Metric.FAILOVERS, o.name()));
        List.of(Outcome.Succeeded, Outcome.Failed).forEach(o -> counter(Metric.RECONCILIATIONS, o.name()));
        for (GateName gate : GateName.values()) {
            counter(Metric.GATE_REFUSALS, gate.name());
        }
    }

    @Override
    public synchronized void seen(NodeMaintenance resource, NodeMaintenanceStatus status) {
        String namespace = resource.getMetadata().getNamespace();
        String name = resource.getMetadata().getName();
        show(key(namespace, name), StatusSamples.of(namespace, name, status));
    }

    @Override
    public synchronized void gone(String namespace, String name) {
        show(key(namespace, name), List.of());
        begun.remove(key(namespace, name));
    }

    private void show(String key, List<Sample> samples) {
        Map<Sample.Series, Held> shown = maintenances.computeIfAbsent(key, k -> new HashMap<>());
        Set<Sample.Series> now = samples.stream().map(Sample::series).collect(Collectors.toSet());
        List<Sample.Series> gone = shown.keySet().stream().filter(series -> !now.contains(series)).toList();
        gone.forEach(series -> registry.remove(shown.remove(series).id()));
        for (Sample sample : samples) {
            if (!shown.containsKey(sample.series())) {
                shown.put(sample.series(), hold(sample.series()));
                if (sample.series().metric() == Metric.GATE_REFUSING) {
                    counter(Metric.GATE_REFUSALS, sample.series().labels().get(Metric.GATE_REFUSING.labels().indexOf(Label.GATE))).increment();
                }
            }
            shown.get(sample.series()).value().set(sample.value());
        }
        if (shown.isEmpty()) {
            maintenances.remove(key);
        }
    }

    private Held hold(Sample.Series series) {
        AtomicReference<Double> value = new AtomicReference<>(0.0);
        Metric metric = series.metric();
        return new Held(Gauge.builder(metric.text(), value, AtomicReference::get).tags(tags(metric, series.labels())).description(metric.sentence())
                .strongReference(true).register(registry).getId(), value);
    }

    @Override
    public synchronized void decided(NodeMaintenance resource, Decision decision) {
        counter(Metric.TURNS, decision.getClass().getSimpleName(), decision.reason().name()).increment();
        String key = key(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
        Optional<Step> step = decision instanceof Decision.Act act ? Optional.of(act.step()) : Optional.empty();
        step.ifPresent(s -> counter(Metric.STEPS, s.kind().name()).increment());
        Optional<Begun> last = Optional.ofNullable(begun.get(key));
        boolean goesOn = decision instanceof Decision.Wait || last.isPresent() && step.equals(last.map(Begun::step));
        if (!goesOn) {
            last.ifPresent(b -> timer(b.step()).record(Duration.ofNanos(nanos() - b.nanos())));
            begun.remove(key);
            step.ifPresent(s -> begun.put(key, new Begun(s, nanos())));
        }
    }

    @Override
    public void failover(boolean promoted) {
        counter(Metric.FAILOVERS, (promoted ? Outcome.Promoted : Outcome.NotPromoted).name()).increment();
    }

    /** Of slots that have arrived. */
    void moved(long bytes) {
        counter(Metric.MOVED_BYTES).increment(bytes);
    }

    void reconciled(Outcome outcome) {
        counter(Metric.RECONCILIATIONS, outcome.name()).increment();
    }

    private long nanos() {
        return registry.config().clock().monotonicTime();
    }

    private Counter counter(Metric metric, String... labels) {
        return Counter.builder(metric.text()).tags(tags(metric, List.of(labels))).description(metric.sentence()).register(registry);
    }

    private Timer timer(Step step) {
        return Timer.builder(Metric.STEP_DURATION.text()).tags(tags(Metric.STEP_DURATION, List.of(step.kind().name())))
                .description(Metric.STEP_DURATION.sentence()).register(registry);
    }

    private static Tags tags(Metric metric, List<String> values) {
        Iterator<String> value = values.iterator();
        return Tags.of(metric.labels().stream().map(label -> Tag.of(label.text(), value.next())).toList());
    }

    private static String key(String namespace, String name) {
        return namespace + "/" + name;
    }
}
