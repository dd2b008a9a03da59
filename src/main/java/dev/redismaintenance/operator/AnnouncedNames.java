package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.PodFacts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
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
 * the pod has run for {@link #SETTLED}; of {@link #OTHERS} other servers no name leads from here to the address by which they are known.
 * Whether it leads there is asked for {@link #PATIENCE} at most, on threads of its own: a DNS that does not answer holds up nothing
 * else, and is taken for one that knows nothing.
 */
final class AnnouncedNames {
    static final Duration SETTLED = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);
    private static final Duration THREAD_KEPT = Duration.ofSeconds(10);
    private static final int OTHERS = 2;
    private static final int WAITING = 30;

    private final Executor executor;
    private final Function<String, Set<InetAddress>> dns;

    AnnouncedNames() {
        this(threads(), AnnouncedNames::ask);
    }

    private static Executor threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(1 + OTHERS, 1 + OTHERS, THREAD_KEPT.toSeconds(), TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
            Thread thread = new Thread(task, "names");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        return threads;
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
        Optional<NodeRow> own = rows.stream().filter(NodeRow::myself).filter(row -> row.podByHostname().filter(pod.name()::equals).isPresent()).findFirst();
        boolean young = pod.reach().started().filter(at -> now.isBefore(at.plus(SETTLED)) && now.isAfter(at.minus(CLOCKS_DIFFER))).isPresent();
        if (own.isEmpty() || !young) {
            return Optional.empty();
        }
        List<NodeRow> others = rows.stream().filter(row -> !row.myself() && !row.failing() && !row.hostname().isEmpty()).limit(OTHERS).toList();
        CompletableFuture<Set<InetAddress>> found = addresses(own.get().hostname());
        Map<NodeRow, CompletableFuture<Set<InetAddress>>> known = new LinkedHashMap<>();
        others.forEach(row -> known.put(row, addresses(row.hostname())));
        boolean leads = found.join().stream().anyMatch(address -> isOf(pod, address));
        boolean learned = known.entrySet().stream().anyMatch(e -> ask(e.getKey().address().host()).stream().anyMatch(e.getValue().join()::contains));
        return leads || !learned ? Optional.empty() : own.map(NodeRow::hostname);
    }

    private CompletableFuture<Set<InetAddress>> addresses(String name) {
        try {
            return CompletableFuture.supplyAsync(() -> dns.apply(name), executor).completeOnTimeout(Set.of(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // those who asked before are still waiting for an answer
            return CompletableFuture.completedFuture(Set.of());
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
