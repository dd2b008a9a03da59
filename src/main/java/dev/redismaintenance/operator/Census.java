package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.server.ConnectionSettings;
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
import java.util.stream.Stream;

/**
 * Which pods on a Kubernetes Node are cluster nodes?
 * <ol>
 * <li>A pod whose server answers and knows other nodes, or owns slots.</li>
 * <li>A pod whose server does not answer, and that the server of any other pod of the namespace tells of.</li>
 * <li>A pod whose server answers and does not say enough (a password, TLS): what it is has to be found out by a person. So has that of one
 * that does not answer, as long as no cluster node of the namespace does, or, where it may be there (its port is not closed), one of them
 * does not say enough.</li>
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

    /**
     * @param none   what answers is no server of a cluster
     * @param closed nothing listens there
     * @param blame  what was tried
     */
    private record Answer(PodFacts pod, Optional<NodeReport> report, Optional<Trouble> trouble, boolean none, boolean closed, String blame) {
        static Answer of(PodFacts pod, NodeReport report) {
            return new Answer(pod, Optional.of(report), Optional.empty(), false, false, "");
        }

        static Answer of(PodFacts pod, Trouble trouble) {
            return new Answer(pod, Optional.empty(), Optional.of(trouble), false, false, "");
        }

        boolean member() {
            return report.filter(r -> !r.alone() || !r.own().slots().isEmpty()).isPresent();
        }
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
            if (a.member()) {
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
            List<Answer> elsewhere = ask(resource, pods.stream().filter(p -> p.running() && p.ip().isPresent() && !here.contains(p)).toList());
            List<Answer> all = Stream.concat(answers.stream(), elsewhere.stream()).toList();
            Set<String> named = named(all);
            boolean blind = all.stream().noneMatch(Answer::member);
            boolean partly = all.stream().anyMatch(a -> a.trouble().isPresent());
            for (Answer a : silent) {
                String pod = a.pod().name();
                if (named.stream().anyMatch(a.pod()::at) || named.contains(pod)) {
                    nodes.add(pod);
                } else if (blind || partly && !a.closed()) {
                    troubles.put(pod, new Trouble(Reason.NodeUnreachable, "it does not answer, and whether it is a cluster node cannot be told: "
                            + (blind ? "no cluster node of the namespace answers" : "servers of other pods do not answer in full either") + a.blame()));
                } else {
                    ignored.add(pod);
                }
            }
        }
        return new Found(nodes, troubles, ignored);
    }

    /** Addresses, and names of pods that announced hostnames begin with. */
    private static Set<String> named(List<Answer> answers) {
        Set<String> names = new HashSet<>();
        answers.stream().flatMap(a -> a.report().stream()).flatMap(r -> r.rows().stream()).filter(row -> !row.addressUnknown()).forEach(row -> {
            names.add(row.address().host());
            row.podByHostname().ifPresent(names::add);
        });
        return names;
    }

    private List<Answer> ask(NodeMaintenance resource, List<PodFacts> pods) throws KubernetesException {
        Map<List<Object>, Object> known = new HashMap<>();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (PodFacts pod : pods) {
            List<Object> key = List.of(pod.connection(), pod.reach());
            if (!known.containsKey(key)) {
                known.put(key, way(resource, pod));
            }
            answers.add(known.get(key) instanceof Way way ? CompletableFuture.supplyAsync(() -> ask(pod, way), executor)
                    : CompletableFuture.completedFuture(Answer.of(pod, (Trouble) known.get(key))));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private record Way(ConnectionChoice choice, ConnectionSettings settings) {
        Endpoint to(PodFacts pod) {
            return new Endpoint(pod.ip().orElseThrow(), choice.port(), settings);
        }

        /** The same without the login, where there is one. */
        Optional<Endpoint> unnamed(PodFacts pod) {
            return settings.password().isEmpty() ? Optional.empty()
                    : Optional.of(new Endpoint(pod.ip().orElseThrow(), choice.port(), new ConnectionSettings(Optional.empty(), Optional.empty(), settings.tls())));
        }
    }

    /** A {@link Way}, or the {@link Trouble} with what is said of it. */
    private Object way(NodeMaintenance resource, PodFacts pod) throws KubernetesException {
        String namespace = resource.getMetadata().getNamespace();
        try {
            ConnectionChoice choice = ConnectionChoice.of(kubernetes, namespace, Optional.ofNullable(resource.getSpec().getConnection()), List.of(pod));
            return new Way(choice, connections.read(namespace, choice));
        } catch (Connections.InvalidConnection e) {
            return new Trouble(Reason.ConnectionSettingsInvalid, e.getMessage());
        }
    }

    /** A login is shown only to what asks for one as a Redis server does. */
    private Answer ask(PodFacts pod, Way way) {
        Optional<Endpoint> unnamed = way.unnamed(pod);
        if (unnamed.isPresent()) {
            try {
                return Answer.of(pod, servers.report(unnamed.get()));
            } catch (ServerException e) {
                if (e.kind() != Kind.AuthenticationFailed && e.kind() != Kind.NotPermitted) {
                    return unanswered(pod, way, e);
                }
            }
        }
        try {
            return Answer.of(pod, servers.report(way.to(pod)));
        } catch (ServerException e) {
            return unanswered(pod, way, e);
        }
    }

    private static Answer unanswered(PodFacts pod, Way way, ServerException e) {
        return switch (e.kind()) {
            case NotClusterMode, NotRedis -> new Answer(pod, Optional.empty(), Optional.empty(), true, false, "");
            case Unreachable -> new Answer(pod, Optional.empty(), Optional.empty(), false, e.nothingListens(), way.choice().blame(e.kind()));
            case AuthenticationFailed, TlsMismatch, NotPermitted, SettingsInvalid, Loading, OutOfMemory, Refused ->
                    Answer.of(pod, Observer.trouble(e, way.choice()));
        };
    }
}
