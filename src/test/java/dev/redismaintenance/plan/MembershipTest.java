package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Listening;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which node has to be met, and at which address? */
class MembershipTest {
    private final Simulation simulation = new Simulation(Topology.of(3, 1, 0));
    private final Maintenance maintenance = simulation.ask("m", "cache-4");
    private final NodeId id;

    MembershipTest() {
        simulation.cluster().tick(3);
        id = simulation.cluster().id("cache-4");
    }

    @Test
    void a_node_that_tells_the_ip_of_its_pod_is_left_alone() {
        assertEquals(Optional.empty(), mend(v -> v));
    }

    @Test
    void one_that_tells_another_is_met_at_its_pods() {
        Step.Meet meet = met(v -> v.withReport(id, r -> r.at("10.9.9.9")));
        assertEquals(simulation.cluster().ip("cache-4") + " 6379 16379", meet.host() + " " + meet.port() + " " + meet.busPort());
    }

    @Test
    void the_other_address_of_its_pod_is_no_other_address() {
        assertEquals(Optional.empty(), mend(v -> v.withReport(id, r -> r.at("fd00::4")).with(id, p -> withIps(p, "fd00::4"))));
    }

    @Test
    void what_is_announced_to_nodes_or_to_clients_only_is_left_alone() {
        assertEquals(Optional.empty(), mend(v -> v.withReport(id, r -> r.at("192.0.2.4").with(Setting.ANNOUNCE_IP, "192.0.2.4"))));
        for (String name : Setting.ANNOUNCE_CLIENT_IPS) {
            assertEquals(Optional.empty(), mend(v -> v.withReport(id, r -> r.at("203.0.113.4").with(name, "203.0.113.4"))));
        }
    }

    @Test
    void one_that_was_reset_is_met_where_it_announces_itself_and_at_its_own_bus_port() {
        Step.Meet meet = met(v -> v.isolated(id).withReport(id, r -> ownRow(r.with(Setting.ANNOUNCE_IP, "192.0.2.4"), new Address("192.0.2.4", 7001), 17_999)));
        assertEquals("192.0.2.4 7001 17999", meet.host() + " " + meet.port() + " " + meet.busPort());
    }

    @Test
    void of_two_kinds_of_addresses_it_is_met_at_the_kind_by_which_the_other_is_known() {
        Step.Meet meet = met(v -> v.isolated(id).with(id, p -> withIps(p, "fd00::4", "10.0.0.4")));
        assertEquals("10.0.0.4", meet.host());
    }

    private static NodeReport ownRow(NodeReport r, Address address, int busPort) {
        List<NodeRow> rows = r.rows().stream().map(row -> !row.myself() ? row : new NodeRow(row.id(), address, row.flags(), row.primary(), row.configEpoch(), true, row.slots(),
                row.openSlots(), busPort, "")).toList();
        return new NodeReport(r.flavour(), r.version(), r.runId(), r.stateOk(), r.currentEpoch(), r.keys(), r.loading(), r.replication(), r.memory(), r.settings(), rows);
    }

    private static PodFacts withIps(PodFacts p, String... ips) {
        return new PodFacts(p.name(), p.uid(), p.ip(), p.kubernetesNode(), p.zone(), p.nodeClosed(), p.running(), p.ready(), p.terminating(), p.volumes(), p.mark(), 0,
                Optional.empty(), InServiceGate.NOT_DECLARED, new Reach(List.of(ips), Optional.empty(), Listening.UNSAID), Optional.empty());
    }

    private Step.Meet met(UnaryOperator<ClusterView> change) {
        Decision decision = mend(change).orElseThrow();
        assertTrue(decision instanceof Decision.Act, decision::toString);
        return (Step.Meet) ((Decision.Act) decision).step();
    }

    private Optional<Decision> mend(UnaryOperator<ClusterView> change) {
        Situation s = simulation.situation(maintenance);
        return Membership.mend(new Situation(change.apply(s.view()), s.pod(), s.node(), s.trouble(), s.recorded(), s.denied(), s.peers()), id);
    }
}
