package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Listening;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.ViewBuilder;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.Servers;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which pod is which node, however nodes say where they are? */
class SurveyTest {
    private final List<PodFacts> pods = new ArrayList<>();
    /** By where it listens. */
    private final Map<String, NodeReport> listening = new TreeMap<>();
    private final Set<String> dialled = new TreeSet<>();

    @Test
    void by_the_ips_of_pods_at_the_ports_that_are_named() {
        pods.addAll(List.of(pod("a", "10.0.0.1"), pod("b", "10.0.0.2"), pod("web", "10.0.0.9")));
        NodeRow[] rows = {row(1, "10.0.0.1", 6379, ""), row(2, "10.0.0.2", 7000, "")};
        listen("10.0.0.1:6379", 1, rows);
        listen("10.0.0.2:7000", 2, rows);
        assertEquals(Map.of(1, "a 10.0.0.1:6379", 2, "b 10.0.0.2:7000"), found("a"));
        assertEquals(Set.of("10.0.0.1:6379", "10.0.0.2:7000"), dialled);
    }

    @Test
    void an_announced_port_that_the_pod_does_not_listen_at_is_for_others_and_ours_does() {
        pods.addAll(List.of(pod("a", "10.0.0.1"), pod("b", "10.0.0.2"), pod("c", "10.0.0.3")));
        NodeRow[] rows = {row(1, "10.0.0.1", 7001, ""), row(2, "10.0.0.2", 7001, ""), row(3, "10.0.0.3", 7001, "")};
        listen("10.0.0.1:6379", 1, rows);
        listen("10.0.0.2:6379", 2, rows);
        listen("10.0.0.3:6379", 4, row(4, "10.0.0.3", 6379, ""));
        assertEquals(Map.of(1, "a 10.0.0.1:6379", 2, "b 10.0.0.2:6379", 3, "c 10.0.0.3:7001 silent"), found("a"), "who answers at a port that nobody named has to be who was meant");
    }

    @Test
    void addresses_that_no_pod_has_are_those_of_pods_with_the_same_controller_by_their_ids() {
        pods.addAll(List.of(pod("a", "10.0.0.1", "cache"), pod("b", "10.0.0.2", "cache"), pod("c", "10.0.0.3", "cache"), pod("new", "10.0.0.4", "cache"), pod("web", "10.0.0.9", "web")));
        NodeRow[] rows = {row(1, "192.0.2.1", 6379, ""), row(2, "192.0.2.2", 6379, ""), row(3, "192.0.2.3", 6379, "")};
        listen("10.0.0.1:6379", 1, rows);
        listen("10.0.0.2:6379", 3, rows);
        listen("10.0.0.3:6379", 2, rows);
        listen("10.0.0.4:6379", 7, row(7, "10.0.0.4", 6379, ""));
        assertEquals(Map.of(1, "a 10.0.0.1:6379", 2, "c 10.0.0.3:6379", 3, "b 10.0.0.2:6379"), found("a"));
        assertEquals(Set.of("10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.3:6379", "10.0.0.4:6379"), dialled, "nobody else is shown the password");
    }

    @Test
    void else_of_the_pod_that_the_announced_hostname_names_also_while_that_does_not_answer() {
        pods.addAll(List.of(pod("a-0", "10.0.0.1", "a"), pod("b-0", "10.0.0.2", "b"), pod("c-0", "10.0.0.3", "c"), pod("d-0", "10.0.0.4", "d")));
        NodeRow[] rows = {row(1, "192.0.2.1", 6379, "a-0.cache.ns.svc"), row(2, "192.0.2.2", 6379, "b-0.cache.ns.svc"), row(3, "192.0.2.3", 6379, "c-0.cache"), row(4, "192.0.2.4", 6379, "")};
        listen("10.0.0.1:6379", 1, rows);
        listen("10.0.0.2:6379", 2, rows);
        assertEquals(Map.of(1, "a-0 10.0.0.1:6379", 2, "b-0 10.0.0.2:6379", 3, "c-0 10.0.0.3:6379 silent", 4, "nobody"), found("a-0"));
    }

    @Test
    void ipv6_addresses_and_pods_that_have_both_kinds() {
        pods.addAll(List.of(pod("a", "10.0.0.1", List.of("10.0.0.1", "fd00::1"), Listening.UNSAID), pod("b", "10.0.0.2", List.of("10.0.0.2", "fd00::2"), Listening.UNSAID),
                pod("c", "fd00::3")));
        NodeRow[] rows = {row(1, "fd00::1", 6379, ""), row(2, "fd00::2", 6379, ""), row(3, "fd00::3", 6379, "")};
        listen("[fd00::1]:6379", 1, rows);
        listen("[fd00::2]:6379", 2, rows);
        listen("[fd00::3]:6379", 3, rows);
        assertEquals(Map.of(1, "a [fd00::1]:6379", 2, "b [fd00::2]:6379", 3, "c [fd00::3]:6379"), found("a"));
    }

    @Test
    void pods_that_share_their_machines_address_are_told_apart_by_the_port_that_their_spec_says() {
        pods.addAll(List.of(pod("a", "10.0.0.1", List.of(), port(6379)), pod("b", "10.0.0.1", List.of(), port(6380)), pod("c", "10.0.0.1", List.of(), port(6381)),
                ended("old", "10.0.0.2"), pod("d", "10.0.0.2")));
        NodeRow[] rows = {row(1, "10.0.0.1", 6379, ""), row(2, "10.0.0.1", 6380, ""), row(3, "10.0.0.1", 6381, ""), row(4, "10.0.0.2", 6379, "")};
        listen("10.0.0.1:6379", 1, rows);
        listen("10.0.0.1:6380", 2, rows);
        listen("10.0.0.2:6379", 4, rows);
        assertEquals(Map.of(1, "a 10.0.0.1:6379", 2, "b 10.0.0.1:6380", 3, "c 10.0.0.1:6381 silent", 4, "d 10.0.0.2:6379"), found("a"));
    }

    @Test
    void a_server_that_has_not_met_anybody_knows_no_address_of_its_own() {
        pods.add(pod("a", "10.0.0.1", "cache"));
        pods.add(pod("b", "10.0.0.2", "cache"));
        listen("10.0.0.1:6379", 1, row(1, "", 6379, ""));
        assertEquals(Map.of(), found("a"));
        assertEquals(Set.of("10.0.0.1:6379"), dialled);
    }

    /** By node: its pod, where it is talked to, and whether it does not answer. */
    private Map<Integer, String> found(String from) {
        Survey survey = new Survey(servers(), Runnable::run, pods, 6379, ConnectionSettings.PLAIN);
        survey.ask(pods.stream().filter(p -> p.name().equals(from)).toList());
        survey.follow();
        Map<Integer, String> found = new LinkedHashMap<>();
        ViewBuilder.build(survey.probes(), Map.of()).all().stream().filter(m -> !m.isolated()).forEach(m -> found.put(Integer.parseInt(m.id().value().substring(30)),
                m.pod().map(p -> p.name() + " " + survey.endpointOf(m).orElseThrow() + (m.reachable() ? "" : " silent")).orElse("nobody")));
        return found;
    }

    private Servers servers() {
        return (Servers) Proxy.newProxyInstance(Servers.class.getClassLoader(), new Class<?>[] {Servers.class}, (proxy, method, args) -> {
            String where = ((Endpoint) args[0]).toString();
            dialled.add(where);
            if (!method.getName().equals("report") || !listening.containsKey(where)) {
                throw new ServerException(ServerException.Kind.Unreachable, where + " cannot be reached");
            }
            return listening.get(where);
        });
    }

    private void listen(String where, int node, NodeRow... rows) {
        listening.put(where, new NodeReport("valkey", "9.1.2", "run", true, 1, 0, false, new Replication(Role.PRIMARY, true, false, 0, 0, 0, 0, List.of()),
                new Memory(0, 0, 0), Map.of(), List.of(rows).stream().map(r -> r.id().equals(id(node)) ? myself(r) : r).toList()));
    }

    private static NodeRow myself(NodeRow r) {
        return new NodeRow(r.id(), r.address(), Set.of("myself", "master"), r.primary(), r.configEpoch(), true, r.slots(), r.openSlots(), r.busPort(), r.hostname());
    }

    private static NodeRow row(int node, String host, int port, String hostname) {
        return new NodeRow(id(node), new Address(host, port), Set.of("master"), Optional.empty(), node, true, SlotRanges.of(node, node), Set.of(), port + 10_000, hostname);
    }

    private static NodeId id(int node) {
        return new NodeId("%040d".formatted(node));
    }

    private static Listening port(int port) {
        return new Listening(Optional.of(port), false, "--port " + port);
    }

    private static PodFacts pod(String name, String ip) {
        return pod(name, ip, List.of(), Listening.UNSAID);
    }

    private static PodFacts ended(String name, String ip) {
        return pod(name, ip, false, new Reach(List.of(), Optional.empty(), Listening.UNSAID));
    }

    private static PodFacts pod(String name, String ip, String controller) {
        return pod(name, ip, true, new Reach(List.of(), Optional.of(new Reach.Controller("StatefulSet", controller, true)), Listening.UNSAID));
    }

    private static PodFacts pod(String name, String ip, List<String> ips, Listening listening) {
        return pod(name, ip, true, new Reach(ips, Optional.empty(), listening));
    }

    private static PodFacts pod(String name, String ip, boolean running, Reach reach) {
        return new PodFacts(name, "uid", Optional.of(ip), Optional.empty(), Optional.empty(), false, running, running, false, List.of(), Optional.empty(), 0, Optional.empty(),
                InServiceGate.NOT_DECLARED, reach, Optional.empty());
    }
}
