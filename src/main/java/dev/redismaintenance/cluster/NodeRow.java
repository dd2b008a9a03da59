package dev.redismaintenance.cluster;

import java.util.Optional;
import java.util.Set;

/**
 * One line of {@code CLUSTER NODES}: what one server believes of one node.
 *
 * @param flags     as the server writes them: {@code myself}, {@code master}, {@code slave}, {@code fail?}, {@code fail},
 *                  {@code handshake}, {@code noaddr}, {@code nofailover}
 * @param primary   the node it replicates; empty for a primary
 * @param linkUp    whether the cluster bus link to it is connected (always true for {@code myself})
 * @param openSlots slots that are half-way in a migration, as written ({@code [93->-id]}, {@code [93-<-id]}); only in a server's own line
 * @param busPort   where the other nodes talk to it
 * @param hostname  the name that it announces; empty for none
 */
public record NodeRow(NodeId id, Address address, Set<String> flags, Optional<NodeId> primary, long configEpoch,
                      boolean linkUp, SlotRanges slots, Set<String> openSlots, int busPort, String hostname) {
    /** What servers add to the client port where nobody says otherwise. */
    public static final int BUS = 10_000;

    public NodeRow(NodeId id, Address address, Set<String> flags, Optional<NodeId> primary, long configEpoch,
                   boolean linkUp, SlotRanges slots, Set<String> openSlots) {
        this(id, address, flags, primary, configEpoch, linkUp, slots, openSlots, address.port() + BUS, "");
    }

    NodeRow at(String host) {
        return new NodeRow(id, new Address(host, address.port()), flags, primary, configEpoch, linkUp, slots, openSlots, busPort, hostname);
    }

    /** The pod that its hostname speaks of, if it speaks of a pod: the name of a pod in a headless Service begins with the pod's. */
    public Optional<String> podByHostname() {
        return Optional.of(hostname.split("\\.", 2)[0]).filter(label -> !label.isEmpty());
    }

    public Role role() {
        return flags.contains("master") ? Role.PRIMARY : Role.REPLICA;
    }

    public boolean myself() {
        return flags.contains("myself");
    }

    /** This view holds the node for failed, or suspects it. */
    public boolean failing() {
        return flags.contains("fail") || flags.contains("fail?");
    }

    public boolean failed() {
        return flags.contains("fail");
    }

    public boolean handshake() {
        return flags.contains("handshake");
    }

    /** Nobody knows where it is, or this view has not heard of its role yet. */
    public boolean addressUnknown() {
        return flags.contains("noaddr");
    }
}
