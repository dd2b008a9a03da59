package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.gate.Ownership;
import dev.redismaintenance.gate.Takeover;
import dev.redismaintenance.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Has a shard of this cluster failed over a moment ago, or is it just failing over, and not because we asked for it?
 *
 * <p>Remembers of each cluster who owned what at the last look at which all were of one mind. What differs at the next one was somebody's
 * {@code CLUSTER FAILOVER} or an election. It is reported for twice the node timeout, as long as the voters do not vote again in that
 * shard and as long as a failure takes to be agreed on: whoever fails over one shard after another, or whatever made one primary fail, shows
 * again by then. Each is waited for once and no longer than {@link #LONGEST}.
 *
 * <p>What is under way is told by Valkey (the primary holds back writes: {@code paused_reason:failover_in_progress}); of Redis it only shows
 * that the epoch of an election has come up (8.1, 9.1 and 8.0 measured while one was held up; 7.0 after one). Pacing only: a new process has
 * nothing to compare with and waits for nothing. To be called by one turn of the namespace at a time.
 */
final class ForeignFailovers {
    static final Duration LONGEST = Duration.ofSeconds(60);
    /** What was seen longer ago says nothing about now, and what we asked for has landed or failed by then. */
    static final Duration FRESH = Duration.ofSeconds(60);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

    private final Map<String, List<Cluster>> byNamespace = new ConcurrentHashMap<>();
    private final Map<String, Map<NodeId, Instant>> ours = new ConcurrentHashMap<>();

    /** @param change empty for an election of which nothing else is known */
    private record Noted(Optional<Ownership.Change> change, Instant at) {
    }

    private record Cluster(Ownership seen, Instant at, List<Noted> noted) {
    }

    /** To be told before the failover is asked for. */
    void asked(String namespace, Step.Handover handover, Instant now) {
        mine(namespace).put(handover.to(), now);
    }

    /** A predecessor may have asked for a failover of this node's shard, to it or away from it. */
    void inherited(String namespace, NodeId node, Instant now) {
        mine(namespace).putIfAbsent(node, now);
    }

    /** Another process acts there, or has: what happened meanwhile is not for us to judge. */
    void forget(String namespace) {
        byNamespace.remove(namespace);
    }

    List<Takeover> look(String namespace, ClusterView view, Instant now) {
        Ownership seen = Ownership.of(view);
        mine(namespace).values().removeIf(at -> at.plus(FRESH).isBefore(now));
        List<Cluster> others = new ArrayList<>(byNamespace.getOrDefault(namespace, List.of()));
        others.removeIf(c -> c.at().plus(FRESH).isBefore(now));
        Optional<Cluster> known = others.stream().filter(c -> c.seen().sharesNodesWith(seen)).findFirst();
        known.ifPresent(others::remove);
        Duration quiet = quiet(view);
        List<Noted> noted = new ArrayList<>(known.map(Cluster::noted).orElse(List.of()));
        noted.removeIf(n -> !n.at().plus(quiet).isAfter(now));
        if (view.agreed() && !view.all().isEmpty()) {
            known.ifPresent(k -> noted.addAll(news(namespace, k.seen(), seen, now)));
            others.add(new Cluster(seen, now, noted));
        } else {
            // while they differ nothing is learnt, and the next look at which they agree is compared with the last one at which they did
            known.ifPresent(k -> others.add(new Cluster(k.seen(), k.at(), noted)));
        }
        byNamespace.put(namespace, List.copyOf(others));
        Stream<Takeover> past = noted.stream().map(n -> takeover(n, Duration.between(now, n.at().plus(quiet))));
        return Stream.concat(mine(namespace).isEmpty() ? underWay(view) : Stream.empty(), past).toList();
    }

    private List<Noted> news(String namespace, Ownership before, Ownership seen, Instant now) {
        List<Noted> news = new ArrayList<>();
        for (Ownership.Change change : seen.since(before)) {
            // each that we asked for lands once
            boolean asked = mine(namespace).remove(change.to()) != null || mine(namespace).remove(change.from()) != null;
            if (!asked) {
                news.add(new Noted(Optional.of(change), now));
            }
        }
        if (seen.electionSince(before) && mine(namespace).isEmpty()) {
            news.add(new Noted(Optional.empty(), now));
        }
        return news;
    }

    private static Takeover takeover(Noted noted, Duration left) {
        return noted.change().map(c -> Takeover.done(c.slots(), c.fromName(), c.toName(), left)).orElseGet(() -> Takeover.election(left));
    }

    private static Stream<Takeover> underWay(ClusterView view) {
        return view.voters().filter(m -> m.report().filter(r -> r.replication().failingOver()).isPresent()).map(m -> Takeover.underWay(m.slots(), m.name()));
    }

    private static Duration quiet(ClusterView view) {
        Duration twice = view.all().stream().map(Member::report).flatMap(Optional::stream).map(NodeReport::nodeTimeout).flatMap(Optional::stream)
                .max(Comparator.naturalOrder()).orElse(DEFAULT_TIMEOUT).multipliedBy(2);
        return twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
    }

    private Map<NodeId, Instant> mine(String namespace) {
        return ours.computeIfAbsent(namespace, ns -> new HashMap<>());
    }
}
