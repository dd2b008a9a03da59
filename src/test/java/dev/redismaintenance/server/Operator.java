package dev.redismaintenance.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The user that the documentation tells to make for the operator: with the rights it needs and no others. */
final class Operator {
    static final String NAME = "op";

    private Operator() {
    }

    /** @param without rights that it is made without */
    static void make(LocalServer server, String password, String... without) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", NAME, "reset", "on", ">" + password, "resetkeys", "resetchannels", "-@all"));
        Arrays.stream(NeededCommand.aclRules().split(" ")).filter(rule -> !List.of(without).contains(rule.substring(1))).forEach(words::add);
        server.ask(words.toArray(String[]::new));
    }
}
