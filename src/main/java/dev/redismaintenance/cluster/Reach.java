package dev.redismaintenance.cluster;

import java.util.List;
import java.util.Optional;

/**
 * What a pod's spec and status tell of how its server is reached.
 *
 * @param ips        all its IPs; two where the Kubernetes cluster has both kinds
 * @param controller what keeps the pod: it is made again by it
 */
public record Reach(List<String> ips, Optional<Controller> controller, Listening listening) {
    public static final Reach UNKNOWN = new Reach(List.of(), Optional.empty(), Listening.UNSAID);

    public Reach {
        ips = List.copyOf(ips);
    }

    /** @param statefulSet Kubernetes' own; others may have the same kind */
    public record Controller(String kind, String name, boolean statefulSet) {
    }
}
