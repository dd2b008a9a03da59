package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.CommandsPermitted;

import dev.redismaintenance.cluster.Member;
import java.util.stream.Collectors;

/** May the account run every command that will be needed, on every node? Asked with {@code ACL DRYRUN}, so nothing is run. */
final class CommandsPermitted implements Gate {
    @Override
    public Verdict ask(Question question) {
        if (question.denied().isEmpty()) {
            return Verdict.passed(CommandsPermitted, "the account may run every command that is needed");
        }
        String lacking = question.denied().entrySet().stream()
                .map(e -> question.now().member(e.getKey()).map(Member::name).orElse(e.getKey().brief()) + " lacks "
                        + e.getValue().stream().map(c -> c.startsWith("~") ? c : "+" + c).collect(Collectors.joining(" ")))
                .sorted().collect(Collectors.joining("; "));
        return Verdict.refused(CommandsPermitted, "the account is not permitted to run all commands that are needed: " + lacking
                + "; grant them with ACL SETUSER, or name an account that has them in spec.connection.auth");
    }
}
