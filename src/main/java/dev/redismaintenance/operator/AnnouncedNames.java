package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Does the name that a server announces lead to its pod?
 *
 * <p>A pod that has been made anew is at a new address, and the cluster's DNS may say for some seconds that there is no such name, or
 * tell the old address: it keeps either answer for a while (5 s to 30 s, commonly). Clients that are sent by name would not find the
 * pod; for 8 s slots that had come back could not be written (measured, {@code docs/e2e.md}). Only DNS itself can tell. It is asked
 * from here, where most clients' answers come from, too; a client's own resolver may be behind.
 *
 * <p>Not asked where that cannot be the reason, or nothing can be learned: no name is announced, or none that begins with the pod's;
 * the pod has run for {@link #SETTLED}; no other server's name is known here, either.
 */
final class AnnouncedNames {
    static final Duration SETTLED = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Executor executor;
    private final Function<String, Set<InetAddress>> dns;

    /** @param executor what asks DNS may stand still for longer than anybody waits for it */
    AnnouncedNames(Executor executor) {
        this(executor, AnnouncedNames::ask);
    }

    /** @param dns the addresses of a name; none where it is unknown */
    AnnouncedNames(Executor executor, Function<String, Set<InetAddress>> dns) {
        this.executor = executor;
        this.dns = dns;
    }

    /**
     * @param rows what the server in the pod knows
     * @return the name that its server announces, where it does not lead to the pod
     */
    Optional<String> astray(PodFacts pod, Collection<NodeRow> rows, Instant now) {
        Optional<String> name = rows.stream().filter(NodeRow::myself).filter(row -> row.podByHostname().filter(pod.name()::equals).isPresent())
                .map(NodeRow::hostname).findFirst();
        boolean young = pod.reach().started().filter(at -> now.isBefore(at.plus(SETTLED))).isPresent();
        if (name.isEmpty() || !young || addresses(name.get()).stream().anyMatch(address -> isOf(pod, address))) {
            return Optional.empty();
        }
        List<String> others = rows.stream().filter(row -> !row.myself() && !row.failing()).map(NodeRow::hostname).filter(h -> !h.isEmpty()).toList();
        return name.filter(n -> others.stream().anyMatch(other -> !addresses(other).isEmpty()));
    }

    private Set<InetAddress> addresses(String name) {
        try {
            return CompletableFuture.supplyAsync(() -> dns.apply(name), executor).completeOnTimeout(Set.of(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Set<InetAddress> ask(String name) {
        try {
            return Set.copyOf(Arrays.asList(InetAddress.getAllByName(name)));
        } catch (UnknownHostException e) {
            return Set.of();
        }
    }

    /** An IPv6 address has more than one way to be written. */
    private static boolean isOf(PodFacts pod, InetAddress address) {
        return Stream.concat(pod.ip().stream(), pod.reach().ips().stream()).anyMatch(ip -> ask(ip).contains(address));
    }
}
