package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what, on real servers. */
class AccountIT {
    private static final String PASSWORD = "s3cret-word";
    private static final ConnectionSettings OPERATOR = as(Operator.NAME, PASSWORD);

    private final JedisServers servers = new JedisServers();

    private static ConnectionSettings as(String user, String password) {
        return new ConnectionSettings(Optional.of(user), Optional.of(password), Optional.empty());
    }

    private static ConnectionSettings withPassword(String password) {
        return new ConnectionSettings(Optional.empty(), Optional.of(password), Optional.empty());
    }

    private static void makeOperator(LocalServer server, String... without) {
        Operator.make(server, PASSWORD, without);
    }

    @ParameterizedTest
    @EnumSource
    void the_documented_rights_are_enough_for_everything(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            makeOperator(server);
            Endpoint operator = server.endpoint(OPERATOR);
            assertEquals(Denied.NOTHING, servers.denied(operator));
            servers.report(operator);
            servers.set(operator, "repl-backlog-size", "2097152");
            servers.meet(operator, "127.0.0.1", 1, 10_001);
            servers.letGo(operator);
            servers.cancelJobs(operator);
            Refused.as(Kind.Refused, () -> servers.failover(operator), "ERR You should send CLUSTER FAILOVER to a replica");
            Refused.as(Kind.Refused, () -> servers.replicate(operator, new NodeId("0123456789012345678901234567890123456789")), "ERR Unknown node");
        }
    }

    @ParameterizedTest
    @EnumSource
    void each_missing_right_is_found_and_nothing_else(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            for (NeededCommand needed : NeededCommand.values()) {
                makeOperator(server, needed.right());
                Denied denied = servers.denied(server.endpoint(OPERATOR));
                boolean absent = needed.mayBeAbsent() && !NeededCommand.slotAclRules(flavour.way()).contains("+" + needed.right() + " ");
                assertEquals(needed.always() || absent ? List.of() : List.of(needed.right()), denied.slots());
                assertEquals(needed.always() ? List.of(needed.right()) : List.of(), denied.always());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_account_that_is_made_for_handovers_only_can_do_them_and_is_told_what_moving_slots_would_need(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            Operator.makeForHandovers(server, PASSWORD);
            Denied denied = servers.denied(server.endpoint(OPERATOR));
            assertEquals(List.of(), denied.always());
            String rules = NeededCommand.slotAclRules(flavour.way());
            denied.slots().forEach(right -> assertTrue((rules + " ").contains((right.equals(Denied.ALL_KEYS) ? "" : "+") + right + " "), right));
            assertTrue(denied.slots().containsAll(List.of("migrate", "cluster|setslot")), denied::toString);
            NodeReport report = servers.report(server.endpoint(OPERATOR));
            assertEquals(MoveWay.KEY_BY_KEY, report.way());
            assertEquals(List.of(), report.jobs());

            makeOperator(server);
            server.ask("ACL", "SETUSER", Operator.NAME, "resetkeys");
            assertEquals(new Denied(List.of(), List.of(Denied.ALL_KEYS)), servers.denied(server.endpoint(OPERATOR)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void several_missing_rights_are_found_together_also_when_the_user_may_not_ask_its_name(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            makeOperator(server, "acl|whoami", "cluster|failover", "config|set");
            assertEquals(new Denied(List.of("acl|whoami", "config|set", "cluster|failover"), List.of()), servers.denied(server.endpoint(OPERATOR)));
            makeOperator(server, "acl|whoami", "acl|dryrun", "config|set");
            assertEquals(new Denied(List.of("acl|whoami", "acl|dryrun"), List.of()), servers.denied(server.endpoint(OPERATOR)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void looking_at_the_rights_runs_none_of_the_commands(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            server.ask("CLUSTER", "ADDSLOTSRANGE", "0", "100");
            server.ask("CONFIG", "SET", "cluster-replica-no-failover", "yes");
            server.ask("CONFIG", "RESETSTAT");
            assertEquals(Denied.NOTHING, servers.denied(server.endpoint()));
            assertEquals(List.of("acl|dryrun", "acl|whoami", "config|resetstat"),
                    server.ask("INFO", "commandstats").lines().filter(line -> line.startsWith("cmdstat_"))
                            .map(line -> line.substring("cmdstat_".length(), line.indexOf(':'))).sorted().toList());
            assertEquals(101, servers.report(server.endpoint()).own().slots().count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_default_user_of_an_open_server_may_do_all(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            assertEquals(Denied.NOTHING, servers.denied(server.endpoint()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_renamed_command_is_denied_with_all_its_subcommands(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour, "--rename-command", "CONFIG", "guarded-config")) {
            assertEquals(new Denied(List.of("config|get", "config|set"), List.of()), servers.denied(server.endpoint()));
            Refused.as(Kind.Refused, () -> servers.report(server.endpoint()), "does not know CONFIG GET", "renamed");
        }
        try (LocalServer server = LocalServer.start(flavour, "--rename-command", "ACL", "")) {
            assertEquals(new Denied(List.of("acl|whoami", "acl|dryrun"), List.of()), servers.denied(server.endpoint()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_not_permitted_is_named_with_its_subcommand(Flavour flavour) {
        try (LocalServer server = LocalServer.start(flavour)) {
            makeOperator(server, "cluster|nodes", "info", "cluster|failover", "cluster|meet");
            Endpoint operator = server.endpoint(OPERATOR);
            Refused.as(Kind.NotPermitted, () -> servers.report(operator), "user op may not run cluster|nodes, info on " + server.address() + ":6379: grant +cluster|nodes +info");
            Refused.as(Kind.NotPermitted, () -> servers.failover(operator), "cluster|failover");
            Refused.as(Kind.NotPermitted, () -> servers.meet(operator, "127.0.0.1", 1, 10_001), "cluster|meet");
            Refused.as(Kind.NotPermitted, () -> servers.letGo(operator), "cluster|nodes");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_login_that_fails_is_told_without_the_password(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour, withPassword(PASSWORD), "--requirepass", PASSWORD)) {
            servers.report(server.endpoint(withPassword(PASSWORD)));
            servers.report(server.endpoint(as("default", PASSWORD)));
            Refused.as(Kind.AuthenticationFailed, () -> servers.report(server.endpoint()), server.address() + ":6379", "demands a password");
            Refused.as(Kind.AuthenticationFailed, () -> servers.denied(server.endpoint()), "demands a password");
            for (ConnectionSettings wrong : List.of(withPassword("wrong-word"), as("default", "wrong-word"), as("nobody", "wrong-word"),
                    new ConnectionSettings(Optional.of("default"), Optional.empty(), Optional.empty()))) {
                ServerException e = Refused.as(Kind.AuthenticationFailed, () -> servers.report(server.endpoint(wrong)), server.address() + ":6379", "refuses the login");
                assertFalse(e.getMessage().contains("wrong-word"), e::getMessage);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_password_for_a_server_that_has_none_is_told(Flavour flavour) {
        try (LocalServer server = LocalServer.start(flavour)) {
            Refused.as(Kind.AuthenticationFailed, () -> servers.report(server.endpoint(withPassword(PASSWORD))), "has no password for the default user");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_user_without_password_logs_in_by_name(Flavour flavour) throws Exception {
        try (LocalServer server = LocalServer.start(flavour)) {
            server.ask("ACL", "SETUSER", "free", "on", "nopass", "+@all");
            servers.report(server.endpoint(new ConnectionSettings(Optional.of("free"), Optional.empty(), Optional.empty())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_without_auth_does_not_make_us_repeat_the_password(Flavour flavour) {
        try (LocalServer server = LocalServer.start(flavour, "--rename-command", "AUTH", "")) {
            ServerException e = Refused.as(Kind.AuthenticationFailed, () -> servers.report(server.endpoint(withPassword(PASSWORD))), "does not know AUTH");
            for (Throwable t = e; t != null; t = t.getCause()) {
                String text = t.toString();
                assertFalse(text.contains(PASSWORD), text);
            }
        }
    }
}
