package dev.redismaintenance.docs;

import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.server.NeededCommand;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Is the page of commands, from which people make their accounts, what the operator really runs? */
class CommandsDocTest {
    @Test
    void the_page_of_needed_commands_is_current() {
        GeneratedDocs.check(Path.of("docs/reference/commands.md"), String.join("\n",
                "# The commands that maintenance runs",
                "",
                "Generated from the code; `CommandsDocTest` fails when it is stale. An account that may run these and nothing else:",
                "",
                "```",
                "ACL SETUSER maintenance on >PASSWORD resetkeys resetchannels -@all " + NeededCommand.aclRules(),
                "```",
                "",
                table(NeededCommand::always),
                "## Where slots move",
                "",
                "A primary without an eligible replica can only leave with its slots moved to others. For that the account needs more, and access to",
                "every key (`~*`): servers look at key access for `MIGRATE` and its like. They refuse to grant what they do not have, so it differs.",
                "",
                "All servers without atomic slot migration (Redis before 8.4, Valkey before 9):",
                "",
                slots(MoveWay.KEY_BY_KEY),
                "",
                "Valkey 9 and later:",
                "",
                slots(MoveWay.ATOMIC_FROM_SOURCE),
                "",
                "Redis 8.4 and later (from its documentation; not run):",
                "",
                slots(MoveWay.ATOMIC_FROM_TARGET),
                "",
                table(c -> !c.always())));
    }

    private static String slots(MoveWay way) {
        return "```\nACL SETUSER maintenance " + NeededCommand.slotAclRules(way) + "\n```";
    }

    private static String table(Predicate<NeededCommand> which) {
        Map<String, String> rows = new LinkedHashMap<>();
        Arrays.stream(NeededCommand.values()).filter(which).forEach(c -> rows.put("`" + c.right() + "`", c.sentence()));
        return GeneratedDocs.table("command", "for", rows);
    }
}
