package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;

/**
 * Of every resource that is watched, all but who wrote which field of its status: that is us, and an entry for each field of each resource
 * would be kept. Who wrote the spec is told ({@link FieldAuthor}).
 */
public final class LeanRequests extends BasicItemStore<NodeMaintenance> {
    public LeanRequests() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public NodeMaintenance put(String key, NodeMaintenance resource) {
        return super.put(key, lean(resource));
    }

    /** The resource has just been read by the informer that keeps it, and is nobody else's. */
    static NodeMaintenance lean(NodeMaintenance resource) {
        ObjectMeta meta = resource.getMetadata();
        List<ManagedFieldsEntry> all = meta.getManagedFields();
        if (all != null) {
            meta.setManagedFields(all.stream().filter(entry -> !"status".equals(entry.getSubresource())).toList());
        }
        return resource;
    }
}
