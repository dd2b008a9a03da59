package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read from one real server, and what one that cannot tell is blamed for. */
class ReportIT {
    private final JedisServers servers = new JedisServers();

    @ParameterizedTest
    @EnumSource
    void a_fresh_server_is_an_empty_primary_that_knows_nobody(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            NodeReport report = servers.report(server.endpoint());
            assertEquals(flavour.product, report.flavour());
            assertTrue(report.version().startsWith(flavour.version + "."), report::version);
            assertTrue(report.alone());
            assertEquals(Role.PRIMARY, report.own().role());
            assertFalse(report.stateOk());
            assertEquals(0, report.keys());
            assertTrue(report.memory().used() > 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void slots_keys_and_limit_are_those_that_were_set(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour, "--maxmemory", "200mb")) {
            server.ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> servers.report(server.endpoint()).stateOk());
            server.ask("SET", "a", "1");
            server.ask("SET", "b", "1");
            NodeReport report = servers.report(server.endpoint());
            assertEquals(SlotRanges.of(0, 16383), report.own().slots());
            assertEquals(2, report.keys());
            assertEquals(200L << 20, report.memory().limit());
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_server_tells_the_settings_it_has_and_the_backlog_in_bytes(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            Set<String> known = new HashSet<>(Setting.READ);
            if (flavour.name().startsWith("REDIS")) {
                known.remove(Setting.SLOT_STATS);
                known.removeAll(Setting.ANNOUNCE_CLIENT_IPS);
            }
            if (flavour != Flavour.VALKEY_91) {
                known.remove(Setting.HANDOVER_BYTES);
            }
            assertEquals(known, servers.report(server.endpoint()).settings().keySet());
            servers.set(server.endpoint(), Setting.REPL_BACKLOG_SIZE, "5mb");
            servers.set(server.endpoint(), Setting.REPLICA_NO_FAILOVER, "yes");
            NodeReport report = servers.report(server.endpoint());
            assertEquals(Optional.of("5242880"), report.setting(Setting.REPL_BACKLOG_SIZE));
            assertEquals(Optional.of("yes"), report.setting(Setting.REPLICA_NO_FAILOVER));
            assertEquals(Optional.of("yes"), report.setting(Setting.ALLOW_REPLICA_MIGRATION));
            assertEquals(Optional.of("2000"), report.setting(Setting.NODE_TIMEOUT));
            assertEquals(Optional.of("0"), report.setting(Setting.MIN_REPLICAS_TO_WRITE));
            assertEquals(Optional.of(""), report.setting(Setting.ANNOUNCE_IP));
            assertEquals(Optional.of(""), report.setting(Setting.SAVE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_setting_that_is_refused_is_told_in_the_server_s_words(Flavour flavour) {
        try (LocalServer server = LocalServer.start(flavour)) {
            Refused.as(Kind.Refused, () -> servers.set(server.endpoint(), "no-such-setting", "1"), server.address() + ":6379", "CONFIG SET no-such-setting 1", "Unknown option");
            Refused.as(Kind.Refused, () -> servers.set(server.endpoint(), Setting.REPLICA_NO_FAILOVER, "perhaps"), "must be 'yes' or 'no'");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_without_cluster_mode_is_named_as_such(Flavour flavour) {
        try (LocalServer server = LocalServer.start(flavour, "--cluster-enabled", "no")) {
            Refused.as(Kind.NotClusterMode, () -> servers.report(server.endpoint()), server.address() + ":6379", "cluster mode");
            Refused.as(Kind.NotClusterMode, () -> servers.failover(server.endpoint()));
            Refused.as(Kind.NotClusterMode, () -> servers.letGo(server.endpoint()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_loads_its_data_says_so_and_redis_tells_nothing_else(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour, "--enable-debug-command", "yes")) {
            server.ask("DEBUG", "POPULATE", "2000", "key", "1000");
            server.ask("SAVE");
            server.restart("--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024", "--rdbcompression", "no");
            Awaitility.await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(() -> server.tell("PING") instanceof Reply.Failure);
            if (flavour.product.equals("valkey")) {
                assertTrue(servers.report(server.endpoint()).loading());
            } else {
                Refused.as(Kind.Loading, () -> servers.report(server.endpoint()), server.address() + ":6379", "reading its data", " %");
            }
            Refused.as(Kind.Loading, () -> servers.failover(server.endpoint()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_frozen_server_is_unreachable_within_the_time(Flavour flavour) {
        JedisServers hasty = new JedisServers(Duration.ofMillis(300), Duration.ofMillis(300));
        try (LocalServer server = LocalServer.start(flavour)) {
            server.freeze();
            long start = System.nanoTime();
            Refused.as(Kind.Unreachable, () -> hasty.report(server.endpoint()), "did not answer in time");
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
            server.thaw();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_is_full_is_heard_although_it_closes_at_once(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            server.ask("CONFIG", "SET", "maxclients", "1");
            try (Socket other = new Socket(server.address(), LocalServer.PORT)) {
                assertTrue(other.isConnected());
                for (int i = 0; i < 20; i++) {
                    Refused.as(Kind.Refused, () -> servers.report(server.endpoint()), "max number of clients");
                }
            }
        }
    }
}
