package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Probe;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.Servers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which pods are the nodes of a cluster, and what does each answer? Found from any one of them, without a label:
 *
 * <ol>
 * <li>By address: where {@code CLUSTER NODES} names the IP of a pod, that pod is asked, at that IP and the port named there; where
 *     nothing listens, at our own port, since a port may be announced that only others reach. Then what that pod names, and so on.</li>
 * <li>By id: a node at an address that no pod has (announced, NAT) is one of the pods that have the same controller as a pod that
 *     has answered, or the one whose name its announced hostname begins with. These are asked who they are; only those whose id the
 *     cluster names count. Others are not asked, since who is asked is shown the password.</li>
 * </ol>
 */
final class Survey {
    private final Servers servers;
    private final Executor executor;
    private final Collection<PodFacts> pods;
    private final int port;
    private final ConnectionSettings settings;
    /** Every node names every other: who is where is looked for once. */
    private final Map<String, List<PodFacts>> places = new HashMap<>();
    private final Map<String, Asked> asked = new LinkedHashMap<>();
    /** Answers that do not count, as nobody of the cluster knows whose they are; one that is asked later may. */
    private final Map<String, Asked> strangers = new LinkedHashMap<>();

    private record Asked(Probe probe, Endpoint endpoint, Optional<ServerException> error) {
        Optional<NodeReport> report() {
            return probe.report();
        }
    }

    /** @param expected who has to answer, for the answer to count at a place that was guessed */
    private record Question(PodFacts pod, List<String> hosts, List<Integer> ports, Optional<NodeId> expected) {
    }

    /** @param port of those of which no other is known */
    Survey(Servers servers, Executor executor, Collection<PodFacts> pods, int port, ConnectionSettings settings) {
        this.servers = servers;
        this.executor = executor;
        this.pods = pods;
        this.port = port;
        this.settings = settings;
    }

    void ask(List<PodFacts> some) {
        askAll(some.stream().map(p -> new Question(p, Stream.concat(p.ip().stream(), p.reach().ips().stream()).distinct().toList(), List.of(port), Optional.empty()))
                .toList());
    }

    /** Asks what the answers name, until they name nothing new. */
    void follow() {
        while (true) {
            List<Question> questions = byAddress();
            askAll(questions);
            sift(questions.stream().map(Question::pod).toList());
            if (questions.isEmpty() && !askKin()) {
                return;
            }
        }
    }

    /**
     * Pods that should be members and that no server names: where all came back at new addresses, none knows where another is. Addresses
     * are given to other pods again, and names too: whoever answers counts when the others know it by its id, or are just meeting it.
     */
    void askMembers(List<PodFacts> some) {
        List<PodFacts> fresh = some.stream().filter(p -> p.running() && !asked.containsKey(p.name()) && !strangers.containsKey(p.name())).toList();
        ask(fresh);
        sift(fresh);
    }

    /** What those that have answered tell of: nodes by id, and addresses that they are just meeting. */
    private record Known(Set<NodeId> ids, Set<String> met) {
        static Known of(Collection<Asked> asked) {
            List<NodeRow> rows = asked.stream().flatMap(a -> a.report().stream()).flatMap(r -> r.rows().stream()).toList();
            return new Known(rows.stream().map(NodeRow::id).collect(Collectors.toSet()),
                    rows.stream().filter(NodeRow::handshake).map(r -> r.address().host()).collect(Collectors.toSet()));
        }

        boolean admits(Asked one) {
            return one.report().map(NodeReport::id).filter(ids::contains).isPresent() || met.stream().anyMatch(one.probe().pod()::at);
        }
    }

    /** Of these only those stay that others know; who is known by one that stays is known. Gives whether any did. */
    private boolean sift(List<PodFacts> some) {
        some.stream().map(PodFacts::name).filter(name -> report(name).isPresent()).forEach(name -> strangers.put(name, asked.remove(name)));
        boolean any = false;
        while (true) {
            Known known = Known.of(asked.values());
            List<String> admitted = strangers.entrySet().stream().filter(e -> known.admits(e.getValue())).map(Map.Entry::getKey).toList();
            if (admitted.isEmpty()) {
                return any;
            }
            admitted.forEach(name -> asked.put(name, strangers.remove(name)));
            any = true;
        }
    }

    /** Has another node of the cluster answered? */
    private boolean askKin() {
        Set<NodeId> missing = missing();
        List<PodFacts> kin = missing.isEmpty() ? List.of() : kin(missing);
        ask(kin);
        return sift(kin);
    }

    private List<Question> byAddress() {
        Map<String, Question> questions = new LinkedHashMap<>();
        // one that has not heard of a new address yet does not hide it from us
        List<NodeRow> rows = asked.values().stream().flatMap(a -> a.report().stream()).flatMap(r -> r.rows().stream()).filter(r -> !r.myself()).toList();
        for (NodeRow row : rows) {
            if (!row.addressUnknown()) {
                at(row.address().host(), row.address().port()).filter(p -> !asked.containsKey(p.name()) && !strangers.containsKey(p.name())).ifPresent(pod -> questions.putIfAbsent(pod.name(), new Question(pod,
                        List.of(row.address().host()), Stream.of(row.address().port(), port).filter(p -> p > 0).distinct().toList(), Optional.of(row.id()))));
            }
        }
        return List.copyOf(questions.values());
    }

    /** Several pods have one IP where they share their machine's, or one of them has ended. */
    private Optional<PodFacts> at(String host, int itsPort) {
        List<PodFacts> there = places.computeIfAbsent(host, h -> pods.stream().filter(p -> p.at(h)).sorted(Comparator.comparing((PodFacts p) -> !p.running())).toList());
        if (there.stream().filter(PodFacts::running).count() > 1) {
            return there.stream().filter(p -> p.running() && p.reach().listening().port().filter(l -> l == itsPort).isPresent()).findFirst();
        }
        return there.stream().findFirst();
    }

    /** What the answers say of others, by id. */
    private Map<NodeId, NodeRow> named() {
        Map<NodeId, NodeRow> rows = new TreeMap<>();
        asked.values().stream().flatMap(a -> a.report().stream()).flatMap(r -> r.rows().stream()).filter(r -> !r.myself())
                .forEach(r -> rows.merge(r.id(), r, (a, b) -> a.addressUnknown() ? b : a));
        return rows;
    }

    /** Nodes that are named, have not answered, and whose address is no pod's, or that of a pod in which another one answers or none. */
    private Set<NodeId> missing() {
        Set<NodeId> answered = asked.values().stream().flatMap(a -> a.report().stream()).map(NodeReport::id).collect(Collectors.toSet());
        return named().values().stream().filter(r -> !r.handshake() && !answered.contains(r.id())).filter(r -> r.addressUnknown() || at(r.address().host(), r.address().port())
                        .filter(p -> !asked.containsKey(p.name()) && !strangers.containsKey(p.name())).isEmpty())
                .map(NodeRow::id).collect(Collectors.toSet());
    }

    private List<PodFacts> kin(Set<NodeId> missing) {
        Set<Reach.Controller> controllers = pods.stream().filter(p -> report(p.name()).filter(r -> !r.alone()).isPresent())
                .flatMap(p -> p.reach().controller().stream()).collect(Collectors.toSet());
        Set<String> hostnames = named().values().stream().filter(r -> missing.contains(r.id())).map(NodeRow::podByHostname).flatMap(Optional::stream).collect(Collectors.toSet());
        return pods.stream().filter(p -> !asked.containsKey(p.name()) && !strangers.containsKey(p.name()))
                .filter(p -> hostnames.contains(p.name()) || p.reach().controller().filter(controllers::contains).isPresent()).toList();
    }

    private void askAll(List<Question> questions) {
        List<CompletableFuture<Asked>> answers = new ArrayList<>();
        questions.forEach(q -> answers.add(CompletableFuture.supplyAsync(() -> answer(q), executor)));
        answers.forEach(answer -> {
            Asked a = answer.join();
            asked.put(a.probe().pod().name(), a);
        });
    }

    private Asked answer(Question q) {
        Endpoint first = new Endpoint(q.hosts().stream().findFirst().orElse(""), q.ports().get(0), settings);
        if (q.hosts().isEmpty() || !q.pod().running()) {
            return new Asked(Probe.silent(q.pod(), "its pod is not running"), first, Optional.empty());
        }
        Set<Endpoint> places = new LinkedHashSet<>();
        q.ports().forEach(p -> q.hosts().forEach(h -> places.add(new Endpoint(h, p, settings))));
        Optional<ServerException> error = Optional.empty();
        for (Endpoint place : places) {
            try {
                NodeReport report = servers.report(place);
                if (place.equals(first) || q.expected().filter(id -> !id.equals(report.id())).isEmpty()) {
                    return new Asked(Probe.answered(q.pod(), report), place, Optional.empty());
                }
            } catch (ServerException e) {
                error = error.or(() -> Optional.of(e));
                if (e.kind() != ServerException.Kind.Unreachable) {
                    break;
                }
            }
        }
        return new Asked(Probe.silent(q.pod(), error.map(ServerException::getMessage).orElse("another node answers in its place")), first, error);
    }

    Optional<NodeReport> report(String pod) {
        return Optional.ofNullable(asked.get(pod)).flatMap(Asked::report);
    }

    Optional<ServerException> error(String pod) {
        return Optional.ofNullable(asked.get(pod)).flatMap(Asked::error);
    }

    List<Probe> probes() {
        return asked.values().stream().map(Asked::probe).toList();
    }

    /** Where each node that has a pod can be talked to. */
    Map<NodeId, Endpoint> endpoints(ClusterView view) {
        Map<NodeId, Endpoint> endpoints = new TreeMap<>();
        view.all().forEach(m -> endpointOf(m).ifPresent(e -> endpoints.put(m.id(), e)));
        return endpoints;
    }

    Optional<Endpoint> endpointOf(Member m) {
        return m.pod().map(p -> asked.get(p.name())).map(Asked::endpoint).filter(e -> !e.host().isEmpty());
    }
}
