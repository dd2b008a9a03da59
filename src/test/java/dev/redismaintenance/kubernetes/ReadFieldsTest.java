package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Is all read that decides something, and nothing that does not? */
class ReadFieldsTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: cache-0
              namespace: shop
              uid: 5b
              labels: {app: cache, controller-revision-hash: cache-7b4}
              annotations: {redis-maintenance.dev/connection: '{"port": 6380}'}
              ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: cache, uid: 6c, controller: true}]
            spec:
              nodeName: machine-1
              affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}}
              initContainers: [{name: init, image: busybox}]
              readinessGates: [{conditionType: redis-maintenance.dev/in-service}]
              containers:
              - name: server
                image: valkey:9.1
                command: [valkey-server]
                args: [--port, $(PORT)]
                env:
                - {name: PORT, value: '6380'}
                - {name: PASSWORD, valueFrom: {secretKeyRef: {name: cache, key: password}}}
                ports: [{name: client, containerPort: 6380}]
                resources: {limits: {memory: 2Gi}, requests: {memory: 1Gi}}
                livenessProbe: {exec: {command: [valkey-cli, ping]}}
                volumeMounts: [{name: data, mountPath: /data}]
              volumes:
              - {name: data, persistentVolumeClaim: {claimName: data-cache-0}}
              - {name: config, configMap: {name: cache}}
              tolerations: [{key: a, operator: Exists}]
            status:
              phase: Running
              podIP: 10.0.0.1
              podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]
              hostIP: 192.168.0.1
              conditions:
              - {type: ContainersReady, status: 'True'}
              - {type: redis-maintenance.dev/in-service, status: 'False'}
              containerStatuses: [{name: server, ready: true, imageID: x, state: {running: {startedAt: '2026-11-26T12:00:00Z'}}}]
              qosClass: Burstable
            """;

    @Test
    void a_pod_that_is_read_in_part_tells_the_same_as_a_whole_one() {
        Map<String, SharedNodes.Facts> nodes = Map.of("machine-1", new SharedNodes.Facts(Optional.of("zone-a"), true));
        Pod whole = new KubernetesSerialization().unmarshal(POD, Pod.class);
        Pod read = AsRead.serialization().unmarshal(POD, Pod.class);
        assertEquals(PodReader.read(whole, nodes), PodReader.read(read, nodes));
        assertEquals(Optional.of(6380), PodReader.read(read, nodes).reach().listening().port());
        assertEquals(2L << 30, PodReader.read(read, nodes).memoryLimit());
        assertTrue(PodReader.declaresGate(read));
    }

    @Test
    void nothing_is_made_of_what_decides_nothing() {
        Pod whole = new KubernetesSerialization().unmarshal(POD, Pod.class);
        assertNotNull(whole.getSpec().getAffinity());
        Pod read = AsRead.serialization().unmarshal(POD, Pod.class);
        assertNull(read.getSpec().getAffinity());
        assertTrue(read.getSpec().getInitContainers().isEmpty() && read.getSpec().getTolerations().isEmpty());
        assertNull(read.getSpec().getContainers().get(0).getLivenessProbe());
        assertNull(read.getSpec().getContainers().get(0).getEnv().get(1).getValueFrom());
        assertNull(read.getSpec().getVolumes().get(1).getConfigMap());
        assertTrue(read.getSpec().getAdditionalProperties().isEmpty() && read.getStatus().getAdditionalProperties().isEmpty());
    }

    @Test
    void of_a_Kubernetes_Node_its_zone_and_whether_it_is_cordoned() {
        Node read = AsRead.of(new NodeBuilder().withNewMetadata().withName("machine-1").addToLabels(NodeReader.ZONE, "zone-a").endMetadata()
                .withNewSpec().withUnschedulable(true).withProviderID("x").endSpec().withNewStatus().addNewImage().withNames("a").endImage().endStatus().build(), Node.class);
        assertEquals(Optional.of("zone-a"), NodeReader.zone(read));
        assertTrue(NodeReader.cordoned(read));
        assertNull(read.getStatus());
        assertNull(read.getSpec().getProviderID());
    }
}
