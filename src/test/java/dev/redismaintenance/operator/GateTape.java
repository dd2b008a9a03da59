package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.MarkText;
import dev.redismaintenance.kubernetes.PodReader;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Every change of what each pod's readiness gate said: its value, the role of the server at that moment, and whether the pod had a mark. */
final class GateTape implements AutoCloseable {
    private final Scene scene;
    private final Map<String, List<String>> changes = new ConcurrentHashMap<>();
    private final Map<String, String> last = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Pod> pods;

    GateTape(Scene scene) {
        this.scene = scene;
        this.pods = scene.ground.client.pods().inNamespace(scene.ground.namespace).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                seen(pod);
            }

            @Override
            public void onUpdate(Pod old, Pod pod) {
                seen(pod);
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {
                // the next one of the name is told by its uid
            }
        });
    }

    List<String> of(String pod) {
        return List.copyOf(changes.getOrDefault(pod, List.of()));
    }

    private void seen(Pod pod) {
        Optional<String> value = pod.getStatus().getConditions().stream().filter(c -> c.getType().equals(PodReader.IN_SERVICE)).map(c -> c.getStatus()).findFirst();
        String name = pod.getMetadata().getName();
        if (value.isPresent() && !(pod.getMetadata().getUid() + value.get()).equals(last.put(name, pod.getMetadata().getUid() + value.get()))) {
            boolean marked = pod.getMetadata().getAnnotations().containsKey(MarkText.ANNOTATION);
            changes.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(value.get() + " " + role(name) + (marked ? " marked" : " unmarked"));
        }
    }

    private String role(String pod) {
        try (Jedis jedis = scene.cluster.jedis(pod)) {
            return String.valueOf(jedis.role().get(0));
        } catch (JedisException | IllegalStateException e) {
            return "silent";
        }
    }

    @Override
    public void close() {
        pods.close();
    }
}
