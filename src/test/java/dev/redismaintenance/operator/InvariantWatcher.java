package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Testimony;
import dev.redismaintenance.kubernetes.MarkText;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Do the invariants hold on real servers, after every step of the operator and in between? All servers are asked, by other means than
 * the operator's, whenever it decides something and a few times a second besides.
 *
 * <p>A closed node that owns slots although the operator says InMaintenance is a fault only when the operator has looked meanwhile:
 * who is found to own them in one epoch, before the operator decided twice more that all is well, and still after.
 */
final class InvariantWatcher implements AutoCloseable {
    private static final int PAUSE_MILLIS = 250;

    private final KubernetesClient client;
    private final RedisCluster cluster;
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> calm = new ConcurrentHashMap<>();
    private final Map<String, Sighting> sightings = new HashMap<>();
    private final Semaphore decided = new Semaphore(0);
    private final Thread looker = new Thread(this::look, "invariant-watcher");
    private volatile int looks;
    private volatile boolean over;

    /** @param calm how often the operator had said by then, without a break, that the pod is in maintenance */
    private record Sighting(long epoch, int calm) {
    }

    InvariantWatcher(KubernetesClient client, RedisCluster cluster) {
        this.client = client;
        this.cluster = cluster;
        looker.setDaemon(true);
        looker.start();
    }

    /** Also whenever this one decides something. */
    InvariantWatcher on(RunningOperator operator) {
        operator.tell(this::decided);
        return this;
    }

    private void decided(NodeMaintenance resource, Decision decision) {
        String pod = resource.getSpec().getPodName();
        if (pod != null) {
            boolean well = decision instanceof Decision.Done && decision.reason() == Reason.InMaintenance;
            calm.compute(pod, (p, n) -> well ? (n == null ? 1 : n + 1) : 0);
        }
        decided.release();
    }

    private void look() {
        while (!over) {
            try {
                decided.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                decided.drainPermits();
                once();
                looks++;
            } catch (KubernetesClientException notNow) {
                // the API server is away, or the scene ends
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void once() {
        Map<String, Integer> before = Map.copyOf(calm);
        Set<String> closed = closed();
        Testimony testimony = Testimony.of(client, cluster);
        // whose mark came or went meanwhile is closed by the one and open by the other
        closed.retainAll(closed());
        broken.addAll(testimony.broken(closed));
        testimony.agreed().ifPresent(owners -> {
            Map<String, Testimony.Owner> byPod = owners.values().stream().filter(o -> closed.contains(o.pod())).collect(Collectors.toMap(Testimony.Owner::pod, o -> o));
            sightings.keySet().retainAll(byPod.keySet());
            byPod.forEach((pod, owner) -> {
                int said = before.getOrDefault(pod, 0);
                Sighting first = sightings.get(pod);
                if (first == null || first.epoch() != owner.epoch() || said < first.calm()) {
                    sightings.put(pod, new Sighting(owner.epoch(), calm.getOrDefault(pod, 0)));
                } else if (said - first.calm() >= 2) {
                    broken.add(pod + " is said to be in maintenance and owns " + owner.slots() + " slots");
                }
            });
        });
    }

    private Set<String> closed() {
        return client.pods().inNamespace(cluster.namespace()).withLabel(MarkText.LABEL).list().getItems().stream()
                .map(p -> p.getMetadata().getName()).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        over = true;
        try {
            looker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertTrue(looks > 0, "nothing was looked at");
        assertEquals(List.of(), List.copyOf(broken));
    }
}
