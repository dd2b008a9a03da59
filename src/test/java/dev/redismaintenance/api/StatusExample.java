package dev.redismaintenance.api;

import java.util.List;

/** A status with every field set, as of a node in maintenance. */
final class StatusExample {
    private static final String TIME = "2026-11-22T10:00:00Z";

    private StatusExample() {
    }

    static NodeMaintenanceStatus inMaintenance() {
        NodeMaintenanceStatus status = new NodeMaintenanceStatus();
        status.setObservedGeneration(1L);
        status.setConditions(List.of(
                new Condition(ConditionType.Ready, ConditionStatus.True, 1L, TIME, "InMaintenance", "The machine may be serviced."),
                new Condition(ConditionType.Closed, ConditionStatus.True, 1L, TIME, "Marked", "Nothing moves onto pod cache-2.")));
        status.setGates(List.of(new GateStatus("QuorumSafe", GateAnswer.Passed, "3 of 3 voters stay reachable.")));
        NodeStatus node = new NodeStatus();
        node.setPodName("cache-2");
        node.setNodeId("07c37dfeb235213a872192d90877d0cd55635b91");
        node.setKubernetesNode("worker-3");
        node.setRole(NodeRole.REPLICA);
        node.setShards("0/0");
        node.setSlots(0);
        node.setDataBytes(4_294_967_296L);
        node.setProgressPercent(100);
        status.setNodes(List.of(node));
        status.setTarget("pod/cache-2");
        status.setShards("0/0");
        status.setProgress("100%");
        status.setProgressPercent(100);
        status.setSnapshot(new SnapshotStatus("cache-2-snapshot", TIME, SnapshotOrigin.Taken));
        status.setSince(TIME);
        PlanStep step = new PlanStep("Handover", "cache-2", "cache-5", 0L, "cache-5 becomes the primary.");
        step.setGates(List.of(new GateStatus("QuorumSafe", GateAnswer.Passed, "3 of 3 voting primaries stay")));
        step.setSeconds(2L);
        step.setSurvives(1);
        status.setPlan(List.of(step));
        return status;
    }
}
