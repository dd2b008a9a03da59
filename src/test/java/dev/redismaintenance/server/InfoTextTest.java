package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.ReplicaLink;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InfoTextTest {

    private static InfoText info(Flavour flavour, String name) {
        return InfoText.parse(Fixtures.of(flavour, name));
    }

    @ParameterizedTest
    @EnumSource
    void product_and_version_are_its_own_not_those_it_is_compatible_with(Flavour flavour) {
        InfoText info = info(flavour, "info-primary");
        assertEquals(flavour.product, info.flavour());
        assertTrue(info.version().startsWith(flavour.version + "."), info::version);
        assertEquals(40, info.required("run_id").length());
    }

    @ParameterizedTest
    @EnumSource
    void a_primary_lists_its_replicas_and_counts_its_keys(Flavour flavour) {
        InfoText info = info(flavour, "info-primary");
        Replication replication = info.replication();
        assertEquals(Role.PRIMARY, replication.role());
        assertTrue(replication.linkUp());
        assertFalse(replication.syncing());
        assertEquals(info.requiredNumber("master_repl_offset"), replication.offset());
        assertEquals(1, replication.replicas().size());
        assertEquals(6379, replication.replicas().get(0).address().port());
        assertEquals(1, info.keys());
        Memory memory = info.memory();
        assertTrue(0 < memory.dataset() && memory.dataset() < memory.used(), memory::toString);
        assertEquals(0, memory.limit());
        assertFalse(info.yes("loading"));
    }

    @ParameterizedTest
    @EnumSource
    void a_replica_in_sync_has_the_offset_of_what_it_applied(Flavour flavour) {
        InfoText info = info(flavour, "info-replica");
        Replication replication = info.replication();
        assertEquals(Role.REPLICA, replication.role());
        assertTrue(replication.linkUp());
        assertTrue(replication.offset() > 0);
        assertEquals(info.requiredNumber("slave_repl_offset"), replication.offset());
        assertEquals(0, replication.syncTotalBytes());
    }

    @ParameterizedTest
    @EnumSource
    void a_replica_that_receives_its_copy_tells_how_much_of_it(Flavour flavour) {
        Replication replication = info(flavour, "info-syncing").replication();
        assertTrue(replication.syncing());
        assertFalse(replication.linkUp());
        assertTrue(replication.syncTotalBytes() > 12_000_000, replication::toString);
        assertTrue(0 < replication.syncReadBytes() && replication.syncReadBytes() <= replication.syncTotalBytes(), replication::toString);
    }

    @ParameterizedTest
    @EnumSource
    void a_cluster_with_lost_slots_is_not_in_order(Flavour flavour) {
        assertEquals("ok", info(flavour, "cluster-info").required("cluster_state"));
        assertEquals("fail", info(flavour, "cluster-info-fail").required("cluster_state"));
        assertTrue(info(flavour, "cluster-info").requiredNumber("cluster_current_epoch") > 0);
    }

    @Test
    void less_than_no_data_is_none() {
        assertEquals(new Memory(0, 1000, 0), InfoText.parse("used_memory:1000\nused_memory_dataset:18446744073709432612\n").memory());
    }

    @Test
    void an_unknown_size_of_the_copy_is_zero() {
        Replication replication = InfoText.parse("role:slave\r\nmaster_link_status:down\r\nmaster_sync_in_progress:1\r\nslave_repl_offset:0\r\n"
                + "master_sync_total_bytes:-1\r\nmaster_sync_read_bytes:4096\r\n").replication();
        assertEquals(0, replication.syncTotalBytes());
        assertEquals(4096, replication.syncReadBytes());
    }

    @Test
    void replicas_of_both_address_families_are_read_in_their_order() {
        Replication replication = InfoText.parse("role:master\nconnected_slaves:11\nmaster_repl_offset:100\n"
                + "slave10:ip=10.0.0.10,port=6379,state=wait_bgsave,offset=0,lag=0\n"
                + "slave2:ip=fd00::2,port=6380,state=online,offset=90,lag=1,type=replica\n").replication();
        assertEquals(List.of(new ReplicaLink(new Address("fd00::2", 6380), true, 90, 1),
                new ReplicaLink(new Address("10.0.0.10", 6379), false, 0, 0)), replication.replicas());
    }

    @Test
    void keys_of_all_databases_are_added_and_other_fields_left_out() {
        assertEquals(12, InfoText.parse("# Keyspace\ndb0:keys=5,expires=1,avg_ttl=0\ndb11:keys=7,expires=0,avg_ttl=0,subexpiry=0\n"
                + "db0_distrib_strings_sizes:1=900\n").keys());
        assertEquals(0, InfoText.parse("# Keyspace\n").keys());
    }

    /** Measured: Valkey 8.1 and 9.1 say so while a manual failover goes on; another pause has another reason. */
    @Test
    void a_primary_that_holds_back_writes_for_a_failover_is_failing_over() {
        String primary = "role:master\nmaster_repl_offset:1\npaused_actions:write\npaused_reason:";
        assertTrue(InfoText.parse(primary + "failover_in_progress\n").replication().failingOver());
        assertFalse(InfoText.parse(primary + "client_pause\n").replication().failingOver());
        assertFalse(InfoText.parse("role:master\nmaster_repl_offset:1\n").replication().failingOver());
    }

    @Test
    void kilobytes_of_the_stream_become_bytes() {
        assertEquals(1536, InfoText.parse("role:master\nmaster_repl_offset:1\ninstantaneous_output_repl_kbps:1.50\n").replication().outputBytesPerSecond());
    }

    @Test
    void a_value_keeps_its_colons() {
        assertEquals(Optional.of("name=tcp,bind=::1,port=6379"), InfoText.parse("listener0:name=tcp,bind=::1,port=6379").field("listener0"));
    }

    @Test
    void what_is_missing_is_named() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> InfoText.parse("role:slave").replication());
        assertTrue(e.getMessage().contains("slave_repl_offset"), e::getMessage);
    }

    @Test
    void the_databases_that_hold_keys_are_told_in_their_order() {
        assertEquals(List.of(0, 2, 10), InfoText.parse("db10:keys=1,expires=0\r\ndb0:keys=5,expires=0\r\ndb2:keys=2,expires=0\r\ndbfilename:dump.rdb\r\n").databases());
        assertEquals(List.of(), InfoText.parse("# Keyspace\r\n").databases());
    }
}
