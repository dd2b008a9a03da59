package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterNodesTextTest {
    private static final String ID = "07c37dfeb235213a872192d90877d0cd55635b91";
    private static final String OTHER = "67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1";

    private static NodeRow row(String address, String rest) {
        return ClusterNodesText.parse(ID + " " + address + " " + rest).get(0);
    }

    private static NodeRow own(List<NodeRow> rows) {
        return rows.stream().filter(NodeRow::myself).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void a_source_of_a_migration_shows_its_slots_and_the_open_one(Flavour flavour) {
        NodeRow own = own(ClusterNodesText.parse(Fixtures.of(flavour, "nodes-migrating")));
        assertEquals(Role.PRIMARY, own.role());
        assertEquals(SlotRanges.of(0, 8191), own.slots());
        assertEquals(1, own.openSlots().size());
        assertTrue(own.openSlots().iterator().next().startsWith("[93->-"), own.openSlots()::toString);
        assertTrue(own.linkUp());
    }

    @ParameterizedTest
    @EnumSource
    void a_target_of_a_migration_shows_its_hostname_apart_and_a_node_being_met(Flavour flavour) {
        List<NodeRow> rows = ClusterNodesText.parse(Fixtures.of(flavour, "nodes-importing"));
        NodeRow own = own(rows);
        assertTrue(own.address().host().startsWith("127.0."), own.address()::toString);
        assertEquals(6379, own.address().port());
        assertTrue(own.openSlots().iterator().next().startsWith("[93-<-"), own.openSlots()::toString);
        List<NodeRow> met = rows.stream().filter(NodeRow::handshake).toList();
        assertEquals(List.of(new Address("127.0.99.99", 6379)), met.stream().map(NodeRow::address).toList());
        assertFalse(met.get(0).linkUp());
    }

    @ParameterizedTest
    @EnumSource
    void a_replica_names_its_primary_and_owns_no_slot(Flavour flavour) {
        List<NodeRow> rows = ClusterNodesText.parse(Fixtures.of(flavour, "nodes-replica"));
        NodeRow own = own(rows);
        assertEquals(Role.REPLICA, own.role());
        NodeRow primary = rows.stream().filter(r -> Optional.of(r.id()).equals(own.primary())).findFirst().orElseThrow();
        assertEquals(SlotRanges.of(0, 8191), primary.slots());
        assertEquals(Optional.empty(), primary.primary());
        assertTrue(own.slots().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void valkey_replicas_show_the_open_slots_of_their_primary(Flavour flavour) {
        NodeRow own = own(ClusterNodesText.parse(Fixtures.of(flavour, "nodes-replica")));
        assertEquals(flavour.product.equals("valkey") ? 1 : 0, own.openSlots().size());
    }

    @ParameterizedTest
    @EnumSource
    void a_lost_node_has_no_address_and_a_frozen_one_is_failing(Flavour flavour) {
        List<NodeRow> rows = ClusterNodesText.parse(Fixtures.of(flavour, "nodes-noaddr"));
        NodeRow lost = rows.stream().filter(NodeRow::addressUnknown).findFirst().orElseThrow();
        assertEquals(new Address("", 0), lost.address());
        assertFalse(lost.linkUp());
        NodeRow frozen = rows.stream().filter(r -> r.slots().equals(SlotRanges.of(8192, 16383))).findFirst().orElseThrow();
        assertTrue(frozen.failing());
    }

    @ParameterizedTest
    @EnumSource
    void announced_addresses_hostnames_and_bus_ports_are_told_apart(Flavour flavour) {
        List<NodeRow> rows = ClusterNodesText.parse(Fixtures.of(flavour, "nodes-announced"));
        assertEquals(3, rows.size());
        for (NodeRow row : rows) {
            String number = row.hostname().substring("cache-".length(), "cache-".length() + 1);
            assertEquals(new Address("127.102.0." + number, 6379), row.address());
            assertEquals("cache-" + number + ".cache.svc", row.hostname());
            assertEquals(Optional.of("cache-" + number), row.podByHostname());
            assertEquals(17_000, row.busPort());
        }
        for (NodeRow row : ClusterNodesText.parse(Fixtures.of(flavour, "nodes-announced-port"))) {
            assertEquals(7001, row.address().port());
            assertEquals(16_379, row.busPort());
            assertEquals(Optional.empty(), row.podByHostname());
        }
    }

    @ParameterizedTest
    @EnumSource
    void ipv6_addresses_stand_without_brackets(Flavour flavour) {
        List<NodeRow> rows = ClusterNodesText.parse(Fixtures.of(flavour, "nodes-ipv6"));
        assertEquals(Set.of(new Address("::1", 10_001), new Address("::1", 10_002)), Set.copyOf(rows.stream().map(NodeRow::address).toList()));
        rows.forEach(row -> assertEquals(row.address().port() + 9_000, row.busPort()));
    }

    @ParameterizedTest
    @EnumSource
    void before_anybody_has_met_it_a_server_knows_no_address_of_its_own(Flavour flavour) {
        assertEquals(new Address("", 7001), own(ClusterNodesText.parse(Fixtures.of(flavour, "nodes-unmet"))).address());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", value = {
        "127.0.0.1:30004@31004; 127.0.0.1; 30004",
        "127.0.0.1:30004@31004,host.example; 127.0.0.1; 30004",
        "127.0.0.1:30004@31004,; 127.0.0.1; 30004",
        "127.0.0.1:30004@31004,,tls-port=0,shard-id=69bc080733d1355567173199cff4a6a039a2f024; 127.0.0.1; 30004",
        "127.0.0.1:30004@31004,host.example,shard-id=1; 127.0.0.1; 30004",
        "127.0.0.1:30004; 127.0.0.1; 30004",
        ":6379@16379; ''; 6379",
        ":0@0; ''; 0",
        "fd00:10:244::5:6379@16379; fd00:10:244::5; 6379",
        "::1:6379@16379,host.example; ::1; 6379"})
    void every_form_of_an_address_is_read(String written, String host, int port) {
        assertEquals(new Address(host, port), row(written, "master - 0 0 1 connected").address());
    }

    @Test
    void ranges_single_slots_and_open_slots_are_told_apart() {
        NodeRow row = row("127.0.0.1:6379@16379", "myself,master - 0 0 7 connected 0-5 9 100-16383 [93->-" + OTHER + "] [94-<-" + OTHER + "]");
        assertEquals(SlotRanges.parse("0-5 9 100-16383"), row.slots());
        assertEquals(Set.of("[93->-" + OTHER + "]", "[94-<-" + OTHER + "]"), row.openSlots());
        assertEquals(7, row.configEpoch());
    }

    @Test
    void flags_are_kept_as_written() {
        NodeRow row = row("127.0.0.1:6379@16379", "slave,fail?,nofailover " + OTHER + " 0 0 7 disconnected");
        assertEquals(Set.of("slave", "fail?", "nofailover"), row.flags());
        assertEquals(Optional.of(new NodeId(OTHER)), row.primary());
        assertTrue(row.failing());
        assertFalse(row.failed());
    }

    @Test
    void a_server_is_linked_to_itself_whatever_it_writes() {
        assertTrue(row(":6379@16379", "myself,master - 0 0 0 disconnected").linkUp());
    }

    @Test
    void line_ends_of_both_kinds_and_empty_lines_are_passed_over() {
        String line = ID + " :6379@16379 myself,master - 0 0 0 connected";
        assertEquals(2, ClusterNodesText.parse(line + "\r\n\r\n" + line + "\n").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ERR something",
        ID + " 127.0.0.1 master - 0 0 1 connected",
        ID + " 127.0.0.1:1@2 master - 0 0 x connected",
        ID + " 127.0.0.1:1@2 master - 0 0 1 connected 99999",
        "short 127.0.0.1:1@2 master - 0 0 1 connected"})
    void a_line_that_cannot_be_read_is_shown(String line) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ClusterNodesText.parse(line));
        assertTrue(e.getMessage().endsWith(line), e::getMessage);
    }
}
