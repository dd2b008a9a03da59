package dev.redismaintenance.operator;

import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.TlsSpec;
import dev.redismaintenance.cluster.Listening;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.operator.Connections.InvalidConnection;
import dev.redismaintenance.server.ServerException;
import java.util.List;
import java.util.Optional;

/**
 * Who says how the servers are reached? The request; else the annotation of its pod, and while that is away or says nothing, of
 * another pod of its cluster; else that of their StatefulSets. Port and TLS that whoever speaks leaves out are taken from the pod's
 * spec where it says them plainly; else they are 6379 and plain text. A login is never guessed.
 *
 * @param spec   complete, its port is set
 * @param source who speaks, in words; empty where nobody does
 * @param where  port and TLS and where they are from, in words
 * @param unread an annotation that may not be read, in words
 */
record ConnectionChoice(ConnectionSpec spec, Optional<String> source, String where, Optional<String> unread) {
    private static final int DEFAULT_PORT = 6379;

    private record Said(Optional<ConnectionSpec> spec, Optional<String> source, Optional<String> unread) {
        static final Said NOTHING = new Said(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** @param speakers the pod itself, where there is one, then others of its cluster */
    static ConnectionChoice of(Kubernetes kubernetes, String namespace, Optional<ConnectionSpec> requested, List<PodFacts> speakers)
            throws KubernetesException, InvalidConnection {
        Said said = requested.isPresent() ? new Said(requested, Optional.of("spec.connection"), Optional.empty()) : annotated(kubernetes, namespace, speakers);
        Listening plain = speakers.stream().map(p -> p.reach().listening()).findFirst().orElse(Listening.UNSAID);
        return complete(said, plain);
    }

    private static Said annotated(Kubernetes kubernetes, String namespace, List<PodFacts> speakers) throws KubernetesException, InvalidConnection {
        for (PodFacts pod : speakers) {
            if (pod.connection().isPresent()) {
                return said("pod " + pod.name(), pod.connection().get());
            }
        }
        List<String> owners = speakers.stream().flatMap(p -> p.reach().controller().stream()).filter(Reach.Controller::statefulSet)
                .map(Reach.Controller::name).distinct().toList();
        for (String owner : owners) {
            try {
                Optional<String> text = kubernetes.connectionOf(namespace, owner);
                if (text.isPresent()) {
                    return said("StatefulSet " + owner, text.get());
                }
            } catch (KubernetesException e) {
                if (!e.forbidden()) {
                    throw e;
                }
                return new Said(Optional.empty(), Optional.empty(), Optional.of("whether StatefulSet " + owner + " has the annotation is not known: "
                        + "the operator may not get statefulsets"));
            }
        }
        return Said.NOTHING;
    }

    private static Said said(String bearer, String text) throws InvalidConnection {
        return new Said(Optional.of(ConnectionText.read(bearer, text)), Optional.of("the annotation " + PodReader.CONNECTION + " of " + bearer), Optional.empty());
    }

    private static ConnectionChoice complete(Said said, Listening plain) {
        ConnectionSpec whole = new ConnectionSpec();
        Optional<Integer> port = said.spec().map(ConnectionSpec::getPort);
        Optional<TlsSpec> tls = said.spec().map(ConnectionSpec::getTls);
        said.spec().map(ConnectionSpec::getAuth).ifPresent(whole::setAuth);
        whole.setPort(port.or(plain::port).orElse(DEFAULT_PORT));
        // of another port than the one that the pod's spec says, nothing is known
        boolean secured = plain.tls() && (port.isEmpty() || plain.port().isEmpty() || port.equals(plain.port()));
        tls.or(() -> secured ? Optional.of(new TlsSpec()) : Optional.empty()).ifPresent(whole::setTls);
        String from = port.isPresent() ? "" : plain.port().isPresent() ? ", from " + plain.why() : ", the default: " + plain.why();
        return new ConnectionChoice(whole, said.source(), (whole.getTls() == null ? "in plain text to" : tls.isPresent() ? "with TLS to" : "with TLS, as the pod's spec says, to")
                + " port " + whole.getPort() + from, said.unread());
    }

    int port() {
        return spec.getPort();
    }

    /** What to add to the message when the connection fails: where it came from, and how to say it otherwise. */
    String blame(ServerException.Kind kind) {
        return switch (kind) {
            case Unreachable, AuthenticationFailed, TlsMismatch, SettingsInvalid -> ". It was tried " + where + ". " + source.map(who -> "How to connect is said by " + who)
                    .orElse("Nothing says how to connect; where this is wrong, or there is a password, say it in spec.connection or in the annotation "
                            + PodReader.CONNECTION + " of the pods or their StatefulSet") + unread.map(u -> " (" + u + ")").orElse("");
            case NotRedis, NotClusterMode, NotPermitted, Loading, OutOfMemory, Refused -> "";
        };
    }
}
