package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Cordon;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.MachineSituation;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Situation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From when on is a closed node overdue, and what is said of it? */
class OverdueTest {
    private static final Duration FOUR_HOURS = Duration.ofHours(4);

    private static NodeMaintenance resource() {
        NodeMaintenance m = new NodeMaintenance();
        m.setMetadata(new ObjectMetaBuilder().withName("patch").withNamespace("cache").withUid("u").withGeneration(1L).build());
        m.setSpec(new NodeMaintenanceSpec());
        m.getSpec().setPodName("cache-2");
        m.getSpec().setReason("kernel patch");
        return m;
    }

    private static NodeMaintenanceStatus status(Optional<String> since, String now) {
        Optional<PodFacts> pod = since.map(at -> new PodFacts("cache-2", "u", Optional.empty(), Optional.empty(), Optional.empty(), false, true, true, false,
                List.of(), Optional.of(new Mark("patch", "kernel patch", at, "snapshot", false))));
        Situation situation = new Situation(new ClusterView(Map.of(), List.of(), List.of()), pod, Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), List.of());
        return StatusReport.of(resource(), situation, new Decision.Wait(Reason.WaitingForPod, "waits", List.of()), java.util.Optional.empty(), java.util.Optional.empty(), false, FOUR_HOURS, now);
    }

    private static Optional<Condition> overdue(Optional<String> since, String now) {
        return ConditionList.find(status(since, now).getConditions(), ConditionType.Overdue);
    }

    @Test
    void at_the_very_time_it_is_overdue_and_a_second_before_it_is_not() {
        Optional<String> since = Optional.of("2026-11-24T08:00:00Z");
        assertEquals(Optional.empty(), overdue(since, "2026-11-24T11:59:59Z"));
        assertEquals("pod cache-2 has been closed since 2026-11-24T08:00:00Z (kernel patch), which is longer than 4h; when its machine is ready, "
                + "delete this NodeMaintenance or set mode: Off", overdue(since, "2026-11-24T12:00:00Z").orElseThrow().getMessage());
    }

    @Test
    void a_node_that_is_not_closed_is_never_overdue() {
        assertEquals(Optional.empty(), overdue(Optional.empty(), "2026-11-24T12:00:00Z"));
    }

    @Test
    void a_mark_with_a_time_that_is_none_says_nothing() {
        assertEquals(Optional.empty(), overdue(Optional.of("yesterday"), "2026-11-24T12:00:00Z"));
    }

    private static Optional<Condition> overdueMachine(String now) {
        NodeMaintenance m = resource();
        m.getSpec().setPodName(null);
        m.getSpec().setNodeName("worker-2");
        m.setStatus(new NodeMaintenanceStatus());
        m.getStatus().setSince("2026-11-24T08:00:00Z");
        MachineSituation situation = new MachineSituation("worker-2", "cache/patch", Optional.of(new Cordon(true, Set.of("cache/patch"))), List.of(), List.of(), Map.of(),
                Optional.empty(), true, true, false, false, List.of());
        NodeMaintenanceStatus status = MachineReport.of(m, new MachineLoop.Seen(situation, List.of(m), List.of(), Map.of()),
                new Decision.Done(Reason.InMaintenance, "cordoned", List.of()), FOUR_HOURS, now);
        return ConditionList.find(status.getConditions(), ConditionType.Overdue);
    }

    @Test
    void a_kubernetes_node_without_a_cluster_node_is_overdue_by_its_own_time() {
        assertEquals(Optional.empty(), overdueMachine("2026-11-24T11:59:59Z"));
        assertEquals("Kubernetes Node worker-2 has been closed since 2026-11-24T08:00:00Z (kernel patch), which is longer than 4h; when its machine is ready, "
                + "delete this NodeMaintenance or set mode: Off", overdueMachine("2026-11-24T12:00:00Z").orElseThrow().getMessage());
    }
}
