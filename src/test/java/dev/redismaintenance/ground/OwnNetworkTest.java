package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What may {@link OwnNetwork} be said to lack, so that its tests are skipped and do not fail? */
class OwnNetworkTest {
    private static final String ROOT = "Name:\tjava\nUid:\t0\t0\t0\t0\nCapPrm:\t000001fffeffffff\nCapEff:\t000001fffeffffff\n";

    @Test
    void to_root_with_all_capabilities_and_tools_nothing_is_lacking_and_a_failure_is_a_failure() {
        assertEquals(List.of(), OwnNetwork.lacking(ROOT, tool -> true));
    }

    @Test
    void a_user_lacks_root_and_the_capability() {
        assertEquals(List.of("root", "CAP_SYS_ADMIN"), OwnNetwork.lacking(ROOT.replace("\t0\t0\t0\t0", "\t1000\t1000\t1000\t1000").replace("CapEff:\t000001fffeffffff", "CapEff:\t0"), tool -> true));
    }

    /** What Docker leaves to root without being told otherwise. */
    @Test
    void root_of_a_container_lacks_the_capability() {
        assertEquals(List.of("CAP_SYS_ADMIN"), OwnNetwork.lacking(ROOT.replace("CapEff:\t000001fffeffffff", "CapEff:\t00000000a80425fb"), tool -> true));
    }

    @Test
    void tools_that_are_not_installed_are_named() {
        assertEquals(List.of("ip"), OwnNetwork.lacking(ROOT, Set.of("unshare", "mount")::contains));
        assertEquals(List.of("unshare", "mount", "ip"), OwnNetwork.lacking(ROOT, tool -> false));
    }
}
