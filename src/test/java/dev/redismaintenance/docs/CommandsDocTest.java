package dev.redismaintenance.docs;

import dev.redismaintenance.server.NeededCommand;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Is the page of commands, from which people make their accounts, what the operator really runs? */
class CommandsDocTest {
    @Test
    void the_page_of_needed_commands_is_current() {
        Map<String, String> rows = new LinkedHashMap<>();
        Arrays.stream(NeededCommand.values()).forEach(c -> rows.put("`" + c.right() + "`", c.sentence()));
        GeneratedDocs.check(Path.of("docs/reference/commands.md"), String.join("\n",
                "# The commands that maintenance runs",
                "",
                "Generated from the code; `CommandsDocTest` fails when it is stale. An account that may run these and nothing else:",
                "",
                "```",
                "ACL SETUSER maintenance on >PASSWORD resetkeys resetchannels -@all " + NeededCommand.aclRules(),
                "```",
                "",
                GeneratedDocs.table("command", "for", rows)));
    }
}
