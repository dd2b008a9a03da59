package dev.redismaintenance.operator;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
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
import dev.redismaintenance.cluster.Rollout;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.cluster.UpdatePlan;
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
import java.util.HashMap;
import java.util.HashSet;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one look at the cluster behind a pod.
 *
 * <ol>
 * <li>Pods, the other maintenances, the snapshots.</li>
 * <li>The cluster is found from any one pod: the target, or, when that is down or knows nobody, a pod that the snapshot
 *     recorded; from there a {@link Survey} finds the others.</li>
 * <li>Pods that a snapshot recorded and no address names are asked as well. Whoever was found counts when the others know it by its id.</li>
 * <li>Every asked pod answers with a report or a reason; one view is built from all.</li>
 * <li>What the account may not run is asked of all that answered, unless the maintenance is settled.</li>
 * </ol>
 */
final class Observer {
    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);
    private static final String STATEFUL_SET = "StatefulSet ";

    private final Kubernetes kubernetes;
    private final Servers servers;
    private final Executor executor;
    private final SlotWorkers workers;
    private final ForeignFailovers foreign;
    private final OthersAtWork others;
    private final LeftSlots leftSlots = new LeftSlots();
    private final Connections connections;
    private final RequestedSnapshots requested;
    private final AnnouncedNames names;

    /**
     * @param executor      runs the questions to the servers of one cluster side by side
     * @param snapshotsKept how many snapshots that were made ahead of one pod are kept; 0: all
     */
    Observer(Kubernetes kubernetes, Servers servers, SlotWorkers workers, ForeignFailovers foreign, OthersAtWork others, Executor executor, int snapshotsKept) {
        this.kubernetes = kubernetes;
        this.servers = servers;
        this.executor = executor;
        this.workers = workers;
        this.foreign = foreign;
        this.others = others;
        this.connections = new Connections(kubernetes);
        this.requested = new RequestedSnapshots(kubernetes, snapshotsKept);
        this.names = new AnnouncedNames();
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
        private Map<String, PodFacts> pods;
        private List<Snapshot> snapshots;
        private ConnectionChoice chosen;
        private Survey survey;

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
            if (others.since(namespace, pods.values())) {
                foreign.forget(namespace);
            }
            Optional<Trouble> blocked = Optional.empty();
            try {
                chosen = ConnectionChoice.of(kubernetes, namespace, Optional.ofNullable(self.getSpec().getConnection()),
                        Stream.concat(Optional.ofNullable(pods.get(podName)).stream(), podsOfSnapshots()).toList());
                survey = new Survey(servers, executor, pods.values(), chosen.port(), connections.read(namespace, chosen));
            } catch (Connections.InvalidConnection e) {
                survey = new Survey(servers, executor, List.of(), 0, ConnectionSettings.PLAIN);
                blocked = Optional.of(new Trouble(Reason.ConnectionSettingsInvalid, e.getMessage()));
            }
            Optional<PodFacts> pod = Optional.ofNullable(pods.get(podName));
            if (blocked.isEmpty()) {
                survey.ask(pod.stream().toList());
                survey.ask(rememberedPods());
                survey.follow();
                survey.askMembers(podsOfSnapshots().toList());
                survey.follow();
            }
            Optional<NodeId> answered = survey.report(podName).map(NodeReport::id);
            SnapshotChoice choice = choice(pod, answered);
            Optional<NodeId> node = answered.or(() -> choice.recorded().map(Recorded::placement).map(Placement::node));
            ClusterView view = ViewBuilder.build(survey.probes(), remembered());
            Map<NodeId, Endpoint> endpoints = survey.endpoints(view);
            Map<NodeId, Denied> denied = preflight ? denied(view) : Map.of();
            SlotRanges ours = choice.recorded().map(r -> r.ours(view)).orElse(SlotRanges.NONE);
            SlotRanges left = leftSlots.look(namespace, view, ours, endpoints, servers::keysInSlot, now);
            Situation situation = new Situation(view, pod.map(p -> asFound(p, choice)), node, trouble(pod), choice.recorded(),
                    lacking(denied, Denied::always), Peers.of(self, all, List.copyOf(pods.values()), snapshots, view), lentByOthers(),
                    lacking(denied, Denied::slots), workers.seen(namespace + "/" + podName, left, now),
                    guests(view).stream().map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus), OverrideRequest.of(overrider(choice)),
                    Rollout.of(view, pods.values(), serviced(), plans(view)), foreign.look(namespace, view, now));
            return new Observation(situation, endpoints, ofOtherPods(), guests(view), requested.look(self, all),
                    blocked.or(choice::trouble).or(() -> MissedSnapshot.trouble(self, pod, choice)));
        }

        /** On the way out clients are sent to it again. */
        private PodFacts asFound(PodFacts pod, SnapshotChoice choice) {
            boolean sentBack = !Peers.wants(self) && !Judgement.dryRun(self) && !self.getSpec().isSkipShardsRestore()
                    && (choice.recorded().isPresent() || pod.mark().isPresent());
            return sentBack ? survey.report(podName).flatMap(r -> names.astray(pod, r.rows(), now)).map(pod::astray).orElse(pod) : pod;
        }

        /** Who says which gates are passed over: the one that this was made for, as long as it is of the Kubernetes Node that that one names. */
        private NodeMaintenance overrider(SnapshotChoice choice) {
            Optional<String> machine = choice.recorded().filter(r -> r.thisActivation() && r.by() == Recorded.By.ITSELF).map(Recorded::placement)
                    .flatMap(Placement::machine).or(() -> Optional.ofNullable(pods.get(podName)).flatMap(PodFacts::kubernetesNode));
            return Children.owner(self, all).filter(o -> machine.filter(o.getSpec().getNodeName()::equals).isPresent())
                    .filter(o -> !o.getSpec().getOverrideGates().isEmpty()).orElse(self);
        }

        private Stream<PodFacts> podsOfSnapshots() {
            return ofThisPod().flatMap(p -> p.positions().values().stream()).map(Position::podName).distinct()
                    .map(pods::get).filter(p -> p != null && !p.name().equals(podName));
        }

        /** Pods that snapshots of this pod name: the way into the cluster while the target is away. */
        private List<PodFacts> rememberedPods() {
            boolean known = survey.report(podName).filter(r -> r.rows().stream().anyMatch(row -> !row.myself() && !row.handshake())).isPresent();
            return known ? List.of() : podsOfSnapshots().toList();
        }

        private Stream<Placement> ofThisPod() {
            return snapshots.stream().flatMap(s -> s.placement().stream()).filter(p -> p.podName().equals(podName));
        }

        private List<Placement> ofOtherPods() {
            return snapshots.stream().flatMap(s -> s.placement().stream()).filter(p -> !p.podName().equals(podName)).toList();
        }

        /** Of this cluster: others of the namespace have the same slots. */
        private List<Transfer> guests(ClusterView view) {
            return snapshots.stream().filter(s -> s.placement().filter(p -> !p.podName().equals(podName)).isPresent())
                    .flatMap(s -> s.guests().stream()).filter(t -> view.member(t.from()).isPresent() || view.member(t.to()).isPresent()).toList();
        }

        private Set<NodeId> lentByOthers() {
            return snapshots.stream().filter(s -> s.placement().filter(p -> p.podName().equals(podName)).isEmpty())
                    .flatMap(s -> s.loans().stream()).map(Loan::spare).collect(Collectors.toSet());
        }

        /** Who may not read StatefulSets judges by the pods alone. */
        private Map<String, UpdatePlan> plans(ClusterView view) throws KubernetesException {
            Map<String, UpdatePlan> plans = new HashMap<>();
            for (String owner : Rollout.doubtful(view, pods.values(), serviced())) {
                if (owner.startsWith(STATEFUL_SET)) {
                    try {
                        kubernetes.updateOf(namespace, owner.substring(STATEFUL_SET.length())).ifPresent(plan -> plans.put(owner, plan));
                    } catch (KubernetesException e) {
                        if (!e.forbidden()) {
                            throw e;
                        }
                        LOG.debug("{}: {}; whether its update goes on is judged by its pods", owner, e.getMessage());
                    }
                }
            }
            return plans;
        }

        private Set<String> serviced() {
            Set<String> living = all.stream().map(m -> m.getMetadata().getUid()).collect(Collectors.toSet());
            return Stream.concat(pods.values().stream().filter(p -> p.mark().isPresent()).map(PodFacts::name),
                    snapshots.stream().flatMap(s -> s.placement().stream()).filter(p -> living.contains(p.activation())).map(Placement::podName))
                    .collect(Collectors.toSet());
        }

        private Map<String, NodeId> remembered() {
            Map<String, NodeId> ids = new HashMap<>();
            ofThisPod().flatMap(p -> p.positions().values().stream()).forEach(p -> ids.put(p.podName(), p.id()));
            return ids;
        }

        private SnapshotChoice choice(Optional<PodFacts> pod, Optional<NodeId> node) throws KubernetesException {
            Set<String> activations = all.stream().filter(m -> podName.equals(m.getSpec().getPodName()) && Peers.holds(m))
                    .map(m -> m.getMetadata().getUid()).collect(Collectors.toCollection(HashSet::new));
            activations.add(self.getMetadata().getUid());
            Optional<String> inStatus = Peers.restoresFrom(self).map(SnapshotStatus::getName);
            boolean restored = ConditionList.find(self, ConditionType.Restored)
                    .filter(c -> c.getStatus() == ConditionStatus.True).isPresent();
            String name = self.getSpec().getSnapshotName();
            Optional<Snapshot> named = name.isEmpty() ? Optional.empty() : kubernetes.snapshot(namespace, name);
            return SnapshotChoice.of(new SnapshotChoice.Claim(self.getMetadata().getUid(), podName, Peers.wants(self), activations, inStatus, name, restored), pod, node, snapshots, named);
        }

        private Optional<Trouble> trouble(Optional<PodFacts> pod) {
            if (pod.isEmpty()) {
                return Optional.of(new Trouble(Reason.PodNotFound, "there is no pod " + podName + " in namespace " + namespace));
            }
            if (!pod.get().running() || pod.get().ip().isEmpty()) {
                return Optional.of(new Trouble(Reason.PodNotRunning, "pod " + podName + " is not running"));
            }
            if (survey.report(podName).filter(NodeReport::alone).filter(r -> r.own().slots().isEmpty()).isPresent()) {
                return Optional.of(new Trouble(Reason.NotAClusterMember, "the server in pod " + podName + " knows no other node: it is not a member of a cluster"));
            }
            return survey.error(podName).map(e -> Observer.trouble(e, chosen));
        }

        private Map<NodeId, Denied> denied(ClusterView view) {
            Map<NodeId, CompletableFuture<Denied>> answers = new TreeMap<>();
            view.all().stream().filter(Member::reachable).forEach(m -> answers.put(m.id(),
                    CompletableFuture.supplyAsync(() -> denied(survey.endpointOf(m).orElseThrow()), executor)));
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
    }

    /** What a person has to do differs by what went wrong. */
    static Trouble trouble(ServerException e, ConnectionChoice chosen) {
        return new Trouble(switch (e.kind()) {
            case Unreachable, Loading, Refused, OutOfMemory, NotRedis -> Reason.NodeUnreachable;
            case AuthenticationFailed -> Reason.AuthenticationFailed;
            case TlsMismatch -> Reason.TlsMismatch;
            case NotClusterMode -> Reason.NotAClusterMember;
            case NotPermitted -> Reason.CommandNotPermitted;
            case SettingsInvalid -> Reason.ConnectionSettingsInvalid;
        }, e.getMessage() + chosen.blame(e.kind()));
    }
}
