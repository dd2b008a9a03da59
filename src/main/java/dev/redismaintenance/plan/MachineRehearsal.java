package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.gate.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In which order do the cluster nodes on a Kubernetes Node go, and what would be done for each?
 * <ol>
 * <li>Three orders are tried in thought: primaries first, replicas first, and the one in which each place goes to the node whose turn
 * leaves most safety then.</li>
 * <li>Each node is rehearsed ({@link Rehearsal}) on the cluster as the ones before it would leave it, until one does not get there.</li>
 * <li>The order counts in which more get there; of such the one after whose worst step most failures are survived; then the one
 * that copies less. One whose beginning cannot become better than what is there already is not followed to its end.</li>
 * </ol>
 * A pure function.
 */
public record MachineRehearsal(List<One> parts) {
    static final Comparator<MachineRehearsal> BETTER = Comparator.comparing(MachineRehearsal::arriving).thenComparing(MachineRehearsal::leastSurvived)
            .thenComparing(Comparator.comparing(MachineRehearsal::bytes).reversed());

    /** What one node's maintenance is decided from. */
    public record Candidate(Situation situation, Request request) {
        private boolean replica() {
            return situation.target().filter(t -> t.role() == Role.REPLICA).isPresent();
        }
    }

    public record One(String pod, Rehearsal rehearsal) {
        boolean arrives() {
            return rehearsal.end() instanceof Decision.Done;
        }

        boolean refused() {
            return rehearsal.end() instanceof Decision.Refuse;
        }
    }

    public MachineRehearsal {
        parts = List.copyOf(parts);
    }

    public static MachineRehearsal of(List<Candidate> candidates) {
        Comparator<Candidate> byName = Comparator.comparing(c -> c.request().podName());
        Comparator<Candidate> replicasFirst = Comparator.comparing((Candidate c) -> c.replica() ? 0 : 1).thenComparing(byName);
        Comparator<Candidate> primariesFirst = Comparator.comparing((Candidate c) -> c.replica() ? 1 : 0).thenComparing(byName);
        List<Candidate> byPrimaries = candidates.stream().sorted(primariesFirst).toList();
        Beginnings tried = new Beginnings();
        MachineRehearsal best = tried.inOrder(byPrimaries, beginning -> false);
        best = best(Stream.of(best, tried.inOrder(candidates.stream().sorted(replicasFirst).toList(), best.beats(candidates.size()))));
        return best(Stream.of(best, tried.placeByPlace(byPrimaries, best.beats(candidates.size()))));
    }

    /** Whatever comes behind such a beginning, the whole is no better than this: what was survived at worst is never more, and what was copied never less. */
    private Predicate<MachineRehearsal> beats(int all) {
        long survived = leastSurvived();
        long copied = bytes();
        return arriving() < all ? beginning -> false
                : beginning -> beginning.leastSurvived() < survived || beginning.leastSurvived() == survived && beginning.bytes() >= copied;
    }

    /** Of equals the first. */
    private static MachineRehearsal best(Stream<MachineRehearsal> several) {
        return several.reduce((a, b) -> BETTER.compare(b, a) > 0 ? b : a).orElseThrow();
    }

    static MachineRehearsal inOrder(List<Candidate> order) {
        return new Beginnings().inOrder(order, beginning -> false);
    }

    /** What has been tried: orders that begin alike are rehearsed once up to where they part. */
    private static final class Beginnings {
        private final Map<List<String>, MachineRehearsal> known = new HashMap<>();

        MachineRehearsal inOrder(List<Candidate> order, Predicate<MachineRehearsal> beaten) {
            MachineRehearsal soFar = new MachineRehearsal(List.of());
            for (Candidate c : order) {
                soFar = then(soFar, c);
                if (soFar.stop().isPresent() || beaten.test(soFar)) {
                    break;
                }
            }
            return soFar;
        }

        /** At each place whoever is best then. */
        MachineRehearsal placeByPlace(List<Candidate> candidates, Predicate<MachineRehearsal> beaten) {
            MachineRehearsal soFar = new MachineRehearsal(List.of());
            List<Candidate> rest = new ArrayList<>(candidates);
            while (!rest.isEmpty() && soFar.stop().isEmpty() && (soFar.parts().isEmpty() || !beaten.test(soFar))) {
                MachineRehearsal before = soFar;
                soFar = best(rest.stream().map(c -> then(before, c)));
                String chosen = soFar.parts().get(soFar.parts().size() - 1).pod();
                rest.removeIf(c -> c.request().podName().equals(chosen));
            }
            return soFar;
        }

        private MachineRehearsal then(MachineRehearsal before, Candidate c) {
            List<String> pods = Stream.concat(before.parts().stream().map(One::pod), Stream.of(c.request().podName())).toList();
            return known.computeIfAbsent(pods, order -> before.then(c));
        }
    }

    private MachineRehearsal then(Candidate c) {
        Situation situation = c.situation();
        for (One before : parts) {
            situation = after(situation, before);
        }
        One one = new One(c.request().podName(), Rehearsal.of(situation, c.request(), true));
        return new MachineRehearsal(Stream.concat(parts.stream(), Stream.of(one)).toList());
    }

    /** The last, where it is not foreseen to get there: it is not known what comes after it. */
    public Optional<One> stop() {
        return parts.stream().skip(Math.max(0, parts.size() - 1)).filter(one -> !one.arrives()).findFirst();
    }

    /** Where somebody had to be helped before the end of all. */
    Optional<One> refused(Predicate<String> pods) {
        return parts.stream().filter(one -> pods.test(one.pod())).collect(Collectors.toMap(One::pod, one -> one, (before, again) -> again, LinkedHashMap::new))
                .values().stream().filter(One::refused).findFirst();
    }

    /** How many get there. */
    long arriving() {
        return parts.stream().filter(One::arrives).count();
    }

    /** How many failures are survived at the worst moment. */
    int leastSurvived() {
        return parts.stream().flatMap(one -> Stream.concat(one.rehearsal().steps().stream().map(Rehearsal.Foreseen::survives),
                Stream.of(one.rehearsal().survivesInMaintenance()))).min(Comparator.naturalOrder()).orElse(0);
    }

    private long bytes() {
        return parts.stream().flatMap(one -> one.rehearsal().steps().stream()).mapToLong(Rehearsal.Foreseen::bytes).sum();
    }

    /** The situation of one node when another one of its cluster has gone into maintenance; of another cluster nothing changes. */
    private static Situation after(Situation s, One before) {
        Situation last = before.rehearsal().last();
        if (s.node().flatMap(last.view()::member).isEmpty()) {
            return s;
        }
        List<Peer> peers = new ArrayList<>(s.peers());
        peers.removeIf(p -> p.podName().equals(before.pod()));
        peers.add(new Peer(before.pod(), before.pod(), last.node(), true, true, true, true, last.began()));
        Set<NodeId> lent = new HashSet<>(s.lent());
        last.recorded().stream().flatMap(r -> r.loans().stream()).map(Loan::spare).forEach(lent::add);
        SlotRanges guests = s.guests().plus(last.recorded().map(Recorded::told).orElse(SlotRanges.NONE));
        return s.leftBy(last.view(), peers, lent, guests);
    }
}
