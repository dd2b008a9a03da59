package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Have the servers all come back at new addresses, so that some do not find the others again, and which {@code CLUSTER MEET} is the next
 * that brings them together?
 *
 * <p>A server remembers the others by address; who comes back elsewhere is found as long as it finds one of the others. Where all pods
 * restart together none does, for ever (measured on every server version: six of six, state fail everywhere).
 * <ol>
 * <li>Two servers find each other when one of them has the other's present address, or is just meeting it. What is connected through
 *     others needs no help.</li>
 * <li>Only servers are met whose own id the snapshot recorded, and which know the one that meets them by its id, as that one knows them:
 *     they were of one cluster, so that no two clusters are ever made one.</li>
 * <li>Nobody is met before every primary that owns slots answers with its data loaded: a majority without it would give its shard to a
 *     replica, with whatever data that one has.</li>
 * <li>The primaries come first. Replicas are met when no primary takes another for failed any more, so that none stands for election
 *     meanwhile; each by its own primary: redis 7.0 goes on replicating from the old address where it hears of the new one from others
 *     (seen). One that does so all the same is told its primary again.</li>
 * </ol>
 */
final class Reunion {
    private final Situation s;
    private final Set<NodeId> recorded;
    /** Of the recorded cluster, who answers. */
    private final List<Member> here;
    /** The same by id. */
    private final Map<NodeId, Member> byId;
    /** What some of them say of each other, and where they are just meeting somebody; read when asked for, since of a big cluster mostly one is enough. */
    private final Map<NodeId, Said> said = new HashMap<>();

    private record Said(Map<NodeId, NodeRow> rows, Set<String> meeting) {
        static Said of(Member m) {
            Map<NodeId, NodeRow> rows = new HashMap<>();
            Set<String> hosts = new HashSet<>();
            m.report().orElseThrow().rows().forEach(row -> {
                rows.put(row.id(), row);
                if (row.handshake()) {
                    hosts.add(row.address().host());
                }
            });
            return new Said(rows, hosts);
        }
    }

    private Reunion(Situation s, Recorded snapshot) {
        this.s = s;
        this.recorded = snapshot.placement().positions().keySet();
        this.here = s.view().all().stream().filter(m -> recorded.contains(m.id()) && m.reachable() && !m.isolated() && canBeMet(m)).toList();
        this.byId = here.stream().collect(Collectors.toMap(Member::id, m -> m));
    }

    private Said said(Member m) {
        return said.computeIfAbsent(m.id(), id -> Said.of(m));
    }

    static Optional<Decision> next(Situation s) {
        return s.recorded().filter(Recorded::thisActivation).flatMap(r -> new Reunion(s, r).next());
    }

    private Optional<Decision> next() {
        List<Set<NodeId>> groups = groups();
        if (groups.size() < 2) {
            return attach();
        }
        String what = "the servers have come back at new addresses and do not find each other: " + groups.stream().map(this::names).collect(Collectors.joining(" | "));
        Optional<Member> first = here.stream().filter(Member::voter)
                .min(Comparator.comparing((Member m) -> -groupOf(m, groups).size()).thenComparing(Member::id));
        List<Member> silent = s.view().voters().filter(m -> recorded.contains(m.id()) && !here.contains(m) || !m.reachable() || m.isolated()
                || m.report().filter(NodeReport::loading).isPresent()).toList();
        if (first.isEmpty() || !silent.isEmpty()) {
            return Optional.of(Decisions.wait(Reason.Scattered, what + "; nobody is met before all primaries answer with their data loaded, or a replica would take"
                    + " over with the data that it happens to have: " + (silent.isEmpty() ? "none does" : silent.stream().map(Member::name).collect(Collectors.joining(", ")) + " does not")));
        }
        return introduce(first.get(), groupOf(first.get(), groups), what);
    }

    /** All find each other, and a replica still asks for its primary where that was. */
    private Optional<Decision> attach() {
        return here.stream().filter(Reunion::cutOff).flatMap(m -> m.primary().map(byId::get).filter(Member::voter).stream()
                .filter(p -> asksElsewhere(m, p)).map(p -> Decisions.act(new Step.Replicate(m.id(), p.id()), Reason.Reuniting, m.name() + " asks for its primary "
                        + p.name() + " where that was, at " + asked(m).orElse("") + "; it is told again whose replica it is (CLUSTER REPLICATE " + p.id().value() + " on " + m.name() + ")")))
                .findFirst();
    }

    private static boolean cutOff(Member m) {
        return m.role() == Role.REPLICA && m.report().map(NodeReport::replication).filter(r -> !r.linkUp() && !r.syncing()).isPresent();
    }

    /** Its cluster bus knows better than its own replication. */
    private boolean asksElsewhere(Member replica, Member primary) {
        Optional<NodeRow> told = row(replica, primary).filter(r -> isAt(r.address().host(), primary) && r.linkUp() && !r.failing());
        // at somebody else's address it may just be changing primaries
        return told.isPresent() && asked(replica).filter(host -> here.stream().noneMatch(m -> isAt(host, m))).isPresent();
    }

    private static Optional<String> asked(Member replica) {
        return replica.report().flatMap(r -> r.replication().from());
    }

    private Optional<Decision> introduce(Member hub, Set<NodeId> found, String what) {
        List<Member> lost = here.stream().filter(m -> !found.contains(m.id()) && knows(m, introducer(m, hub)) && knows(introducer(m, hub), m))
                .sorted(Comparator.comparing((Member m) -> !claims(m)).thenComparing(m -> -m.report().orElseThrow().own().configEpoch()).thenComparing(Member::id)).toList();
        if (lost.isEmpty()) {
            // strangers by now: a person has taken one of them out of the cluster
            return Optional.empty();
        }
        Member next = lost.get(0);
        List<Member> voters = here.stream().filter(Member::voter).toList();
        if (!claims(next)) {
            Optional<Member> suspected = voters.stream().filter(v -> voters.stream().anyMatch(o -> row(o, v).filter(NodeRow::failing).isPresent())).findFirst();
            if (suspected.isPresent()) {
                return Optional.of(Decisions.wait(Reason.Reuniting, "the primaries have been introduced to each other again, and " + suspected.get().name()
                        + " is still held for failed by one of them; the replicas follow when it is not"));
            }
            Optional<Member> other = voters.stream().filter(v -> !v.id().equals(hub.id())).findFirst();
            if (other.isPresent() && Membership.tellsAnotherAddress(hub)) {
                return Optional.of(meet(other.get(), hub, what));
            }
        }
        return Optional.of(meet(introducer(next, hub), next, what));
    }

    /**
     * By its own word: who took over a moment before the power went may be the only one that knows. It comes before the one whose place it took,
     * which would else find a majority and take writes that nobody keeps.
     */
    private static boolean claims(Member m) {
        NodeRow own = m.report().orElseThrow().own();
        return own.role() == Role.PRIMARY && !own.slots().isEmpty();
    }

    private Member introducer(Member m, Member hub) {
        return claims(m) ? hub : m.primary().map(byId::get).filter(Member::voter).orElse(hub);
    }

    private Decision meet(Member via, Member met, String what) {
        String host = ip(met).orElseThrow();
        NodeRow own = met.report().orElseThrow().own();
        return Decisions.act(new Step.Meet(via.id(), met.id(), host, own.address().port(), own.busPort()), Reason.Reuniting,
                what + "; " + via.name() + " meets " + met.name() + " (CLUSTER MEET " + host + " " + own.address().port() + " on " + via.name() + ")");
    }

    /** Who finds whom, directly or through others. */
    private List<Set<NodeId>> groups() {
        // nearly always, and asked for every step of a big cluster
        if (!here.isEmpty() && findsAll(here.get(0))) {
            return List.of(byId.keySet());
        }
        List<Set<NodeId>> groups = new ArrayList<>();
        Map<NodeId, Member> left = new TreeMap<>();
        here.forEach(m -> left.put(m.id(), m));
        while (!left.isEmpty()) {
            Set<NodeId> group = new TreeSet<>();
            Deque<Member> reached = new ArrayDeque<>(List.of(left.remove(left.keySet().iterator().next())));
            while (!reached.isEmpty()) {
                Member m = reached.remove();
                group.add(m.id());
                List<Member> more = left.values().stream().filter(o -> finds(m, o) || finds(o, m)).toList();
                more.forEach(o -> reached.add(left.remove(o.id())));
            }
            groups.add(group);
        }
        return groups;
    }

    private static Set<NodeId> groupOf(Member m, List<Set<NodeId>> groups) {
        return groups.stream().filter(g -> g.contains(m.id())).findFirst().orElseThrow();
    }

    private boolean finds(Member a, Member b) {
        // a link is said to be up as soon as it is being opened, also to where nobody is: that counts only where addresses are configured
        return row(a, b).filter(r -> isConnected(r, b)).isPresent() || ip(b).filter(said(a).meeting()::contains).isPresent();
    }

    private static boolean isConnected(NodeRow row, Member b) {
        return isAt(row.address().host(), b) || row.linkUp() && !row.failing() && announces(b);
    }

    private boolean findsAll(Member a) {
        int found = 0;
        for (NodeRow row : a.report().orElseThrow().rows()) {
            Member b = byId.get(row.id());
            found += b != null && (b == a || isConnected(row, b)) ? 1 : 0;
        }
        return found == here.size();
    }

    private static boolean announces(Member m) {
        return m.report().flatMap(r -> r.setting(Setting.ANNOUNCE_IP)).filter(ip -> !ip.isEmpty()).isPresent();
    }

    private static boolean isAt(String host, Member m) {
        // of a big cluster every server is asked about, and nearly each is at its pod's address
        return m.pod().filter(p -> p.at(host)).isPresent() || ip(m).filter(host::equals).isPresent();
    }

    private boolean knows(Member a, Member b) {
        return row(a, b).isPresent();
    }

    private Optional<NodeRow> row(Member a, Member b) {
        return Optional.ofNullable(said(a).rows().get(b.id()));
    }

    /** Where the others reach it. */
    private static Optional<String> ip(Member m) {
        return Membership.announced(m).or(() -> m.pod().flatMap(PodFacts::ip));
    }

    private static boolean canBeMet(Member m) {
        return m.pod().flatMap(PodFacts::ip).isPresent() || ip(m).isPresent();
    }

    private String names(Set<NodeId> group) {
        return group.stream().map(s.view()::nameOf).sorted().collect(Collectors.joining(", "));
    }
}
