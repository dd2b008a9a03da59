package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.MoveWay;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NeededCommandTest {

    @Test
    void the_rules_are_one_line_of_grants() {
        assertEquals("+cluster|nodes +cluster|info +info +config|get +config|set +cluster|failover +cluster|replicate +cluster|reset +cluster|meet"
                + " +cluster|forget +acl|whoami +acl|dryrun", NeededCommand.aclRules());
    }

    @Test
    void the_rules_for_moving_slots_hold_nothing_that_the_servers_of_the_way_do_not_have() {
        assertTrue(NeededCommand.slotAclRules(MoveWay.KEY_BY_KEY).startsWith("~* +cluster|countkeysinslot +function|list +cluster|setslot"));
        assertEquals(List.of("+cluster|getslotmigrations", "+cluster|migrateslots", "+cluster|cancelslotmigrations"), more(MoveWay.ATOMIC_FROM_SOURCE));
        assertEquals(List.of("+cluster|migration"), more(MoveWay.ATOMIC_FROM_TARGET));
    }

    private static List<String> more(MoveWay way) {
        List<String> rules = new ArrayList<>(List.of(NeededCommand.slotAclRules(way).split(" ")));
        rules.removeAll(List.of(NeededCommand.slotAclRules(MoveWay.KEY_BY_KEY).split(" ")));
        return rules;
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
