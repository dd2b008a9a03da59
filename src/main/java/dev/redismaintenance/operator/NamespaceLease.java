package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.kubernetes.LeaseState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * May this process change anything in a namespace? Only while it holds the Lease {@value #NAME} there, so that of two operators (two
 * replicas without leader election, an old process that does not end, another tool that honours the Lease) one acts at a time.
 *
 * <ol>
 * <li>One Lease a namespace, and not one a cluster: the loop takes one step at a time in a namespace anyway, a cluster never spans two, and
 *     a cluster has no name on which two processes would agree before both have seen all of it.</li>
 * <li>It is taken before the first step, renewed at the turns while something is under way, and given up when nothing is: an operator
 *     that only watches writes nothing.</li>
 * <li>Somebody else's is taken over once it has not changed for as long as it says it is held, on this process's own clock from when the
 *     last change was seen here: the times in it come from another clock and are not trusted. The write names the version that was read, so of two
 *     that try one succeeds.</li>
 * <li>After two thirds of the duration without a renewal the process counts itself out: what it does in the background has a third to stop.</li>
 * </ol>
 *
 * <p>In a namespace that is being deleted no Lease can be made: then this process acts without. Nobody else can take it either, and of two
 * that act at once there, the worst that comes is that both let go of the same.
 *
 * <p>To be called by one turn of the namespace at a time, but {@link #holds}, which any thread may ask.
 */
public final class NamespaceLease {
    static final String NAME = "redis-maintenance";
    private static final String OURS = "redis-maintenance-operator_";

    private final Kubernetes kubernetes;
    private final String identity;
    private final Duration duration;
    private final LongSupplier nanos;
    private final Map<String, Long> renewed = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> users = new ConcurrentHashMap<>();
    private final Map<String, Sighting> sightings = new ConcurrentHashMap<>();
    private volatile boolean ended;

    /** Since when this version of somebody else's Lease has been known here. */
    private record Sighting(String version, long since) {
    }

    /**
     * Who holds it instead.
     *
     * @param operator whether it is a process of this operator, which acts and reports in our place
     * @param left     after which it is free, unless it is renewed
     */
    record Holder(String name, boolean operator, String since, Duration duration, Duration left) {
        String message() {
            return "the Lease " + NAME + " of this namespace is held by " + name + ", since " + since + ", for " + duration.toSeconds()
                    + " s after each renewal; waits until it is released or that time has passed; if nothing of that name is at work any more, delete the Lease";
        }
    }

    /**
     * @param process name of this process, where it has one that tells something, such as its pod's
     * @param nanos   a clock that nobody sets
     */
    public NamespaceLease(Kubernetes kubernetes, String process, Duration duration, LongSupplier nanos) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("redis-maintenance.lease-duration is " + duration + ": at least 1s is needed, 15s is usual");
        }
        this.kubernetes = kubernetes;
        this.identity = OURS + process + "_" + UUID.randomUUID().toString().substring(0, 8);
        this.duration = duration;
        this.nanos = nanos;
    }

    /** Before a change: takes or keeps the Lease for this maintenance. Gives who else has it; then nothing may be changed. */
    Optional<Holder> take(String namespace, String maintenance) throws KubernetesException {
        if (ended) {
            return Optional.of(new Holder(identity, true, "", duration, duration));
        }
        Optional<Holder> other = fresh(namespace) ? Optional.empty() : ask(namespace, true);
        if (other.isEmpty()) {
            users.computeIfAbsent(namespace, ns -> new TreeSet<>()).add(maintenance);
        }
        return other;
    }

    /** Keeps it while it is held and needed. */
    void renew(String namespace) throws KubernetesException {
        if (!ended && renewed.containsKey(namespace) && !users.getOrDefault(namespace, Set.of()).isEmpty() && !fresh(namespace)) {
            ask(namespace, true);
        }
    }

    /** There are only these maintenances; who is gone without having left needs it no more. */
    void keep(String namespace, Set<String> maintenances) {
        users.computeIfPresent(namespace, (ns, all) -> {
            all.retainAll(maintenances);
            return all;
        });
    }

    /** Nothing is under way for this maintenance; after the last one the Lease is given up. */
    void leave(String namespace, String maintenance) throws KubernetesException {
        Set<String> left = users.getOrDefault(namespace, Set.of());
        if (!left.isEmpty()) {
            left.remove(maintenance);
        }
        if (left.isEmpty()) {
            release(namespace);
        }
    }

    /** From any thread: whether what was begun may go on. */
    boolean holds(String namespace) {
        return age(namespace).filter(age -> age.compareTo(duration.multipliedBy(2).dividedBy(3)) < 0).isPresent();
    }

    /** Another process of this operator is at work. Who may not even ask cannot act either, and at least says so. */
    Optional<Holder> otherOperator(String namespace) throws KubernetesException {
        if (holds(namespace)) {
            return Optional.empty();
        }
        try {
            return ask(namespace, false).filter(Holder::operator);
        } catch (KubernetesException e) {
            if (e.forbidden()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Takes none any more. */
    void end() {
        ended = true;
    }

    void release(String namespace) throws KubernetesException {
        if (!renewed.containsKey(namespace)) {
            return;
        }
        try {
            Optional<LeaseState> own = kubernetes.lease(namespace, NAME).filter(l -> l.holder().equals(identity));
            if (own.isPresent()) {
                // false when somebody has written it since: then it is not ours any more either
                kubernetes.writeLease(namespace, NAME, new LeaseState("", duration, "", own.get().version()));
            }
        } catch (KubernetesException e) {
            if (!e.forbidden()) {
                throw e;
            }
            // the permission was taken away: it runs out by itself
        }
        forget(namespace);
    }

    private Optional<Holder> ask(String namespace, boolean take) throws KubernetesException {
        long now = nanos.getAsLong();
        Optional<LeaseState> seen = kubernetes.lease(namespace, NAME);
        Optional<Holder> other = seen.flatMap(l -> other(namespace, l, now));
        if (other.isPresent()) {
            forget(namespace);
        }
        if (other.isPresent() || !take) {
            return other;
        }
        String since = seen.filter(l -> l.holder().equals(identity)).map(LeaseState::since).orElse("");
        if (!write(namespace, new LeaseState(identity, duration, since, seen.map(LeaseState::version).orElse("")))) {
            forget(namespace);
            // who it was shows at the next look
            return Optional.of(new Holder("somebody who was faster", true, "", duration, Duration.ZERO));
        }
        renewed.put(namespace, now);
        return Optional.empty();
    }

    private boolean write(String namespace, LeaseState state) throws KubernetesException {
        try {
            return kubernetes.writeLease(namespace, NAME, state);
        } catch (KubernetesException e) {
            if (!e.namespaceEnds()) {
                throw e;
            }
            return true;
        }
    }

    private Optional<Holder> other(String namespace, LeaseState lease, long now) {
        if (lease.holder().isEmpty() || lease.holder().equals(identity)) {
            sightings.remove(namespace);
            return Optional.empty();
        }
        Sighting sighting = sightings.compute(namespace, (ns, s) -> s != null && s.version().equals(lease.version()) ? s : new Sighting(lease.version(), now));
        Duration left = lease.duration().minusNanos(now - sighting.since());
        return left.isNegative() || left.isZero() ? Optional.empty()
                : Optional.of(new Holder(lease.holder(), lease.holder().startsWith(OURS), lease.since(), lease.duration(), left));
    }

    private boolean fresh(String namespace) {
        return age(namespace).filter(age -> age.compareTo(duration.dividedBy(3)) < 0).isPresent();
    }

    private Optional<Duration> age(String namespace) {
        return Optional.ofNullable(renewed.get(namespace)).map(at -> Duration.ofNanos(nanos.getAsLong() - at));
    }

    private void forget(String namespace) {
        renewed.remove(namespace);
        users.remove(namespace);
    }
}
