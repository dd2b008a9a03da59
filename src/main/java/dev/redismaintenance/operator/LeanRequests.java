package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/**
 * Of every resource that is watched, what tells which it is and whether it has changed, and its spec, which says of which pod it is: every turn reads
 * all of it afresh anyway, and its status alone is many times as much.
 */
public final class LeanRequests extends BasicItemStore<NodeMaintenance> {
    public LeanRequests() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public NodeMaintenance put(String key, NodeMaintenance resource) {
        return super.put(key, lean(resource));
    }

    static NodeMaintenance lean(NodeMaintenance resource) {
        ObjectMeta meta = resource.getMetadata();
        NodeMaintenance lean = new NodeMaintenance();
        lean.setMetadata(new ObjectMetaBuilder().withNamespace(meta.getNamespace()).withName(meta.getName()).withUid(meta.getUid())
                .withResourceVersion(meta.getResourceVersion()).withGeneration(meta.getGeneration())
                .withDeletionTimestamp(meta.getDeletionTimestamp()).withFinalizers(meta.getFinalizers()).build());
        lean.setSpec(resource.getSpec());
        return lean;
    }
}
