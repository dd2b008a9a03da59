package dev.redismaintenance.operator;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** A snapshot as a person makes it: with a text editor, after the documentation, without the operator's own writer. */
final class HandmadeSnapshot {
    private HandmadeSnapshot() {
    }

    /** One that says of these two nodes who is primary and who replica; the rest of the cluster is left out. */
    static String of(Scene scene, String primary, String replica, String slots, String node) {
        String p = scene.cluster.nodeId(primary);
        String r = scene.cluster.nodeId(replica);
        return """
                format: 1
                pod: %1$s
                nodeId: %2$s
                activation: by-hand
                takenBy: a person
                takenAt: 2025-01-01T00:00:00Z
                reason: how it shall be afterwards
                server: whatever
                currentEpoch: 1
                dataBytes: 0
                volumes: []
                settings: {}
                cluster:
                - {pod: %3$s, nodeId: %4$s, host: %5$s, port: 6379, role: primary, slots: %6$s, configEpoch: 1}
                - {pod: %7$s, nodeId: %8$s, host: %9$s, port: 6379, role: replica, primary: %4$s, slots: "", configEpoch: 1}
                """.formatted(node, scene.cluster.nodeId(node), primary, p, scene.cluster.ip(primary), slots, replica, r, scene.cluster.ip(replica));
    }

    /** Labelled as the snapshots of that node are, or not at all. */
    static ConfigMap create(KubernetesClient client, String namespace, String name, String text) {
        return client.resource(new ConfigMapBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .addToData("snapshot.yaml", text).build()).create();
    }
}
