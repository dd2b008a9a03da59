package dev.redismaintenance.cluster;

import java.util.List;
import java.util.Optional;

/**
 * What matters here of the pod behind a cluster node.
 *
 * @param ip             its IP; empty when it has none yet
 * @param kubernetesNode the machine it is bound to; empty when not scheduled
 * @param zone           the machine's topology zone, where it could be read
 * @param nodeClosed     whether that machine is cordoned
 * @param ready          whether it is Ready, whatever our own readiness gate makes of it: out of service is no fault of the pod's
 * @param volumes        names of its persistent volume claims
 * @param mark           the closed mark, when it carries one
 * @param memoryLimit    bytes that its server's container may use at most; 0 is no limit
 * @param connection     what its annotation says of how its cluster's servers are reached, as it stands there
 * @param inService      what its readiness gate says, where it declares ours
 * @param reach          what its spec and status tell of how its server is reached
 * @param revision       which version of its owner's template it was made from, where its owner tells
 */
public record PodFacts(String name, String uid, Optional<String> ip, Optional<String> kubernetesNode, Optional<String> zone,
                       boolean nodeClosed, boolean running, boolean ready, boolean terminating, List<String> volumes,
                       Optional<Mark> mark, long memoryLimit, Optional<String> connection, InServiceGate inService, Reach reach,
                       Optional<Revision> revision) {
    public PodFacts {
        volumes = List.copyOf(volumes);
    }

    public PodFacts(String name, String uid, Optional<String> ip, Optional<String> kubernetesNode, Optional<String> zone,
                    boolean nodeClosed, boolean running, boolean ready, boolean terminating, List<String> volumes,
                    Optional<Mark> mark, long memoryLimit, Optional<String> connection, InServiceGate inService) {
        this(name, uid, ip, kubernetesNode, zone, nodeClosed, running, ready, terminating, volumes, mark, memoryLimit, connection, inService,
                Reach.UNKNOWN, Optional.empty());
    }

    public PodFacts(String name, String uid, Optional<String> ip, Optional<String> kubernetesNode, Optional<String> zone,
                    boolean nodeClosed, boolean running, boolean ready, boolean terminating, List<String> volumes,
                    Optional<Mark> mark, long memoryLimit, Optional<String> connection) {
        this(name, uid, ip, kubernetesNode, zone, nodeClosed, running, ready, terminating, volumes, mark, memoryLimit, connection,
                InServiceGate.NOT_DECLARED);
    }

    public PodFacts(String name, String uid, Optional<String> ip, Optional<String> kubernetesNode, Optional<String> zone,
                    boolean nodeClosed, boolean running, boolean ready, boolean terminating, List<String> volumes, Optional<Mark> mark) {
        this(name, uid, ip, kubernetesNode, zone, nodeClosed, running, ready, terminating, volumes, mark, 0, Optional.empty(),
                InServiceGate.NOT_DECLARED);
    }

    /** The same pod with this mark, or without one; its readiness gate follows the mark. */
    public PodFacts marked(Optional<Mark> newMark) {
        return new PodFacts(name, uid, ip, kubernetesNode, zone, nodeClosed, running, ready, terminating, volumes, newMark, memoryLimit, connection,
                !inService.declared() ? inService : newMark.isPresent() ? InServiceGate.OUT_OF_SERVICE : InServiceGate.IN_SERVICE, reach, revision);
    }

    /** The same pod; clients that go by this name, which its server announces, would not find it yet. */
    public PodFacts astray(String name) {
        return new PodFacts(this.name, uid, ip, kubernetesNode, zone, nodeClosed, running, ready, terminating, volumes, mark, memoryLimit, connection,
                inService, reach.astray(name), revision);
    }

    public boolean closed() {
        return mark.filter(m -> !m.open()).isPresent();
    }

    /** One of its IPs is this. */
    public boolean at(String host) {
        return ip.filter(host::equals).isPresent() || reach.ips().contains(host);
    }
}
