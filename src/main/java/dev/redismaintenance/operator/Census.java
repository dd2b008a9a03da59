package dev.redismaintenance.operator;

import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.Servers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Which pods on a Kubernetes Node are cluster nodes?
 * <ol>
 * <li>A pod whose server answers and knows other nodes, or owns slots.</li>
 * <li>A pod whose server does not answer, and that the server of any other pod of the namespace tells of.</li>
 * <li>A pod whose server answers and does not say enough (a password, TLS): what it is has to be found out by a person.</li>
 * </ol>
 * All others are none: nothing listens there, or not a server in cluster mode, or one that is no member of any cluster.
 */
final class Census {
    private final Kubernetes kubernetes;
    private final Servers servers;
    private final Executor executor;
    private final Connections connections;

    /**
     * @param nodes    pods that are cluster nodes
     * @param troubles by pod, why that could not be found out
     * @param ignored  pods that are none
     */
    record Found(List<String> nodes, Map<String, Trouble> troubles, List<String> ignored) {
    }

    private record Answer(PodFacts pod, Optional<NodeReport> report, Optional<Trouble> trouble, boolean none) {
    }

    Census(Kubernetes kubernetes, Servers servers, Executor executor) {
        this.kubernetes = kubernetes;
        this.servers = servers;
        this.executor = executor;
        this.connections = new Connections(kubernetes);
    }

    Found on(NodeMaintenance resource, List<PodFacts> pods) throws KubernetesException {
        String machine = resource.getSpec().getNodeName();
        List<PodFacts> here = pods.stream().filter(p -> p.running() && p.ip().isPresent() && p.kubernetesNode().filter(machine::equals).isPresent()).toList();
        List<Answer> answers = ask(resource, here);
        List<String> nodes = new ArrayList<>();
        Map<String, Trouble> troubles = new TreeMap<>();
        List<Answer> silent = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (Answer a : answers) {
            if (a.report().filter(r -> !r.alone() || !r.own().slots().isEmpty()).isPresent()) {
                nodes.add(a.pod().name());
            } else if (a.trouble().isPresent()) {
                troubles.put(a.pod().name(), a.trouble().get());
            } else if (a.none() || a.report().isPresent()) {
                ignored.add(a.pod().name());
            } else {
                silent.add(a);
            }
        }
        if (!silent.isEmpty()) {
            Set<String> named = named(answers);
            named.addAll(named(ask(resource, pods.stream().filter(p -> p.running() && p.ip().isPresent() && !here.contains(p)).toList())));
            silent.forEach(a -> (named.contains(a.pod().ip().orElseThrow()) ? nodes : ignored).add(a.pod().name()));
        }
        return new Found(nodes, troubles, ignored);
    }

    private static Set<String> named(List<Answer> answers) {
        Set<String> hosts = new HashSet<>();
        answers.stream().flatMap(a -> a.report().stream()).flatMap(r -> r.rows().stream()).filter(row -> !row.addressUnknown())
                .map(NodeRow::address).forEach(address -> hosts.add(address.host()));
        return hosts;
    }

    private List<Answer> ask(NodeMaintenance resource, List<PodFacts> pods) throws KubernetesException {
        Map<Optional<String>, Object> known = new HashMap<>();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (PodFacts pod : pods) {
            Optional<String> annotation = resource.getSpec().getConnection() == null ? pod.connection() : Optional.empty();
            if (!known.containsKey(annotation)) {
                known.put(annotation, way(resource, pod));
            }
            answers.add(known.get(annotation) instanceof Way way ? CompletableFuture.supplyAsync(() -> ask(pod, way.to(pod)), executor)
                    : CompletableFuture.completedFuture(new Answer(pod, Optional.empty(), Optional.of((Trouble) known.get(annotation)), false)));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private record Way(int port, dev.redismaintenance.server.ConnectionSettings settings) {
        Endpoint to(PodFacts pod) {
            return new Endpoint(pod.ip().orElseThrow(), port, settings);
        }
    }

    /** A {@link Way}, or the {@link Trouble} with what is said of it. */
    private Object way(NodeMaintenance resource, PodFacts pod) throws KubernetesException {
        try {
            Optional<ConnectionSpec> spec = resource.getSpec().getConnection() != null ? Optional.of(resource.getSpec().getConnection())
                    : pod.connection().isEmpty() ? Optional.empty() : Optional.of(ConnectionText.read(pod.name(), pod.connection().get()));
            return new Way(Connections.port(spec), connections.read(resource.getMetadata().getNamespace(), spec));
        } catch (Connections.InvalidConnection e) {
            return new Trouble(Reason.ConnectionSettingsInvalid, e.getMessage());
        }
    }

    private Answer ask(PodFacts pod, Endpoint endpoint) {
        try {
            return new Answer(pod, Optional.of(servers.report(endpoint)), Optional.empty(), false);
        } catch (ServerException e) {
            boolean none = e.kind() == Kind.NotClusterMode;
            boolean silent = e.kind() == Kind.Unreachable;
            return new Answer(pod, Optional.empty(), none || silent ? Optional.empty() : Optional.of(Observer.trouble(e)), none);
        }
    }
}
