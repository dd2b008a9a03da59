package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Setting;
import java.util.Comparator;
import java.util.Optional;

/**
 * Does this node belong to the cluster and tell its right address, and if not, which {@code CLUSTER MEET} mends it?
 *
 * <p>A node that was reset knows nobody; one that came back on a new IP goes on telling clients its old one until somebody
 * meets it (measured on every server version). MEET changes no setting, so nothing has to be put back.
 */
final class Membership {
    private Membership() {
    }

    static Optional<Decision> mend(Situation s, NodeId id) {
        Optional<Member> node = s.view().member(id).filter(Member::reachable);
        Optional<String> ip = node.flatMap(Member::pod).flatMap(PodFacts::ip);
        if (ip.isEmpty()) {
            return Optional.empty();
        }
        Member member = node.get();
        if (!member.isolated() && !tellsAnotherAddress(member, ip.get())) {
            return Optional.empty();
        }
        Optional<Member> via = s.view().all().stream().filter(m -> m.reachable() && !m.isolated() && !m.failing() && !m.id().equals(id))
                // its own primary first: a replica that hears of that one's new address from others goes on replicating from the old one (redis 7.0)
                .min(Comparator.comparing((Member m) -> !member.replicaOf(m.id())).thenComparing(m -> !m.voter()).thenComparing(Member::id));
        if (via.isEmpty()) {
            return Optional.of(Decisions.wait(Reason.WaitingForMember, member.name() + " has to be met, and no other node answers"));
        }
        Step meet = new Step.Meet(via.get().id(), id, ip.get(), member.address().port());
        return Optional.of(member.isolated()
                ? Decisions.act(meet, Reason.WaitingForMember, member.name() + " knows no other node; " + via.get().name() + " meets it")
                : Decisions.act(meet, Reason.ReportingAddress, member.name() + " tells clients " + own(member)
                        + " and is at " + ip.get() + "; " + via.get().name() + " meets it"));
    }

    /** An address that somebody configured on purpose is left alone. */
    static boolean tellsAnotherAddress(Member member, String ip) {
        boolean announced = member.report().flatMap(r -> r.setting(Setting.ANNOUNCE_IP)).filter(a -> !a.isEmpty()).isPresent();
        return !announced && !own(member).isEmpty() && !own(member).equals(ip);
    }

    private static String own(Member member) {
        return member.report().map(r -> r.own().address().host()).orElse("");
    }
}
