package dev.redismaintenance.operator;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every change of a Kubernetes Node's cordon, and of what stands there about for whom it is. */
final class CordonTape implements AutoCloseable {
    private final List<String> changes = new ArrayList<>();
    private final SharedIndexInformer<Node> node;

    CordonTape(KubernetesClient client, String name) {
        node = client.nodes().withName(name).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Node added) {
                seen(added);
            }

            @Override
            public void onUpdate(Node old, Node changed) {
                seen(changed);
            }

            @Override
            public void onDelete(Node gone, boolean unknown) {
                note("gone");
            }
        });
    }

    /** From how it was at first. */
    synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    private void seen(Node seen) {
        String holders = Optional.ofNullable(seen.getMetadata().getAnnotations()).map(a -> a.get("redis-maintenance.dev/cordoned-for")).map(h -> " for " + h).orElse("");
        note((Boolean.TRUE.equals(seen.getSpec().getUnschedulable()) ? "closed" : "open") + holders);
    }

    private synchronized void note(String state) {
        if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(state)) {
            changes.add(state);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
