package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.SlotWork.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Atomic moves where nothing is spoken in plain text and nobody is anonymous: the source logs in at the target with the servers' own account. */
class AtomicTlsIT {
    private static final String NAME = "cache.example";
    private static final String PASSWORD = "s3cret-word";
    private static final SlotRanges SLOTS = SlotRanges.of(0, 1999);
    private static final int KEYS_PER_SLOT = 20;
    private static final long KEYS = 2000L * KEYS_PER_SLOT;

    @TempDir
    Path directory;

    private final JedisSlotWork work = new JedisSlotWork();
    private List<String> arguments;
    private ConnectionSettings admin;
    private ConnectionSettings operator;

    @BeforeEach
    void makeAccounts() throws IOException {
        Certificates certificates = new Certificates("test authority");
        Certificates.Pair pair = certificates.issue(NAME, "EC");
        arguments = new ArrayList<>(List.of("--port", "0", "--tls-port", "6379", "--tls-cluster", "yes", "--tls-replication", "yes",
                "--tls-cert-file", file("tls.crt", pair.cert()), "--tls-key-file", file("tls.key", pair.key()), "--tls-ca-cert-file", file("ca.crt", certificates.authority()),
                "--cluster-allow-replica-migration", "no", "--primaryuser", "replicator", "--primaryauth", "replica-" + PASSWORD,
                "--user", "default", "off", "--user", "admin", "on", ">admin-" + PASSWORD, "~*", "&*", "+@all", "alldbs",
                "--user", "replicator", "on", ">replica-" + PASSWORD, "~*", "&*", "+@all", "alldbs",
                "--user", Operator.NAME, "on", ">" + PASSWORD));
        arguments.addAll(List.of((NeededCommand.aclRules() + " " + NeededCommand.slotAclRules(Flavour.VALKEY_91.way())).split(" ")));
        ConnectionSettings known = certificates.settings(Optional.of(pair), Optional.of(NAME));
        admin = new ConnectionSettings(Optional.of("admin"), Optional.of("admin-" + PASSWORD), known.tls());
        operator = new ConnectionSettings(Optional.of(Operator.NAME), Optional.of(PASSWORD), known.tls());
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private ThreePrimaries cluster() throws ServerException {
        ThreePrimaries cluster = new ThreePrimaries(Flavour.VALKEY_91, admin, arguments.toArray(String[]::new));
        cluster.fill(SLOTS, KEYS_PER_SLOT, 500);
        return cluster;
    }

    private Order out(ThreePrimaries cluster) {
        return cluster.order(cluster.source, SLOTS, operator, Optional.empty());
    }

    private static long keys(ThreePrimaries cluster, LocalServer server) {
        return Long.parseLong(cluster.tell(server, "DBSIZE"));
    }

    @Test
    void slots_go_out_and_come_back_and_the_replica_of_the_target_has_what_its_primary_has() throws Exception {
        try (ThreePrimaries cluster = cluster()) {
            LocalServer replica = cluster.addReplica(Flavour.VALKEY_91, cluster.target, arguments.toArray(String[]::new));
            Steps steps = new Steps();
            work.move(out(cluster), steps);
            assertEquals(SLOTS, steps.moved);
            assertEquals(KEYS, steps.keys);
            assertEquals(ThreePrimaries.OF_SOURCE.minus(SLOTS), cluster.own(cluster.source).slots());
            assertEquals(SLOTS.plus(SlotRanges.of(8192, 12287)), cluster.own(cluster.target).slots());
            ThreePrimaries.eventually("the replica has them", () -> keys(cluster, replica) == KEYS);
            ThreePrimaries.eventually("the replica knows", () -> SLOTS.minus(cluster.slots(replica, cluster.target)).isEmpty());
            assertEquals(0, keys(cluster, cluster.source));

            work.move(new Order(new Transfer(cluster.id(cluster.target), cluster.id(cluster.source), SLOTS), cluster.target.endpoint(operator),
                    cluster.source.endpoint(operator), List.of(cluster.witness.endpoint(operator)), Optional.empty()), new Steps());
            assertEquals(ThreePrimaries.OF_SOURCE, cluster.own(cluster.source).slots());
            assertEquals(KEYS, keys(cluster, cluster.source));
            assertEquals("x".repeat(500), cluster.tell(cluster.source, "GET", ThreePrimaries.key(1999, KEYS_PER_SLOT - 1)));
            ThreePrimaries.eventually("the replica has let go", () -> keys(cluster, replica) == 0);
        }
    }

    @Test
    void a_source_that_may_not_log_in_at_the_target_is_told_and_goes_on_when_that_is_mended() throws Exception {
        try (ThreePrimaries cluster = cluster()) {
            cluster.tell(cluster.source, "CONFIG", "SET", "primaryauth", "another-" + PASSWORD);
            ServerException e = Refused.as(Kind.Refused, () -> work.move(out(cluster), new Steps()), cluster.source.address(), cluster.target.address(), "WRONGPASS",
                    "primaryauth");
            assertFalse(e.getMessage().contains(PASSWORD), e::getMessage);
            assertEquals(ThreePrimaries.OF_SOURCE, cluster.own(cluster.source).slots());
            assertEquals(KEYS, keys(cluster, cluster.source));
            assertEquals(0, keys(cluster, cluster.target));

            cluster.tell(cluster.source, "CONFIG", "SET", "primaryauth", "replica-" + PASSWORD);
            work.move(out(cluster), new Steps());
            assertEquals(KEYS, keys(cluster, cluster.target));
        }
    }

    /** Rights that do for a replica do not for a copy of slots: the target runs its commands as that user. */
    @Test
    void a_user_who_may_replicate_but_not_write_is_told_and_nothing_is_lost() throws Exception {
        try (ThreePrimaries cluster = cluster()) {
            cluster.tell(cluster.target, "ACL", "SETUSER", "replicator", "-@all", "+ping", "+psync", "+replconf", "+cluster|syncslots");
            Refused.as(Kind.Refused, () -> work.move(out(cluster), new Steps()), cluster.source.address(), cluster.target.address(), "primaryuser");
            assertEquals(ThreePrimaries.OF_SOURCE, cluster.own(cluster.source).slots());
            assertEquals(KEYS, keys(cluster, cluster.source));
            ThreePrimaries.eventually("nothing is left of it", () -> keys(cluster, cluster.target) == 0);
        }
    }

    /** The copy goes as replication goes. Servers without a plain port then have nothing to dial. */
    @Test
    void where_replication_is_in_plain_text_and_no_server_speaks_it_the_failure_is_told_and_nothing_is_lost() throws Exception {
        try (ThreePrimaries cluster = cluster()) {
            cluster.tell(cluster.source, "CONFIG", "SET", "tls-replication", "no");
            ServerException e = Refused.as(Kind.Refused, () -> work.move(out(cluster), new Steps()), cluster.source.address(), "tls-replication");
            assertTrue(e.getMessage().contains(cluster.target.address()), e::getMessage);
            assertEquals(ThreePrimaries.OF_SOURCE, cluster.own(cluster.source).slots());
            assertEquals(KEYS, keys(cluster, cluster.source));
        }
    }
}
