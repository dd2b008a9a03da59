package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.MarkText;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Were two of these pods ever out at the same time? Out is a pod that is closed, which a watch tells without a gap, or whose
 * node serves no slot, of which samples are taken.
 */
final class OutWatcher implements AutoCloseable {
    private final Scene scene;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final Set<String> closed = new TreeSet<>();
    private final Set<String> everOut = ConcurrentHashMap.newKeySet();
    private final List<String> both = new CopyOnWriteArrayList<>();
    private final Watch watch;
    private final Thread sampler = new Thread(this::sample, "out-watcher");

    OutWatcher(Scene scene, List<String> pods) {
        this.scene = scene;
        pods.forEach(pod -> ids.put(pod, scene.cluster.nodeId(pod)));
        this.watch = scene.ground.client.pods().inNamespace(scene.ground.namespace).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                marked(pod.getMetadata().getName(), action != Action.DELETED && pod.getMetadata().getLabels().containsKey(MarkText.LABEL));
            }

            @Override
            public void onClose(WatcherException cause) {
                if (cause != null) {
                    both.add("the watch ended: " + cause.getMessage());
                }
            }
        });
        sampler.setDaemon(true);
        sampler.start();
    }

    private synchronized void marked(String pod, boolean out) {
        if (!ids.containsKey(pod)) {
            return;
        }
        if (out) {
            closed.add(pod);
            everOut.add(pod);
        } else {
            closed.remove(pod);
        }
        if (closed.size() > 1) {
            both.add("closed: " + closed);
        }
    }

    private void sample() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Jedis jedis = scene.cluster.jedis("cache-0")) {
                Thread.sleep(20);
                List<String> owners = jedis.clusterNodes().lines().filter(l -> l.contains("master") && l.matches(".*connected \\d.*")).map(l -> l.substring(0, 40)).toList();
                Set<String> without = new TreeSet<>(ids.values());
                owners.forEach(without::remove);
                if (without.size() > 1) {
                    both.add("without slots: " + without);
                }
            } catch (JedisException | KubernetesClientException notNow) {
                // the next sample, or the end
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Each moment at which more than one was out. */
    List<String> bothOut() {
        return List.copyOf(both);
    }

    boolean sawOut(String pod) {
        return everOut.contains(pod);
    }

    @Override
    public void close() {
        watch.close();
        sampler.interrupt();
        try {
            sampler.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
