package dev.redismaintenance.operator;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;

/**
 * Of every pod that is watched, what tells whether it declares our gate, and no more: what it says is read afresh anyway, and an
 * operator for all namespaces would hold every pod of a big cluster in its memory.
 */
public final class LeanPods extends BasicItemStore<Pod> {
    public LeanPods() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public Pod put(String key, Pod pod) {
        return super.put(key, lean(pod));
    }

    static Pod lean(Pod pod) {
        var meta = pod.getMetadata();
        return new PodBuilder().withMetadata(new ObjectMetaBuilder().withNamespace(meta.getNamespace()).withName(meta.getName()).withUid(meta.getUid())
                        .withResourceVersion(meta.getResourceVersion()).withGeneration(meta.getGeneration())
                        .withDeletionTimestamp(meta.getDeletionTimestamp()).build())
                .withNewSpec().withReadinessGates(pod.getSpec() == null ? List.of() : pod.getSpec().getReadinessGates()).endSpec().build();
    }
}
