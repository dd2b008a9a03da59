package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Listening;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Reach;
import dev.redismaintenance.cluster.SlotRanges;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Would a client that is sent to a name find the pod? */
class AnnouncedNamesTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final String NAME = "cache-0.cache.team.svc.cluster.local";
    private static final String OTHER = "cache-1.cache.team.svc.cluster.local";

    private final Map<String, Set<String>> dns = new HashMap<>(Map.of(OTHER, Set.of("10.0.0.2")));
    private final List<String> asked = new ArrayList<>();
    private final AnnouncedNames names = new AnnouncedNames(Runnable::run, name -> {
        asked.add(name);
        return dns.getOrDefault(name, Set.of()).stream().map(AnnouncedNamesTest::address).collect(Collectors.toSet());
    });

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static PodFacts pod(Optional<Instant> started) {
        return new PodFacts("cache-0", "uid", Optional.of("10.0.0.1"), Optional.of("worker-0"), Optional.empty(), false, true, true, false, List.of(), Optional.empty(), 0,
                Optional.empty(), InServiceGate.NOT_DECLARED, new Reach(List.of("10.0.0.1", "fd00::1"), Optional.empty(), Listening.UNSAID, started, Optional.empty()), Optional.empty());
    }

    private static NodeRow row(int n, boolean myself, String hostname) {
        return new NodeRow(new NodeId(String.valueOf(n).repeat(40)), new Address("10.0.0." + n, 6379), Set.of(myself ? "myself" : "connected", "master"), Optional.empty(), 1, true,
                SlotRanges.NONE, Set.of(), 16379, hostname);
    }

    private Optional<String> astray(int secondsSinceStart, String own, String other) {
        return names.astray(pod(Optional.of(NOW.minusSeconds(secondsSinceStart))), List.of(row(1, true, own), row(2, false, other)), NOW);
    }

    @Test
    void a_name_that_dns_does_not_know_leads_nowhere() {
        assertEquals(Optional.of(NAME), astray(5, NAME, OTHER));
    }

    @Test
    void a_name_that_still_leads_to_the_old_address_leads_elsewhere() {
        dns.put(NAME, Set.of("10.0.0.9"));
        assertEquals(Optional.of(NAME), astray(5, NAME, OTHER));
    }

    @Test
    void a_name_that_leads_to_one_of_the_pods_addresses_leads_to_it() {
        dns.put(NAME, Set.of("fd00:0:0:0:0:0:0:1"));
        assertEquals(Optional.empty(), astray(5, NAME, OTHER));
    }

    @Test
    void what_dns_kept_from_before_is_over_after_a_minute_and_nobody_is_asked() {
        assertEquals(Optional.empty(), astray(60, NAME, OTHER));
        assertEquals(Optional.empty(), names.astray(pod(Optional.empty()), List.of(row(1, true, NAME), row(2, false, OTHER)), NOW));
        assertEquals(List.of(), asked);
    }

    @Test
    void where_no_name_is_known_here_nothing_is_learned_from_it() {
        dns.clear();
        assertEquals(Optional.empty(), astray(5, NAME, OTHER));
        assertEquals(Optional.empty(), astray(5, NAME, ""));
    }

    @Test
    void a_server_that_announces_none_or_one_that_is_no_pods_is_not_looked_for() {
        assertEquals(Optional.empty(), astray(5, "", OTHER));
        assertEquals(Optional.empty(), astray(5, "redis.example.com", OTHER));
        assertEquals(List.of(), asked);
    }

    @Test
    void names_that_lead_to_a_proxy_tell_nothing() {
        dns.put(NAME, Set.of("192.0.2.1"));
        dns.put(OTHER, Set.of("192.0.2.1"));
        assertEquals(Optional.empty(), astray(5, NAME, OTHER));
    }

    @Test
    void a_pod_that_starts_in_the_future_tells_of_clocks_and_not_of_names() {
        assertEquals(Optional.empty(), astray(-600, NAME, OTHER));
    }

    @Test
    void a_dns_that_does_not_answer_is_taken_for_one_that_knows_nothing() {
        AnnouncedNames silent = new AnnouncedNames(task -> { }, name -> Set.of());
        assertEquals(Optional.empty(), silent.astray(pod(Optional.of(NOW)), List.of(row(1, true, NAME), row(2, false, OTHER)), NOW));
        AnnouncedNames busy = new AnnouncedNames(task -> {
            throw new RejectedExecutionException("all threads are waiting for an answer");
        }, name -> Set.of());
        assertEquals(Optional.empty(), busy.astray(pod(Optional.of(NOW)), List.of(row(1, true, NAME), row(2, false, OTHER)), NOW));
    }

    @Test
    void the_real_thing_knows_this_machine_and_no_name_that_cannot_be() {
        NodeRow own = row(1, true, "cache-0.invalid");
        NodeRow other = new NodeRow(new NodeId("2".repeat(40)), new Address("127.0.0.1", 6379), Set.of("master"), Optional.empty(), 1, true, SlotRanges.NONE, Set.of(), 16379, "localhost");
        assertEquals(Optional.of("cache-0.invalid"), new AnnouncedNames().astray(pod(Optional.of(NOW)), List.of(own, other), NOW));
    }
}
