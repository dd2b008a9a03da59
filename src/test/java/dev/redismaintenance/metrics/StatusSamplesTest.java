package dev.redismaintenance.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Do the numbers say what the status says, and nothing that it does not? */
class StatusSamplesTest {
    private static Condition condition(ConditionType type, ConditionStatus status, String reason) {
        return new Condition(type, status, 1L, "2026-11-24T08:00:00Z", reason, "m");
    }

    private static NodeMaintenanceStatus status(Condition... conditions) {
        NodeMaintenanceStatus status = new NodeMaintenanceStatus();
        status.setTarget("pod/cache-2");
        status.setConditions(List.of(conditions));
        return status;
    }

    private static Map<String, Double> numbers(NodeMaintenanceStatus status) {
        Map<String, Double> numbers = new TreeMap<>();
        for (Sample sample : StatusSamples.of("cache", "patch", status)) {
            List<String> labels = sample.series().labels();
            assertEquals(List.of("cache", "patch"), labels.subList(0, 2));
            numbers.put(sample.series().metric() + "" + labels.subList(2, labels.size()), sample.value());
        }
        return numbers;
    }

    @Test
    void in_maintenance_and_overdue() {
        NodeMaintenanceStatus status = status(condition(ConditionType.Ready, ConditionStatus.True, "InMaintenance"),
                condition(ConditionType.Overdue, ConditionStatus.True, "ClosedForLong"));
        status.setSince("2026-11-24T08:00:00Z");
        status.setProgressPercent(100);
        assertEquals(new TreeMap<>(Map.of("CLOSED[]", 1.0, "SINCE[]", 1795507200.0, "OVERDUE[]", 1.0, "READY[]", 1.0, "STALLED[]", 0.0, "PROGRESS[]", 100.0,
                "PHASE[pod/cache-2, InMaintenance]", 1.0)), numbers(status));
    }

    @Test
    void refused_by_two_gates_and_waiting_for_a_third() {
        NodeMaintenanceStatus status = status(condition(ConditionType.Ready, ConditionStatus.False, "GateRefused"),
                condition(ConditionType.Stalled, ConditionStatus.True, "GateRefused"));
        status.setGates(List.of(new GateStatus("QuorumSafe", GateAnswer.Refused, "m"), new GateStatus("RedundancyKept", GateAnswer.Refused, "m"),
                new GateStatus("NoOtherOperation", GateAnswer.Waiting, "m"), new GateStatus("ClusterHealthy", GateAnswer.Passed, "m")));
        assertEquals(new TreeMap<>(Map.of("CLOSED[]", 0.0, "OVERDUE[]", 0.0, "READY[]", 0.0, "STALLED[]", 1.0, "PHASE[pod/cache-2, GateRefused]", 1.0,
                "GATE_REFUSING[QuorumSafe]", 1.0, "GATE_REFUSING[RedundancyKept]", 1.0)), numbers(status));
    }

    @Test
    void a_status_that_says_nothing_yet_has_neither_phase_nor_time_nor_progress() {
        assertEquals(new TreeMap<>(Map.of("CLOSED[]", 0.0, "OVERDUE[]", 0.0, "READY[]", 0.0, "STALLED[]", 0.0)), numbers(new NodeMaintenanceStatus()));
    }

    @Test
    void closed_since_a_time_that_is_none_is_closed_all_the_same() {
        NodeMaintenanceStatus status = status();
        status.setSince("yesterday");
        assertEquals(1.0, numbers(status).get("CLOSED[]"));
        assertEquals(Optional.empty(), Optional.ofNullable(numbers(status).get("SINCE[]")));
    }

    @Test
    void names_follow_the_conventions_of_prometheus() {
        for (Metric metric : Metric.values()) {
            String unit = switch (metric.unit()) {
                case NONE -> "";
                case SECONDS, UNIX_SECONDS -> "_seconds";
                case BYTES -> "_bytes";
                case PERCENT -> "_percent";
            };
            String end = unit + (metric.type() == Metric.Type.COUNTER ? "_total" : "");
            assertTrue(metric.text().matches("redis_maintenance_[a-z_]+") && metric.text().endsWith(end), metric.text());
            assertEquals(metric.type() == Metric.Type.TIMER ? 3 : 1, metric.series().size());
        }
        assertEquals(Metric.values().length, Arrays.stream(Metric.values()).map(Metric::text).distinct().count());
    }

    @Test
    void a_series_has_a_value_for_each_label() {
        assertThrows(IllegalArgumentException.class, () -> new Sample.Series(Metric.PHASE, List.of("cache", "patch")));
    }
}
