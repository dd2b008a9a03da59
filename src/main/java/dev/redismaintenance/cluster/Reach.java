package dev.redismaintenance.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a pod's spec and status tell of how its server is reached.
 *
 * @param ips        all its IPs; two where the Kubernetes cluster has both kinds
 * @param controller what keeps the pod: it is made again by it
 * @param started    when the first of its containers began to run
 * @param astray     the name that its server announces, where clients that go by it would not find the pod yet
 */
public record Reach(List<String> ips, Optional<Controller> controller, Listening listening, Optional<Instant> started, Optional<String> astray) {
    public static final Reach UNKNOWN = new Reach(List.of(), Optional.empty(), Listening.UNSAID);

    public Reach {
        ips = List.copyOf(ips);
    }

    public Reach(List<String> ips, Optional<Controller> controller, Listening listening) {
        this(ips, controller, listening, Optional.empty(), Optional.empty());
    }

    Reach astray(String name) {
        return new Reach(ips, controller, listening, started, Optional.of(name));
    }

    /** @param statefulSet Kubernetes' own; others may have the same kind */
    public record Controller(String kind, String name, boolean statefulSet) {
    }
}
