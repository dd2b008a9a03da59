package dev.redismaintenance.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Does the cluster in memory do what was measured on real servers? */
class InMemoryClusterTest {
    private static InMemoryCluster settled(Topology topology, Flavour flavour, Timing timing) {
        InMemoryCluster cluster = new InMemoryCluster(topology, flavour, timing);
        cluster.tick(5);
        return cluster;
    }

    private static InMemoryCluster small() {
        return settled(Topology.of(3, 1, 1), Flavour.VALKEY_9, Timing.PROMPT);
    }

    private static Endpoint at(InMemoryCluster cluster, String pod) {
        return new Endpoint(cluster.ip(pod), 6379, ConnectionSettings.PLAIN);
    }

    private static Kind kind(InMemoryCluster cluster, org.junit.jupiter.api.function.Executable call) {
        return assertThrows(ServerException.class, call).kind();
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_failover_promotes_an_in_sync_replica_and_loses_nothing(Flavour flavour) throws Exception {
        InMemoryCluster cluster = settled(Topology.of(3, 2, 0), flavour, Timing.SLOW);
        cluster.failover(at(cluster, "cache-3"));
        cluster.tick(8);
        assertEquals(Role.PRIMARY, cluster.role("cache-3"));
        assertEquals("cache-3", cluster.primaryOf("cache-0").orElseThrow());
        assertEquals("cache-3", cluster.primaryOf("cache-6").orElseThrow());
        cluster.assertInvariants(List.of());
        assertTrue(cluster.writes() > 0);
    }

    @Test
    void a_failover_is_refused_on_a_primary() {
        InMemoryCluster cluster = small();
        assertEquals(Kind.Refused, kind(cluster, () -> cluster.failover(at(cluster, "cache-0"))));
    }

    @Test
    void a_failover_over_a_broken_link_is_granted_stalls_the_writes_and_comes_to_nothing() throws Exception {
        InMemoryCluster cluster = small();
        cluster.cutLink("cache-3", true);
        long before = cluster.writes();
        cluster.failover(at(cluster, "cache-3"));
        cluster.tick(8);
        assertEquals(Role.REPLICA, cluster.role("cache-3"));
        assertEquals(1, cluster.timedOutFailovers());
        long stalled = cluster.writes() - before;
        cluster.tick(8);
        assertTrue(cluster.writes() - before - stalled > stalled, "the shard takes writes again afterwards");
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void straight_back_works_only_where_voters_do_not_mind(Flavour flavour) throws Exception {
        InMemoryCluster cluster = settled(Topology.of(3, 1, 0), flavour, Timing.PROMPT);
        cluster.deafen("cache-1", true);
        cluster.deafen("cache-2", true);
        cluster.failover(at(cluster, "cache-3"));
        cluster.tick(12);
        cluster.failover(at(cluster, "cache-0"));
        cluster.tick(12);
        assertEquals(flavour.deniesUnknownReplicas() ? Role.REPLICA : Role.PRIMARY, cluster.role("cache-0"));
    }

    @Test
    void of_two_failovers_at_once_one_is_lost_for_good() throws Exception {
        InMemoryCluster cluster = small();
        cluster.failover(at(cluster, "cache-3"));
        cluster.failover(at(cluster, "cache-4"));
        cluster.tick(10);
        assertEquals(Role.PRIMARY, cluster.role("cache-3"));
        assertEquals(Role.REPLICA, cluster.role("cache-4"));
        assertEquals(1, cluster.lostFailovers());
    }

    @Test
    void a_dead_primary_is_replaced_unless_its_replica_may_not_be_promoted() {
        InMemoryCluster cluster = small();
        cluster.kill("cache-0");
        cluster.tick(10);
        assertEquals(Role.PRIMARY, cluster.role("cache-3"));
        InMemoryCluster kept = small();
        kept.personSets("cache-3", Setting.REPLICA_NO_FAILOVER, "yes");
        kept.kill("cache-0");
        kept.tick(20);
        assertEquals(Role.REPLICA, kept.role("cache-3"));
    }

    @Test
    void without_a_majority_nobody_is_promoted() {
        InMemoryCluster cluster = small();
        cluster.kill("cache-0");
        cluster.kill("cache-1");
        cluster.tick(20);
        assertEquals(Role.REPLICA, cluster.role("cache-3"));
    }

    @Test
    void a_primary_with_slots_replicates_nobody_and_an_empty_one_needs_a_copy_first() throws Exception {
        InMemoryCluster cluster = settled(Topology.of(3, 1, 1), Flavour.VALKEY_9, Timing.SLOW);
        assertEquals(Kind.Refused, kind(cluster, () -> cluster.replicate(at(cluster, "cache-0"), cluster.id("cache-1"))));
        assertEquals(Kind.Refused, kind(cluster, () -> cluster.replicate(at(cluster, "cache-6"), cluster.id("cache-3"))));
        cluster.replicate(at(cluster, "cache-6"), cluster.id("cache-0"));
        Replication copying = cluster.report(at(cluster, "cache-6")).replication();
        assertTrue(copying.syncing() && !copying.linkUp() && copying.syncTotalBytes() > 0, copying.toString());
        cluster.tick(2);
        assertTrue(cluster.report(at(cluster, "cache-6")).replication().syncReadBytes() > copying.syncReadBytes());
        cluster.tick(4);
        assertTrue(cluster.inSync("cache-6"));
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void a_replica_lets_go_and_is_out_until_met_except_on_valkey_9(Flavour flavour) throws Exception {
        InMemoryCluster cluster = settled(Topology.of(3, 1, 0), flavour, Timing.PROMPT);
        cluster.letGo(at(cluster, "cache-3"));
        cluster.tick(2);
        assertEquals(flavour != Flavour.VALKEY_9, cluster.report(at(cluster, "cache-3")).alone());
        assertEquals(Role.PRIMARY, cluster.report(at(cluster, "cache-0")).row(cluster.id("cache-3")).orElseThrow().role());
        cluster.tick(Timing.MET_AGAIN + 2);
        assertEquals(flavour == Flavour.REDIS_7 || flavour == Flavour.REDIS_8, cluster.report(at(cluster, "cache-3")).alone());
        cluster.meet(at(cluster, "cache-0"), cluster.ip("cache-3"), 6379, 16379);
        cluster.tick(2);
        assertEquals(6, cluster.report(at(cluster, "cache-3")).rows().size());
        assertEquals(Kind.Refused, kind(cluster, () -> cluster.letGo(at(cluster, "cache-0"))));
    }

    @Test
    void a_node_on_a_new_address_is_learnt_by_the_others_and_tells_its_old_one_until_met() throws Exception {
        InMemoryCluster cluster = small();
        String old = cluster.ip("cache-3");
        cluster.set(at(cluster, "cache-3"), Setting.REPLICA_NO_FAILOVER, "yes");
        cluster.kill("cache-3");
        cluster.tick(3);
        cluster.restartOnNewIp("cache-3");
        cluster.tick(2);
        NodeReport report = cluster.report(at(cluster, "cache-3"));
        assertEquals(old, report.own().address().host());
        assertEquals("no", report.setting(Setting.REPLICA_NO_FAILOVER).orElseThrow(), "run-time settings are gone");
        assertEquals(cluster.ip("cache-3"), cluster.report(at(cluster, "cache-0")).row(report.id()).orElseThrow().address().host());
        assertEquals("cache-0", cluster.primaryOf("cache-3").orElseThrow());
        assertEquals(Kind.Unreachable, kind(cluster, () -> cluster.report(new Endpoint(old, 6379, ConnectionSettings.PLAIN))));
        cluster.meet(at(cluster, "cache-0"), cluster.ip("cache-3"), 6379, 16379);
        cluster.tick(2);
        assertEquals(cluster.ip("cache-3"), cluster.report(at(cluster, "cache-3")).own().address().host());
    }

    @Test
    void a_primary_that_loses_its_last_slot_follows_the_taker_unless_told_not_to() {
        InMemoryCluster follows = settled(Topology.of(3, 1, 0), Flavour.VALKEY_9, Timing.PROMPT);
        follows.personMovesSlots("cache-0", "cache-1", SlotRanges.of(0, 5460));
        follows.tick(6);
        assertEquals("cache-1", follows.primaryOf("cache-0").orElseThrow());
        assertEquals("cache-1", follows.primaryOf("cache-3").orElseThrow());
        InMemoryCluster stays = settled(Topology.of(3, 1, 0), Flavour.VALKEY_9, Timing.PROMPT);
        stays.personSets("cache-0", Setting.ALLOW_REPLICA_MIGRATION, "no");
        stays.personSets("cache-3", Setting.ALLOW_REPLICA_MIGRATION, "no");
        stays.personMovesSlots("cache-0", "cache-1", SlotRanges.of(0, 5460));
        stays.tick(6);
        assertEquals(Role.PRIMARY, stays.role("cache-0"));
        assertEquals("cache-0", stays.primaryOf("cache-3").orElseThrow());
        stays.assertInvariants(List.of());
    }

    @Test
    void a_spare_replica_moves_to_an_orphaned_primary_unless_told_not_to() {
        InMemoryCluster cluster = settled(Topology.of(List.of(1, 2, 1), 0), Flavour.VALKEY_9, Timing.PROMPT);
        cluster.kill("cache-3");
        cluster.tick(20);
        assertEquals(1, cluster.migrations());
        InMemoryCluster pinned = settled(Topology.of(List.of(1, 2, 1), 0), Flavour.VALKEY_9, Timing.PROMPT);
        List.of("cache-4", "cache-6").forEach(pod -> pinned.personSets(pod, Setting.ALLOW_REPLICA_MIGRATION, "no"));
        pinned.kill("cache-3");
        pinned.tick(20);
        assertEquals(0, pinned.migrations());
    }

    @Test
    void gossip_takes_its_time_and_views_differ_meanwhile() throws Exception {
        InMemoryCluster cluster = settled(Topology.of(4, 1, 0), Flavour.VALKEY_9, Timing.SLOW);
        cluster.failover(at(cluster, "cache-4"));
        boolean differed = false;
        for (int i = 0; i < 10; i++) {
            cluster.tick();
            int seen = 0;
            for (String pod : List.of("cache-1", "cache-2", "cache-3")) {
                seen += cluster.report(at(cluster, pod)).row(cluster.id("cache-4")).orElseThrow().role() == Role.PRIMARY ? 1 : 0;
            }
            differed |= seen == 1 || seen == 2;
            cluster.assertInvariants(List.of());
        }
        assertTrue(differed);
    }

    @Test
    void what_the_account_may_not_run_is_told_and_refused() throws Exception {
        InMemoryCluster cluster = small();
        cluster.deny("cache-3", "cluster|failover");
        assertEquals(List.of("cluster|failover"), cluster.denied(at(cluster, "cache-3")).always());
        assertEquals(Kind.NotPermitted, kind(cluster, () -> cluster.failover(at(cluster, "cache-3"))));
    }

    @Test
    void a_lost_write_a_hole_in_the_slots_and_a_lost_majority_are_noticed() {
        InMemoryCluster hole = small();
        hole.dropSlots("cache-0", SlotRanges.of(0, 0));
        assertThrows(AssertionError.class, () -> hole.assertInvariants(List.of()));
        InMemoryCluster minority = small();
        assertThrows(AssertionError.class, () -> minority.assertInvariants(List.of("cache-0", "cache-1")));
        InMemoryCluster lost = small();
        lost.corrupt("cache-0");
        assertThrows(AssertionError.class, () -> lost.assertInvariants(List.of()));
    }

    @Test
    void every_call_is_told_and_changes_are_told_apart() throws Exception {
        InMemoryCluster cluster = small();
        java.util.ArrayList<String> heard = new java.util.ArrayList<>();
        cluster.onCall(call -> heard.add(call.what()));
        cluster.report(at(cluster, "cache-0"));
        cluster.set(at(cluster, "cache-0"), Setting.REPL_BACKLOG_SIZE, "7");
        assertEquals(List.of("report", "set"), heard);
        assertEquals(1, cluster.changes().size());
        assertFalse(cluster.calls().isEmpty());
    }
}
