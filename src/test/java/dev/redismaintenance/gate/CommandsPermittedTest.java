package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.CommandsPermitted;

import dev.redismaintenance.memory.Topology;
import org.junit.jupiter.api.Test;

/** May the account run what will be needed? */
class CommandsPermittedTest {
    private final Gate gate = new CommandsPermitted();

    @Test
    void an_account_that_may_do_everything_passes() {
        Says.passes(CommandsPermitted, Asking.of(Topology.of(3, 1, 0)).answerOf(gate), "every command that is needed");
    }

    @Test
    void what_is_missing_is_named_with_the_node_and_the_way_out() {
        Says.refuses(CommandsPermitted, Asking.of(Topology.of(3, 1, 0)).denied("cache-3", "cluster|failover", "config|set").answerOf(gate),
                "cache-3 lacks +cluster|failover +config|set", "ACL SETUSER", "spec.connection.auth");
    }
}
