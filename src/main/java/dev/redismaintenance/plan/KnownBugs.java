package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Setting;
import java.util.Optional;

/** Which bug of a server's version makes a step dangerous? Read in the servers' issues; each with the way round it. */
final class KnownBugs {
    private KnownBugs() {
    }

    /** valkey#1912: 8.1.0 crashes as it is promoted by a coordinated failover while it keeps statistics by slot. */
    static Optional<String> againstPromotion(Member candidate) {
        return candidate.report().filter(r -> r.flavour().equals("valkey") && r.version().equals("8.1.0")
                        && r.setting(Setting.SLOT_STATS).filter("yes"::equals).isPresent())
                .map(r -> candidate.name() + " runs Valkey 8.1.0, which crashes when it is promoted while " + Setting.SLOT_STATS
                        + " is yes (valkey#1912): set it to no, or update the server");
    }
}
