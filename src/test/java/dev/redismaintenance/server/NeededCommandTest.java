package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NeededCommandTest {

    @Test
    void the_rules_are_one_line_of_grants() {
        assertEquals("+cluster|nodes +cluster|info +info +config|get +config|set +cluster|failover +cluster|replicate +cluster|reset +cluster|meet"
                + " +acl|whoami +acl|dryrun", NeededCommand.aclRules());
    }

    @ParameterizedTest
    @EnumSource
    void the_right_is_that_of_the_command_that_is_tried(NeededCommand needed) {
        List<String> words = needed.dryRun("op").words();
        assertEquals(List.of("ACL", "DRYRUN", "op"), words.subList(0, 3));
        String tried = String.join("|", words.subList(3, needed.right().contains("|") ? 5 : 4)).toLowerCase(java.util.Locale.ROOT);
        assertEquals(needed.right(), tried);
        assertTrue(needed.sentence().endsWith("."));
    }
}
