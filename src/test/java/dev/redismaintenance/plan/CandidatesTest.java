package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.ReplicaLink;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Is a replica known to its primary that goes by a name which only the primary uses ({@code replica-announce-ip})? */
class CandidatesTest {
    @Test
    void all_replicas_are_online_so_this_one_is() {
        assertEquals(Optional.empty(), lacking(1, 1));
        assertEquals(Optional.empty(), lacking(2, 2));
    }

    @Test
    void one_of_two_is_online_and_it_is_not_known_which() {
        String lacking = lacking(2, 1).orElseThrow();
        assertTrue(lacking.endsWith("as a replica that is online"), lacking);
    }

    private static Optional<String> lacking(int replicas, int online) {
        Simulation simulation = new Simulation(Topology.of(3, replicas, 0));
        simulation.cluster().tick(5);
        ClusterView view = simulation.view();
        Member from = view.ofPod("cache-0").orElseThrow();
        Member to = view.ofPod("cache-3").orElseThrow();
        assertEquals(Optional.empty(), Candidates.notReady(view, from, to));
        ClusterView renamed = view.withReport(from.id(), r -> renamed(r, online));
        return Candidates.notReady(renamed, renamed.ofPod("cache-0").orElseThrow(), to);
    }

    private static NodeReport renamed(NodeReport r, int online) {
        Replication said = r.replication();
        List<ReplicaLink> links = said.replicas().stream().map(l -> new ReplicaLink(new Address("name-" + said.replicas().indexOf(l) + ".example", 6379),
                said.replicas().indexOf(l) < online, l.offset(), l.lagSeconds())).toList();
        return new NodeReport(r.flavour(), r.version(), r.runId(), r.stateOk(), r.currentEpoch(), r.keys(), r.loading(), new Replication(said.role(), said.linkUp(), said.syncing(),
                said.offset(), said.syncReadBytes(), said.syncTotalBytes(), said.outputBytesPerSecond(), links), r.memory(), r.settings(), r.rows());
    }
}
