package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.LeaseState;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Pods;
import dev.redismaintenance.memory.Topology;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who of two may act, with clocks that agree on nothing but how fast they go. */
class NamespaceLeaseTest {
    private static final String NS = InMemoryKubernetes.NAMESPACE;
    private static final Duration DURATION = Duration.ofSeconds(15);
    private final InMemoryKubernetes kubernetes = kubernetes();
    private long seconds;
    private final NamespaceLease one = lease(0);
    private final NamespaceLease other = lease(1_000_000);

    private static InMemoryKubernetes kubernetes() {
        Topology topology = Topology.of(1, 0, 0);
        return new InMemoryKubernetes(new Pods(topology, new InMemoryCluster(topology)));
    }

    /** A process whose clock is that much ahead. */
    private NamespaceLease lease(long ahead) {
        return new NamespaceLease(kubernetes, "pod", DURATION, () -> Duration.ofSeconds(seconds + ahead).toNanos());
    }

    private boolean takes(NamespaceLease lease) throws Exception {
        return lease.take(NS, "patch").isEmpty();
    }

    @Test
    void of_two_one_acts_until_it_is_through() throws Exception {
        assertTrue(takes(one));
        assertFalse(takes(other));
        assertTrue(one.holds(NS));
        assertFalse(other.holds(NS));
        one.leave(NS, "patch");
        assertFalse(one.holds(NS));
        assertTrue(takes(other));
        assertFalse(takes(one));
    }

    @Test
    void it_is_given_up_after_the_last_of_several_maintenances() throws Exception {
        assertTrue(one.take(NS, "a").isEmpty());
        assertTrue(one.take(NS, "b").isEmpty());
        one.leave(NS, "a");
        assertFalse(takes(other));
        one.leave(NS, "b");
        assertTrue(takes(other));
    }

    @Test
    void who_was_removed_by_force_does_not_keep_it() throws Exception {
        assertTrue(one.take(NS, "a").isEmpty());
        one.keep(NS, Set.of("b"));
        one.leave(NS, "b");
        assertTrue(takes(other));
    }

    @Test
    void nothing_is_written_but_to_take_it_to_renew_it_in_time_and_to_give_it_up() throws Exception {
        one.leave(NS, "patch");
        one.renew(NS);
        assertEquals(0, kubernetes.writes());
        for (int i = 0; i < 10; i++) {
            assertTrue(takes(one));
        }
        assertEquals(1, kubernetes.writes());
        seconds = 5;
        one.renew(NS);
        assertEquals(2, kubernetes.writes());
        one.leave(NS, "patch");
        assertEquals(3, kubernetes.writes());
        seconds = 20;
        one.renew(NS);
        one.leave(NS, "patch");
        assertEquals(3, kubernetes.writes());
    }

    @Test
    void a_dead_holder_is_succeeded_when_nothing_was_heard_of_it_for_the_whole_duration_and_not_a_moment_earlier() throws Exception {
        assertTrue(takes(one));
        seconds = 100;
        assertFalse(takes(other), "the times in it are another clock's; what counts is since when it is known here");
        seconds = 114;
        assertFalse(takes(other));
        seconds = 115;
        assertTrue(takes(other));
        assertTrue(other.holds(NS));
    }

    @Test
    void a_holder_that_renews_is_never_succeeded() throws Exception {
        assertTrue(takes(one));
        for (seconds = 1; seconds < 200; seconds++) {
            one.renew(NS);
            assertFalse(takes(other), "at " + seconds);
        }
    }

    @Test
    void who_cannot_renew_counts_itself_out_while_the_other_still_waits() throws Exception {
        assertTrue(takes(one));
        assertFalse(takes(other));
        seconds = 9;
        assertTrue(one.holds(NS));
        seconds = 10;
        assertFalse(one.holds(NS));
        assertFalse(takes(other));
    }

    @Test
    void who_was_cut_off_for_long_and_succeeded_does_not_get_it_back() throws Exception {
        assertTrue(takes(one));
        assertFalse(takes(other));
        seconds = 15;
        assertTrue(takes(other));
        one.renew(NS);
        assertFalse(one.holds(NS));
        assertFalse(takes(one));
        one.leave(NS, "patch");
        assertTrue(other.holds(NS), "what is not one's own is not released");
        assertFalse(takes(one));
    }

    @Test
    void of_two_that_succeed_a_dead_one_at_the_same_time_one_succeeds() throws Exception {
        Kubernetes slow = (Kubernetes) Proxy.newProxyInstance(Kubernetes.class.getClassLoader(), new Class<?>[] {Kubernetes.class}, (proxy, method, args) -> {
            if (method.getName().equals("writeLease")) {
                // between the look and the write the other is faster
                assertTrue(takes(other));
            }
            return method.invoke(kubernetes, args);
        });
        NamespaceLease late = new NamespaceLease(slow, "late", DURATION, () -> Duration.ofSeconds(seconds).toNanos());
        assertTrue(takes(one));
        assertFalse(takes(other));
        assertFalse(takes(late));
        seconds = 15;
        assertFalse(takes(late));
        assertFalse(late.holds(NS));
        assertTrue(other.holds(NS));
    }

    @Test
    void somebody_elses_is_told_by_name_and_one_of_this_operator_as_such() throws Exception {
        kubernetes.writeLease(NS, NamespaceLease.NAME, new LeaseState("alice", Duration.ofHours(1), "2026-01-01T00:00:00Z", ""));
        NamespaceLease.Holder alice = one.take(NS, "patch").orElseThrow();
        assertFalse(alice.operator());
        assertTrue(alice.message().contains("alice") && alice.message().contains("3600 s") && alice.message().contains("delete the Lease"), alice.message());
        assertEquals(Optional.empty(), one.otherOperator(NS));
        seconds = 3600;
        assertTrue(takes(one));
        assertTrue(other.otherOperator(NS).orElseThrow().operator());
    }

    @Test
    void a_process_that_ends_takes_none_any_more() throws Exception {
        one.end();
        assertFalse(takes(one));
        assertTrue(takes(other));
    }

    @Test
    void a_duration_too_short_to_live_with_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new NamespaceLease(kubernetes, "pod", Duration.ofMillis(500), System::nanoTime));
    }

    @Test
    void whatever_happens_at_most_one_holds_it() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            InMemoryKubernetes server = kubernetes();
            long[] now = new long[1];
            NamespaceLease[] all = new NamespaceLease[3];
            for (int i = 0; i < all.length; i++) {
                long ahead = i * 5_000_000_000L;
                all[i] = new NamespaceLease(server, "pod", DURATION, () -> now[0] + ahead);
            }
            Random random = new Random(seed);
            int tenures = 0;
            for (int step = 0; step < 300; step++) {
                now[0] += random.nextInt(3_000) * 1_000_000L;
                NamespaceLease lease = all[random.nextInt(all.length)];
                switch (random.nextInt(6)) {
                    case 0 -> lease.leave(NS, "patch");
                    case 1 -> lease.renew(NS);
                    default -> tenures += lease.take(NS, "patch").isEmpty() ? 1 : 0;
                }
                int holders = 0;
                for (NamespaceLease each : all) {
                    holders += each.holds(NS) ? 1 : 0;
                }
                assertTrue(holders <= 1, "seed " + seed + " step " + step);
            }
            assertTrue(tenures > 0, "seed " + seed);
        }
    }
}
