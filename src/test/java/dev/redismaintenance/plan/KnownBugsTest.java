package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownBugsTest {
    private static Member replica(String version, String slotStats) {
        Member m = new Simulation(Topology.of(3, 1, 0)).view().ofPod("cache-3").orElseThrow();
        NodeReport r = m.report().orElseThrow();
        NodeReport report = new NodeReport("valkey", version, r.runId(), r.stateOk(), r.currentEpoch(), r.keys(), r.loading(), r.replication(), r.memory(),
                Map.of(Setting.SLOT_STATS, slotStats), r.rows());
        return new Member(m.id(), m.address(), m.role(), m.primary(), m.slots(), m.configEpoch(), m.failing(), m.inSync(), m.isolated(), m.pod(),
                Optional.of(report), m.problem());
    }

    @Test
    void valkey_8_1_0_with_slot_statistics_is_not_promoted() {
        assertTrue(KnownBugs.againstPromotion(replica("8.1.0", "yes")).orElseThrow().contains("valkey#1912"));
        assertEquals(Optional.empty(), KnownBugs.againstPromotion(replica("8.1.0", "no")));
        assertEquals(Optional.empty(), KnownBugs.againstPromotion(replica("8.1.1", "yes")));
    }
}
