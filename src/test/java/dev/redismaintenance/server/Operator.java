package dev.redismaintenance.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The user that the documentation tells to make for the operator: with the rights it needs and no others. */
final class Operator {
    static final String NAME = "op";

    private Operator() {
    }

    /** With all rights, those for moving slots included. */
    static void make(LocalServer server, String password, String... without) {
        String rules = NeededCommand.aclRules() + " " + NeededCommand.slotAclRules(server.flavour().way());
        make(server, password, Arrays.stream(rules.split(" ")).filter(rule -> !List.of(without).contains(rule.substring(1))).toList());
    }

    /** Without those for moving slots. */
    static void makeForHandovers(LocalServer server, String password) {
        make(server, password, List.of(NeededCommand.aclRules().split(" ")));
    }

    private static void make(LocalServer server, String password, List<String> rules) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", NAME, "reset", "on", ">" + password, "resetkeys", "resetchannels", "-@all"));
        words.addAll(rules);
        server.ask(words.toArray(String[]::new));
    }
}
