package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.kubernetes.LeaseState;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.metrics.Metric;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Does the registry show what exists now, and has it counted what was done? */
class OperatorMetricsTest {
    private static final Map<String, Object> OURS = Map.of(Constants.CONTROLLER_NAME, NodeMaintenanceReconciler.NAME);

    private long seconds;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, new Clock() {
        @Override
        public long wallTime() {
            return TimeUnit.SECONDS.toMillis(seconds);
        }

        @Override
        public long monotonicTime() {
            return TimeUnit.SECONDS.toNanos(seconds);
        }
    });
    private final OperatorMetrics metrics = new OperatorMetrics(registry);

    private static NodeMaintenance resource(String name) {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("cache").build());
        return m;
    }

    private static NodeMaintenanceStatus status(Reason reason, GateStatus... gates) {
        NodeMaintenanceStatus status = new NodeMaintenanceStatus();
        status.setTarget("pod/cache-2");
        status.setConditions(List.of(new Condition(ConditionType.Ready, ConditionStatus.False, 1L, "2026-11-24T08:00:00Z", reason.name(), "m")));
        status.setGates(List.of(gates));
        return status;
    }

    /** Gauges with their values. */
    private Map<String, Double> shown() {
        Map<String, Double> shown = new TreeMap<>();
        for (Metric metric : Metric.ofMaintenances()) {
            registry.find(metric.text()).gauges().forEach(g -> shown.put(metric.text().substring("redis_maintenance_".length())
                    + metric.labels().stream().map(label -> g.getId().getTag(label.text())).toList(), g.value()));
        }
        return shown;
    }

    private double count(Metric metric, String... values) {
        List<String> wanted = Arrays.asList(values);
        return registry.getMeters().stream().filter(m -> m.getId().getName().equals(metric.text()))
                .filter(m -> metric.labels().stream().map(label -> m.getId().getTag(label.text())).toList().equals(wanted))
                .mapToDouble(m -> m.measure().iterator().next().getValue()).sum();
    }

    @Test
    void a_phase_that_is_over_and_a_maintenance_that_is_gone_are_shown_no_more() {
        metrics.seen(resource("patch"), status(Reason.HandingOver));
        metrics.seen(resource("other"), status(Reason.HandingOver));
        metrics.seen(resource("patch"), status(Reason.InMaintenance));
        assertEquals(Map.of("phase[cache, patch, pod/cache-2, InMaintenance]", 1.0, "closed[cache, patch]", 0.0, "overdue[cache, patch]", 0.0,
                "ready[cache, patch]", 0.0, "stalled[cache, patch]", 0.0, "phase[cache, other, pod/cache-2, HandingOver]", 1.0, "closed[cache, other]", 0.0,
                "overdue[cache, other]", 0.0, "ready[cache, other]", 0.0, "stalled[cache, other]", 0.0), shown());
        metrics.gone("cache", "other");
        metrics.gone("cache", "patch");
        assertEquals(Map.of(), shown());
        metrics.gone("cache", "patch");
        assertEquals(Map.of(), shown());
    }

    @Test
    void a_gate_that_goes_on_refusing_has_refused_once() {
        GateStatus refused = new GateStatus("QuorumSafe", GateAnswer.Refused, "m");
        metrics.seen(resource("patch"), status(Reason.GateRefused, refused));
        metrics.seen(resource("patch"), status(Reason.GateRefused, refused));
        assertEquals(1, count(Metric.GATE_REFUSALS, "QuorumSafe"));
        metrics.seen(resource("patch"), status(Reason.HandingOver));
        metrics.seen(resource("patch"), status(Reason.GateRefused, refused));
        assertEquals(2, count(Metric.GATE_REFUSALS, "QuorumSafe"));
        assertEquals(0, count(Metric.GATE_REFUSALS, "RedundancyKept"));
    }

    @Test
    void a_step_lasts_until_another_one_is_begun_or_the_end_is_reached_and_repetitions_and_waiting_are_part_of_it() {
        Decision snapshot = new Decision.Act(new Step.TakeSnapshot(Optional.empty()), Reason.TakingSnapshot, "m", List.of());
        Decision open = new Decision.Act(new Step.RemoveMark(), Reason.CleaningUp, "m", List.of());
        metrics.decided(resource("patch"), snapshot);
        seconds = 2;
        metrics.decided(resource("patch"), snapshot);
        seconds = 5;
        metrics.decided(resource("patch"), new Decision.Wait(Reason.WaitingForViews, "m", List.of()));
        seconds = 7;
        metrics.decided(resource("patch"), open);
        seconds = 10;
        metrics.decided(resource("patch"), new Decision.Done(Reason.Restored, "m", List.of()));
        seconds = 20;
        metrics.decided(resource("patch"), new Decision.Done(Reason.Restored, "m", List.of()));
        assertEquals(7, timer("TakeSnapshot").totalTime(TimeUnit.SECONDS));
        assertEquals(1, timer("TakeSnapshot").count());
        assertEquals(3, timer("RemoveMark").totalTime(TimeUnit.SECONDS));
        assertEquals(1, timer("RemoveMark").count());
        assertEquals(2, count(Metric.STEPS, "TakeSnapshot"));
        assertEquals(2, count(Metric.TURNS, "Done", "Restored"));
    }

    private Timer timer(String step) {
        return registry.get(Metric.STEP_DURATION.text()).tag("step", step).timer();
    }

    @Test
    void a_maintenance_is_gone_with_its_resource_and_not_with_a_pod_of_the_same_name() {
        SdkMetrics sdk = new SdkMetrics(metrics, new MissingPermissions(new World(Topology.of(3, 0, 0)).kubernetes), (namespace, name) -> { });
        metrics.seen(resource("cache-2"), status(Reason.InMaintenance));
        sdk.cleanupDone(new ResourceID("cache-2", "cache"), Map.of(Constants.CONTROLLER_NAME, InServiceReconciler.NAME));
        assertEquals(5, shown().size());
        sdk.cleanupDone(new ResourceID("cache-2", "cache"), OURS);
        assertEquals(Map.of(), shown());
    }

    @Test
    void one_that_was_removed_in_the_middle_of_a_turn_is_shown_no_more_after_it() {
        SdkMetrics sdk = new SdkMetrics(metrics, new MissingPermissions(new World(Topology.of(3, 0, 0)).kubernetes), (namespace, name) -> { });
        sdk.reconciliationStarted(resource("patch"), OURS);
        sdk.cleanupDone(new ResourceID("patch", "cache"), OURS);
        metrics.seen(resource("patch"), status(Reason.InMaintenance));
        sdk.reconciliationFinished(resource("patch"), null, OURS);
        assertEquals(Map.of(), shown());
        sdk.reconciliationStarted(resource("patch"), OURS);
        metrics.seen(resource("patch"), status(Reason.InMaintenance));
        sdk.reconciliationFinished(resource("patch"), null, OURS);
        assertEquals(5, shown().size(), "a new one of the same name is shown");
    }

    @Test
    void calls_that_end_well_and_that_fail_are_counted_whatever_they_were_about() {
        SdkMetrics sdk = new SdkMetrics(metrics, new MissingPermissions(new World(Topology.of(3, 0, 0)).kubernetes), (namespace, name) -> { });
        sdk.reconciliationStarted(new Pod(), Map.of());
        sdk.reconciliationFinished(new Pod(), null, Map.of());
        sdk.reconciliationSucceeded(new Pod(), Map.of());
        sdk.reconciliationFailed(resource("patch"), null, new IllegalStateException("x"), OURS);
        assertEquals(1, count(Metric.RECONCILIATIONS, "Succeeded"));
        assertEquals(1, count(Metric.RECONCILIATIONS, "Failed"));
    }

    @Test
    void a_whole_maintenance_in_memory_is_two_failovers_and_leaves_no_series_behind() {
        World world = new World(Topology.of(3, 1, 0)).watchedBy(metrics);
        MaintenanceLoop operator = world.operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        String key = "[" + InMemoryKubernetes.NAMESPACE + ", patch]";
        assertEquals(List.of(1.0, 1.0, 100.0), List.of(shown().get("closed" + key), shown().get("ready" + key), shown().get("progress_percent" + key)));
        assertEquals(1, count(Metric.FAILOVERS, "Promoted"));
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        assertEquals(Map.of(), shown());
        assertEquals(2, count(Metric.FAILOVERS, "Promoted"));
        assertEquals(0, count(Metric.FAILOVERS, "NotPromoted"));
        assertEquals(2, count(Metric.STEPS, "Handover"));
    }

    @Test
    void what_another_process_has_taken_over_is_shown_by_that_one() {
        World world = new World(Topology.of(3, 1, 0)).watchedBy(metrics);
        MaintenanceLoop first = world.operator();
        MaintenanceLoop second = world.watchedBy((r, d) -> { }).operator();
        world.kubernetes.apply("patch", "cache-1", spec -> { });
        world.until(first, "first at work", () -> holder(world).isPresent());
        assertTrue(shown().containsKey("closed[" + InMemoryKubernetes.NAMESPACE + ", patch]"), "" + shown());
        Optional<String> before = holder(world);
        world.until(second, "second at work", () -> !holder(world).equals(before));
        world.turn(first);
        assertEquals(Map.of(), shown());
    }

    private static Optional<String> holder(World world) {
        return world.kubernetes.lease(InMemoryKubernetes.NAMESPACE, NamespaceLease.NAME).map(LeaseState::holder).filter(h -> !h.isEmpty());
    }

    @Test
    void every_meter_is_one_of_the_enum_with_exactly_its_labels() {
        a_whole_maintenance_in_memory_is_two_failovers_and_leaves_no_series_behind();
        metrics.seen(resource("patch"), status(Reason.GateRefused, new GateStatus("QuorumSafe", GateAnswer.Refused, "m")));
        metrics.moved(5);
        Map<String, Metric> known = Arrays.stream(Metric.values()).collect(Collectors.toMap(Metric::text, m -> m));
        assertTrue(registry.getMeters().size() > known.size(), "" + registry.getMeters().size());
        for (Meter meter : registry.getMeters()) {
            assertEquals(known.get(meter.getId().getName()).labels().stream().map(l -> l.text()).collect(Collectors.toSet()),
                    meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet()), meter.getId().getName());
        }
    }
}
