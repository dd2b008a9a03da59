package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.InSync;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A primary with all slots, its replica, and an empty primary; asked and ordered as a user that has no more rights than documented. */
@ParameterizedClass
@EnumSource
class ClusterIT {
    private static final String PASSWORD = "s3cret-word";
    private static final ConnectionSettings OPERATOR = new ConnectionSettings(Optional.of(Operator.NAME), Optional.of(PASSWORD), Optional.empty());

    @Parameter
    Flavour flavour;

    private final JedisServers servers = new JedisServers();
    private LocalServer primary;
    private LocalServer replica;
    private LocalServer spare;

    @BeforeEach
    void form() throws Exception {
        primary = LocalServer.start(flavour);
        replica = LocalServer.start(flavour);
        spare = LocalServer.start(flavour);
        all().forEach(server -> Operator.make(server, PASSWORD));
        primary.ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        servers.meet(primary.endpoint(OPERATOR), replica.address(), LocalServer.PORT, LocalServer.PORT + NodeRow.BUS);
        servers.meet(primary.endpoint(OPERATOR), spare.address(), LocalServer.PORT, LocalServer.PORT + NodeRow.BUS);
        eventually("all know all", () -> all().stream().allMatch(s -> knows(s, 3)));
        servers.replicate(replica.endpoint(OPERATOR), id(primary));
        eventually("the replica is in sync", () -> inSync(replica, primary));
        // what a failover needs: the voter sees the replica as its own
        eventually("the primary knows its replica", () -> servers.report(primary.endpoint(OPERATOR)).row(id(replica)).orElseThrow().primary().equals(Optional.of(id(primary))));
    }

    @AfterEach
    void end() {
        all().forEach(LocalServer::close);
    }

    private List<LocalServer> all() {
        return List.of(primary, replica, spare);
    }

    private static void eventually(String what, Callable<Boolean> happens) {
        Awaitility.await(what).atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(happens);
    }

    private boolean knows(LocalServer server, int nodes) throws IllegalStateException {
        try {
            NodeReport report = servers.report(server.endpoint(OPERATOR));
            return report.rows().size() == nodes && report.rows().stream().allMatch(r -> !r.handshake() && r.linkUp() && !r.failing()) && report.stateOk();
        } catch (ServerException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean inSync(LocalServer one, LocalServer of) throws ServerException {
        return InSync.lacks(servers.report(one.endpoint(OPERATOR)), servers.report(of.endpoint(OPERATOR))).isEmpty();
    }

    private NodeId id(LocalServer server) throws ServerException {
        return servers.report(server.endpoint(OPERATOR)).id();
    }

    @Test
    void both_ends_of_a_replication_tell_the_same() throws Exception {
        primary.ask("SET", "key", "value");
        eventually("the write arrives", () -> servers.report(replica.endpoint(OPERATOR)).keys() == 1);
        NodeReport one = servers.report(primary.endpoint(OPERATOR));
        NodeReport other = servers.report(replica.endpoint(OPERATOR));
        assertTrue(one.stateOk());
        assertEquals(1, one.replication().replicas().size());
        assertEquals(replica.address(), one.replication().replicas().get(0).address().host());
        assertTrue(one.replication().replicas().get(0).online());
        assertEquals(Role.REPLICA, other.replication().role());
        assertTrue(other.replication().linkUp());
        assertTrue(other.replication().offset() > 0);
        assertEquals(Optional.of(one.id()), other.own().primary());
        assertEquals(SlotRanges.of(0, 16383), other.row(one.id()).orElseThrow().slots());
    }

    @Test
    void a_failover_makes_the_replica_the_primary() throws Exception {
        servers.failover(replica.endpoint(OPERATOR));
        eventually("promoted", () -> servers.report(replica.endpoint(OPERATOR)).own().slots().count() == SlotRanges.ALL);
        eventually("the former primary follows", () -> inSync(primary, replica));
        Refused.as(Kind.Refused, () -> servers.failover(replica.endpoint(OPERATOR)), replica.address() + ":6379", "CLUSTER FAILOVER", "ERR You should send CLUSTER FAILOVER to a replica");
    }

    @Test
    void a_spare_takes_replica_duty_and_is_let_go_and_met_again() throws Exception {
        NodeId spareId = id(spare);
        primary.ask("SET", "key", "value");
        servers.replicate(spare.endpoint(OPERATOR), id(primary));
        eventually("in sync", () -> inSync(spare, primary) && servers.report(spare.endpoint(OPERATOR)).keys() == 1);
        servers.replicate(spare.endpoint(OPERATOR), id(primary));

        servers.letGo(spare.endpoint(OPERATOR));
        NodeReport after = servers.report(spare.endpoint(OPERATOR));
        assertEquals(spareId, after.id());
        assertEquals(Role.PRIMARY, after.own().role());
        assertEquals(0, after.keys());
        assertTrue(after.own().slots().isEmpty());
        assertEquals(flavour.releasesReplicas(), !after.alone());

        servers.letGo(spare.endpoint(OPERATOR));
        servers.meet(primary.endpoint(OPERATOR), spare.address(), LocalServer.PORT, LocalServer.PORT + NodeRow.BUS);
        eventually("all know all again", () -> all().stream().allMatch(s -> knows(s, 3)));
        eventually("as an empty primary", () -> servers.report(primary.endpoint(OPERATOR)).row(spareId).orElseThrow().role() == Role.PRIMARY);
        assertEquals(SlotRanges.ALL, servers.report(primary.endpoint(OPERATOR)).own().slots().count());
    }

    @Test
    void a_primary_is_not_let_go() throws Exception {
        Refused.as(Kind.Refused, () -> servers.letGo(primary.endpoint(OPERATOR)), primary.address() + ":6379", "owns slots");
        assertEquals(SlotRanges.ALL, servers.report(primary.endpoint(OPERATOR)).own().slots().count());
        servers.letGo(spare.endpoint(OPERATOR));
        assertFalse(servers.report(spare.endpoint(OPERATOR)).alone());
    }

    @Test
    void orders_that_make_no_sense_are_refused_in_the_server_s_words() throws Exception {
        primary.ask("SET", "key", "value");
        NodeId replicaId = id(replica);
        NodeId spareId = id(spare);
        eventually("the spare knows the replica as one", () -> servers.report(spare.endpoint(OPERATOR)).row(replicaId).orElseThrow().role() == Role.REPLICA);
        Refused.as(Kind.Refused, () -> servers.replicate(primary.endpoint(OPERATOR), spareId), "CLUSTER REPLICATE " + spareId, "ERR To set a master the node must be empty");
        Refused.as(Kind.Refused, () -> servers.replicate(spare.endpoint(OPERATOR), spareId), "ERR Can't replicate myself");
        Refused.as(Kind.Refused, () -> servers.replicate(spare.endpoint(OPERATOR), replicaId), "ERR I can only replicate a master");
        Refused.as(Kind.Refused, () -> servers.replicate(spare.endpoint(OPERATOR), new NodeId("0123456789012345678901234567890123456789")), "ERR Unknown node");
        Refused.as(Kind.Refused, () -> servers.meet(primary.endpoint(OPERATOR), "127.0.0.300", 6379, 16_379), "CLUSTER MEET 127.0.0.300 6379", "ERR Invalid node address");
    }
}
