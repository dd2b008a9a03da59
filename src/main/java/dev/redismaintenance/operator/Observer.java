package dev.redismaintenance.operator;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.SnapshotStatus;
import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Probe;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.cluster.ViewBuilder;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Recorded;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Denied;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.Servers;
import dev.redismaintenance.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes one look at the cluster behind a pod.
 *
 * <ol>
 * <li>Pods, the other maintenances, the snapshots.</li>
 * <li>The cluster is found from any one pod: the target, or, when that is down or knows nobody, a pod that the snapshot
 *     recorded. Its {@code CLUSTER NODES} names addresses; those that are IPs of pods in the namespace are asked as well, and
 *     what they name, until nothing new is named. No label is needed.</li>
 * <li>Every asked pod answers with a report or a reason; one view is built from all.</li>
 * <li>What the account may not run is asked of all that answered, unless the maintenance is settled.</li>
 * </ol>
 */
final class Observer {
    private final Kubernetes kubernetes;
    private final Servers servers;
    private final Executor executor;
    private final SlotWorkers workers;
    private final LeftSlots leftSlots = new LeftSlots();
    private final Connections connections;
    private final RequestedSnapshots requested;

    /**
     * @param executor      runs the questions to the servers of one cluster side by side
     * @param snapshotsKept how many snapshots that were made ahead of one pod are kept; 0: all
     */
    Observer(Kubernetes kubernetes, Servers servers, SlotWorkers workers, Executor executor, int snapshotsKept) {
        this.kubernetes = kubernetes;
        this.servers = servers;
        this.executor = executor;
        this.workers = workers;
        this.connections = new Connections(kubernetes);
        this.requested = new RequestedSnapshots(kubernetes, snapshotsKept);
    }

    /** @param preflight whether to ask what the account may not run */
    Observation look(NodeMaintenance self, List<NodeMaintenance> all, boolean preflight, Instant now) throws KubernetesException {
        return new Look(self, all, preflight, now).take();
    }

    private final class Look {
        private final NodeMaintenance self;
        private final List<NodeMaintenance> all;
        private final boolean preflight;
        private final Instant now;
        private final String namespace;
        private final String podName;
        private final Map<String, Asked> asked = new LinkedHashMap<>();
        private Map<String, PodFacts> pods;
        private List<Snapshot> snapshots;
        private ConnectionSettings settings;

        private record Asked(Probe probe, Endpoint endpoint, Optional<ServerException> error) {
        }

        Look(NodeMaintenance self, List<NodeMaintenance> all, boolean preflight, Instant now) {
            this.self = self;
            this.all = all;
            this.preflight = preflight;
            this.now = now;
            this.namespace = self.getMetadata().getNamespace();
            this.podName = self.getSpec().getPodName();
        }

        Observation take() throws KubernetesException {
            pods = kubernetes.pods(namespace).stream().collect(Collectors.toMap(PodFacts::name, p -> p, (a, b) -> a, TreeMap::new));
            snapshots = kubernetes.snapshots(namespace);
            Optional<ConnectionSpec> connection = Optional.empty();
            Optional<Trouble> blocked = Optional.empty();
            try {
                connection = connection();
                settings = connections.read(namespace, connection);
            } catch (Connections.InvalidConnection e) {
                blocked = Optional.of(new Trouble(Reason.ConnectionSettingsInvalid, e.getMessage()));
            }
            Optional<PodFacts> pod = Optional.ofNullable(pods.get(podName));
            Set<String> hosts = new HashSet<>();
            if (blocked.isEmpty()) {
                int port = Connections.port(connection);
                pod.ifPresent(p -> askAll(List.of(p), port, hosts));
                askAll(rememberedPods(), port, hosts);
                follow(hosts, port);
            }
            Optional<NodeId> answered = report(podName).map(NodeReport::id);
            SnapshotChoice choice = choice(pod, answered);
            Optional<NodeId> node = answered.or(() -> choice.recorded().map(Recorded::placement).map(Placement::node));
            ClusterView view = ViewBuilder.build(asked.values().stream().map(Asked::probe).toList(), remembered());
            Map<NodeId, Endpoint> endpoints = endpoints(view);
            Map<NodeId, Denied> denied = preflight ? denied(view) : Map.of();
            SlotRanges ours = choice.recorded().map(Recorded::told).orElse(SlotRanges.NONE);
            SlotRanges left = leftSlots.look(namespace, view, ours, endpoints, servers::keysInSlot, now);
            Situation situation = new Situation(view, pod, node, trouble(pod), choice.recorded(),
                    lacking(denied, Denied::always), Peers.of(self, all, List.copyOf(pods.values()), snapshots, view), lentByOthers(),
                    lacking(denied, Denied::slots), workers.seen(namespace + "/" + podName, left, now),
                    guests().stream().map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus), OverrideRequest.of(self));
            return new Observation(situation, endpoints, ofOtherPods(), guests(), requested.look(self, all), blocked.or(choice::trouble));
        }

        /** What the request says; else what the pod says, and while that is away another one of its cluster. */
        private Optional<ConnectionSpec> connection() throws Connections.InvalidConnection {
            if (self.getSpec().getConnection() != null) {
                return Optional.of(self.getSpec().getConnection());
            }
            Optional<PodFacts> speaker = Stream.concat(Optional.ofNullable(pods.get(podName)).stream(), podsOfSnapshots())
                    .filter(p -> p.connection().isPresent()).findFirst();
            return speaker.isEmpty() ? Optional.empty() : Optional.of(ConnectionText.read(speaker.get().name(), speaker.get().connection().get()));
        }

        private Stream<PodFacts> podsOfSnapshots() {
            return ofThisPod().flatMap(p -> p.positions().values().stream()).map(Position::podName).distinct()
                    .map(pods::get).filter(p -> p != null && !p.name().equals(podName));
        }

        /** Pods that snapshots of this pod name: the way into the cluster while the target is away. */
        private List<PodFacts> rememberedPods() {
            boolean known = report(podName).filter(r -> !r.alone()).isPresent();
            return known ? List.of() : podsOfSnapshots().toList();
        }

        private Stream<Placement> ofThisPod() {
            return snapshots.stream().flatMap(s -> s.placement().stream()).filter(p -> p.podName().equals(podName));
        }

        private List<Placement> ofOtherPods() {
            return snapshots.stream().flatMap(s -> s.placement().stream()).filter(p -> !p.podName().equals(podName)).toList();
        }

        private List<Transfer> guests() {
            return snapshots.stream().filter(s -> s.placement().filter(p -> !p.podName().equals(podName)).isPresent())
                    .flatMap(s -> s.guests().stream()).toList();
        }

        private Set<NodeId> lentByOthers() {
            return snapshots.stream().filter(s -> s.placement().filter(p -> p.podName().equals(podName)).isEmpty())
                    .flatMap(s -> s.loans().stream()).map(Loan::spare).collect(Collectors.toSet());
        }

        private Map<String, NodeId> remembered() {
            Map<String, NodeId> ids = new HashMap<>();
            ofThisPod().flatMap(p -> p.positions().values().stream()).forEach(p -> ids.put(p.podName(), p.id()));
            return ids;
        }

        /** Asks what the answers name, until they name nothing new. */
        private void follow(Set<String> hosts, int port) {
            Map<String, PodFacts> byIp = new HashMap<>();
            pods.values().forEach(p -> p.ip().ifPresent(ip -> byIp.put(ip, p)));
            while (true) {
                Map<String, Integer> named = new LinkedHashMap<>();
                asked.values().stream().flatMap(a -> a.probe().report().stream()).flatMap(r -> r.rows().stream())
                        .filter(row -> !row.myself() && !row.addressUnknown()).forEach(row -> named.put(row.address().host(), row.address().port()));
                Map<Integer, List<PodFacts>> fresh = named.entrySet().stream().filter(e -> !hosts.contains(e.getKey()))
                        .filter(e -> byIp.containsKey(e.getKey()))
                        .collect(Collectors.groupingBy(e -> e.getValue() > 0 ? e.getValue() : port, TreeMap::new,
                                Collectors.mapping(e -> byIp.get(e.getKey()), Collectors.toList())));
                if (fresh.isEmpty()) {
                    return;
                }
                fresh.forEach((p, members) -> askAll(members, p, hosts));
            }
        }

        private void askAll(List<PodFacts> members, int port, Set<String> hosts) {
            List<CompletableFuture<Asked>> answers = new ArrayList<>();
            for (PodFacts member : members) {
                member.ip().ifPresent(hosts::add);
                answers.add(CompletableFuture.supplyAsync(() -> ask(member, port), executor));
            }
            answers.forEach(answer -> {
                Asked a = answer.join();
                asked.put(a.probe().pod().name(), a);
            });
        }

        private Asked ask(PodFacts pod, int port) {
            Endpoint endpoint = new Endpoint(pod.ip().orElse(""), port, settings);
            if (pod.ip().isEmpty() || !pod.running()) {
                return new Asked(Probe.silent(pod, "its pod is not running"), endpoint, Optional.empty());
            }
            try {
                return new Asked(Probe.answered(pod, servers.report(endpoint)), endpoint, Optional.empty());
            } catch (ServerException e) {
                return new Asked(Probe.silent(pod, e.getMessage()), endpoint, Optional.of(e));
            }
        }

        private Optional<NodeReport> report(String pod) {
            return Optional.ofNullable(asked.get(pod)).flatMap(a -> a.probe().report());
        }

        private SnapshotChoice choice(Optional<PodFacts> pod, Optional<NodeId> node) throws KubernetesException {
            Set<String> activations = all.stream().filter(m -> podName.equals(m.getSpec().getPodName()) && Peers.holds(m))
                    .map(m -> m.getMetadata().getUid()).collect(Collectors.toCollection(HashSet::new));
            activations.add(self.getMetadata().getUid());
            Optional<String> inStatus = Peers.restoresFrom(self).map(SnapshotStatus::getName);
            boolean restored = Optional.ofNullable(self.getStatus()).flatMap(st -> ConditionList.find(st.getConditions(), ConditionType.Restored))
                    .filter(c -> c.getStatus() == ConditionStatus.True).isPresent();
            String name = self.getSpec().getSnapshotName();
            Optional<Snapshot> named = name.isEmpty() ? Optional.empty() : kubernetes.snapshot(namespace, name);
            return SnapshotChoice.of(new SnapshotChoice.Claim(podName, Peers.wants(self), activations, inStatus, name, restored), pod, node, snapshots, named);
        }

        private Optional<Trouble> trouble(Optional<PodFacts> pod) {
            if (pod.isEmpty()) {
                return Optional.of(new Trouble(Reason.PodNotFound, "there is no pod " + podName + " in namespace " + namespace));
            }
            if (!pod.get().running() || pod.get().ip().isEmpty()) {
                return Optional.of(new Trouble(Reason.PodNotRunning, "pod " + podName + " is not running"));
            }
            if (report(podName).filter(NodeReport::alone).filter(r -> r.own().slots().isEmpty()).isPresent()) {
                return Optional.of(new Trouble(Reason.NotAClusterMember, "the server in pod " + podName + " knows no other node: it is not a member of a cluster"));
            }
            return Optional.ofNullable(asked.get(podName)).flatMap(Asked::error).map(Observer::trouble);
        }

        private Map<NodeId, Denied> denied(ClusterView view) {
            Map<NodeId, CompletableFuture<Denied>> answers = new TreeMap<>();
            view.all().stream().filter(Member::reachable).forEach(m -> answers.put(m.id(),
                    CompletableFuture.supplyAsync(() -> denied(endpointOf(m).orElseThrow()), executor)));
            Map<NodeId, Denied> denied = new TreeMap<>();
            answers.forEach((id, answer) -> denied.put(id, answer.join()));
            return denied;
        }

        private Denied denied(Endpoint endpoint) {
            try {
                return servers.denied(endpoint);
            } catch (ServerException e) {
                // it answered a moment ago; the next look shows what happened to it
                return Denied.NOTHING;
            }
        }

        private static Map<NodeId, List<String>> lacking(Map<NodeId, Denied> denied, Function<Denied, List<String>> part) {
            return denied.entrySet().stream().filter(e -> !part.apply(e.getValue()).isEmpty())
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> part.apply(e.getValue())));
        }

        private Optional<Endpoint> endpointOf(Member m) {
            return m.pod().map(p -> asked.get(p.name())).map(Asked::endpoint).filter(e -> !e.host().isEmpty());
        }

        private Map<NodeId, Endpoint> endpoints(ClusterView view) {
            Map<NodeId, Endpoint> endpoints = new TreeMap<>();
            view.all().forEach(m -> endpointOf(m).ifPresent(e -> endpoints.put(m.id(), e)));
            return endpoints;
        }
    }

    /** What a person has to do differs by what went wrong. */
    static Trouble trouble(ServerException e) {
        return new Trouble(switch (e.kind()) {
            case Unreachable, Loading, Refused, OutOfMemory -> Reason.NodeUnreachable;
            case AuthenticationFailed -> Reason.AuthenticationFailed;
            case TlsMismatch -> Reason.TlsMismatch;
            case NotClusterMode -> Reason.NotAClusterMember;
            case NotPermitted -> Reason.CommandNotPermitted;
            case SettingsInvalid -> Reason.ConnectionSettingsInvalid;
        }, e.getMessage());
    }
}
