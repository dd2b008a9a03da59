package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Setting;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

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
        if (!member.isolated() && !tellsAnotherAddress(member)) {
            return Optional.empty();
        }
        Optional<Member> via = s.view().all().stream().filter(m -> m.reachable() && !m.isolated() && !m.failing() && !m.id().equals(id) && ofTheCluster(s, m))
                // its own primary first: a replica that hears of that one's new address from others goes on replicating from the old one (redis 7.0)
                .min(Comparator.comparing((Member m) -> !member.replicaOf(m.id())).thenComparing(m -> !m.voter()).thenComparing(Member::id));
        if (via.isEmpty()) {
            return Optional.of(Decisions.wait(Reason.WaitingForMember, member.name() + " has to be met, and no other node answers"));
        }
        String host = announced(member).orElseGet(() -> likeThatOf(via.get(), member).orElse(ip.get()));
        NodeRow own = member.report().get().own();
        Step meet = new Step.Meet(via.get().id(), id, host, own.address().port(), own.busPort());
        return Optional.of(member.isolated()
                ? Decisions.act(meet, Reason.WaitingForMember, member.name() + " knows no other node; " + via.get().name() + " meets it")
                : Decisions.act(meet, Reason.ReportingAddress, member.name() + " tells clients " + own(member)
                        + " and is at " + host + "; " + via.get().name() + " meets it"));
    }

    /** Pods are found again by name; a server that is nobody of the recorded cluster and knows nobody of it must not take a node of it in. */
    private static boolean ofTheCluster(Situation s, Member via) {
        Set<NodeId> recorded = s.recorded().map(r -> r.placement().positions().keySet()).orElse(Set.of());
        return recorded.isEmpty() || recorded.contains(via.id()) || via.report().stream().flatMap(r -> r.rows().stream()).anyMatch(row -> recorded.contains(row.id()));
    }

    /** An address that somebody configured on purpose is left alone. */
    static boolean tellsAnotherAddress(Member member) {
        boolean toClients = Setting.ANNOUNCE_CLIENT_IPS.stream().anyMatch(name -> setting(member, name).isPresent());
        return announced(member).isEmpty() && !toClients && !own(member).isEmpty() && member.pod().filter(p -> p.at(own(member))).isEmpty();
    }

    /** Where the others are told to reach it: its pod's IP may be hidden from them. */
    static Optional<String> announced(Member member) {
        return setting(member, Setting.ANNOUNCE_IP);
    }

    private static Optional<String> setting(Member member, String name) {
        return member.report().flatMap(r -> r.setting(name)).filter(a -> !a.isEmpty());
    }

    /** Of a pod with addresses of both kinds, that of the kind by which the other is known. */
    private static Optional<String> likeThatOf(Member other, Member member) {
        boolean six = other.address().host().contains(":");
        return member.pod().stream().flatMap(p -> p.reach().ips().stream()).filter(ip -> ip.contains(":") == six).findFirst();
    }

    private static String own(Member member) {
        return member.report().map(r -> r.own().address().host()).orElse("");
    }
}
