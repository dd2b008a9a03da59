package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The servers' own migrations of slots of cache-1, whose slots were told to go to cache-0 and cache-2, found by an operator that has just
 * started: which are ours to cancel when it leaves, and which are somebody else's?
 */
class ForeignJobTest {
    private final Story story = Story.of(Topology.of(3, 0, 0), "cache-1").enters().off();
    private final Situation entered = story.simulation().situation(story.maintenance());

    @Test
    void what_goes_where_it_was_told_to_go_is_ours_and_cancelled() {
        Decision decision = leaving(job("ours", 6000, 6010, "cache-0"));
        assertEquals(new Step.StopSlots(Set.of(id("cache-1"))), ((Decision.Act) decision).step());
    }

    @Test
    void what_goes_elsewhere_is_somebody_elses_and_waited_for() {
        Decision decision = leaving(job("theirs", 6000, 6010, "cache-2"));
        assertEquals(Reason.WaitingForTurn, decision.reason());
        assertTrue(decision.message().contains("somebody else is moving slots: slots 6000-6010 from cache-1 to cache-2"), decision.message());
    }

    @Test
    void ours_beside_somebody_elses_is_let_arrive_for_the_server_cancels_all_or_nothing() {
        Decision decision = leaving(job("ours", 6000, 6010, "cache-0"), job("theirs", 6100, 6110, "cache-2"));
        assertEquals(Decision.Wait.class, decision.getClass());
        assertEquals(Reason.TakingSlotsBack, decision.reason());
        assertTrue(decision.message().contains("somebody else has told to"), decision.message());
    }

    private Decision leaving(SlotJob... jobs) {
        ClusterView view = entered.view().withReport(id("cache-1"), r -> new NodeReport(r.flavour(), r.version(), r.runId(), r.stateOk(), r.currentEpoch(), r.keys(), r.loading(),
                r.replication(), r.memory(), r.settings(), r.rows(), r.way(), Stream.of(jobs).toList()));
        Situation s = new Situation(view, entered.pod(), entered.node(), entered.trouble(), entered.recorded(), entered.denied(), List.of(), entered.lent(), entered.slotsDenied(),
                entered.slots(), entered.guests(), entered.overrides(), entered.rollouts());
        return LeavePlanner.decide(s, story.maintenance().request());
    }

    private SlotJob job(String name, int first, int last, String to) {
        return new SlotJob(name, true, SlotRanges.of(first, last), id("cache-1"), id(to), "snapshotting", true, "");
    }

    private NodeId id(String pod) {
        return entered.view().ofPod(pod).orElseThrow().id();
    }
}
