package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.ReplicaLink;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that know each other by an IPv6 address: the one of the loopback, at ports of their own, with buses elsewhere than 10000 above. */
@ParameterizedClass
@EnumSource
class Ipv6IT {
    @Parameter
    Flavour flavour;

    private final JedisServers servers = new JedisServers();

    @Test
    void are_met_followed_and_given_slots() throws Exception {
        try (LocalServer a = LocalServer.startOnIpv6(flavour); LocalServer b = LocalServer.startOnIpv6(flavour); LocalServer c = LocalServer.startOnIpv6(flavour)) {
            assertEquals(new Address("", a.port()), own(a).address(), "before anybody has met it");
            assertEquals(a.busPort(), own(a).busPort());
            a.ask("CLUSTER", "ADDSLOTSRANGE", "0", "9999");
            b.ask("CLUSTER", "ADDSLOTSRANGE", "10000", "16383");
            b.ask("CLUSTER", "SET-CONFIG-EPOCH", "2");
            servers.meet(a.endpoint(), b.address(), b.port(), b.busPort());
            servers.meet(a.endpoint(), c.address(), c.port(), c.busPort());
            List<LocalServer> all = List.of(a, b, c);
            ThreePrimaries.eventually("all know all", () -> all.stream().allMatch(s -> {
                NodeReport report = report(s);
                return report.stateOk() && report.rows().size() == 3 && report.rows().stream().allMatch(r -> r.linkUp() && !r.handshake());
            }));
            for (LocalServer seen : all) {
                NodeRow row = report(a).row(own(seen).id()).orElseThrow();
                assertEquals(new Address("::1", seen.port()), row.address());
                assertEquals(seen.busPort(), row.busPort());
            }
            for (int i = 0; i < 50; i++) {
                a.ask("SET", ThreePrimaries.key(5, i), "value");
            }
            NodeId source = own(a).id();
            NodeId target = own(b).id();
            new KeyByKeyMove(Duration.ofSeconds(2), Duration.ofSeconds(3)).move(new Order(new Transfer(source, target, SlotRanges.of(5, 7)), a.endpoint(), b.endpoint(), List.of(),
                    Optional.of(new KeyCount(Duration.ofSeconds(2), Duration.ofSeconds(3)).count(a.endpoint(), source, SlotRanges.of(5, 7), new Steps()))), new Steps());
            assertEquals(50, servers.keysInSlot(b.endpoint(), 5));
            assertTrue(own(b).slots().contains(5));
            servers.replicate(c.endpoint(), target);
            ThreePrimaries.eventually("a replica", () -> report(b).replication().replicas().stream().anyMatch(ReplicaLink::online) && report(c).replication().linkUp());
            assertEquals(List.of(new Address("::1", c.port())), report(b).replication().replicas().stream().map(ReplicaLink::address).toList());
        }
    }

    private NodeReport report(LocalServer server) {
        try {
            return servers.report(server.endpoint());
        } catch (ServerException e) {
            throw new IllegalStateException(e);
        }
    }

    private NodeRow own(LocalServer server) {
        return report(server).own();
    }
}
