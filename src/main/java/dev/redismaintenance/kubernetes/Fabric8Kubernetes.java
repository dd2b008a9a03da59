package dev.redismaintenance.kubernetes;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.Cordon;
import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.cluster.UpdatePlan;
import dev.redismaintenance.snapshot.LoansText;
import dev.redismaintenance.snapshot.Snapshot;
import dev.redismaintenance.snapshot.SnapshotMap;
import dev.redismaintenance.snapshot.TransfersText;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@link Kubernetes} with the fabric8 client. */
public final class Fabric8Kubernetes implements Kubernetes {
    /** The name under which the API server knows our fields. */
    public static final String FIELD_MANAGER = "redis-maintenance-operator";
    static final PatchContext MERGE = new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(FIELD_MANAGER).build();
    private static final PatchContext STRATEGIC = new PatchContext.Builder().withPatchType(PatchType.STRATEGIC_MERGE)
            .withFieldManager(FIELD_MANAGER).build();
    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER).withForce(true).build();

    /** Of a Lease that does not say how long it is held. */
    private static final int LEASE_SECONDS = 15;
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final Machines machines;
    private final SharedNodes sharedNodes;

    public Fabric8Kubernetes(KubernetesClient client) {
        this.client = client;
        this.sharedNodes = new SharedNodes(new NodeReader(client), System::nanoTime);
        this.machines = new Fabric8Machines(client);
    }

    @Override
    public List<PodFacts> pods(String namespace) throws KubernetesException {
        var pods = call("list", "pods", () -> client.pods().inNamespace(namespace).list().getItems());
        List<Pod> specified = pods.stream().filter(p -> p.getSpec() != null).toList();
        Map<String, SharedNodes.Facts> nodes = sharedNodes.of(specified.stream().map(PodReader::machine).flatMap(Optional::stream).toList());
        return specified.stream().map(p -> PodReader.read(p, nodes)).toList();
    }

    @Override
    public Optional<PodFacts> pod(String namespace, String name) throws KubernetesException {
        return Optional.ofNullable(call("get", "pods", () -> client.pods().inNamespace(namespace).withName(name).get()))
                .filter(p -> p.getSpec() != null).map(p -> PodReader.read(p, Map.of()));
    }

    /** Conditions are merged by their type, so the others of the pod, which are the kubelet's, are not touched. */
    @Override
    public void sayInService(String namespace, PodFacts pod, boolean inService) throws KubernetesException {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Map<String, Object> condition = Map.of("type", PodReader.IN_SERVICE, "status", inService ? "True" : "False", "lastTransitionTime", now,
                "reason", inService ? "Open" : "Maintenance",
                "message", inService ? "no maintenance keeps the pod out of service" : "the pod's node is in maintenance or not yet restored");
        String patch = json(Map.of("metadata", Map.of("uid", pod.uid()), "status", Map.of("conditions", List.of(condition))));
        try {
            client.pods().inNamespace(namespace).withName(pod.name()).subresource("status").patch(STRATEGIC, patch);
        } catch (KubernetesClientException e) {
            // it is gone, or another pod has its name by now
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw told("patch", "pods/status", e);
            }
        }
    }

    @Override
    public List<NodeMaintenance> maintenances(String namespace) throws KubernetesException {
        return call("list", "nodemaintenances", () -> client.resources(NodeMaintenance.class).inNamespace(namespace).list().getItems());
    }

    @Override
    public void mark(String namespace, String podName, Mark mark) throws KubernetesException {
        patchPod(namespace, podName, mark.open() ? null : "true", MarkText.write(mark));
    }

    @Override
    public void unmark(String namespace, String podName) throws KubernetesException {
        patchPod(namespace, podName, null, null);
    }

    private void patchPod(String namespace, String podName, String label, String annotation) throws KubernetesException {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("labels", Collections.singletonMap(MarkText.LABEL, label));
        metadata.put("annotations", Collections.singletonMap(MarkText.ANNOTATION, annotation));
        String patch = json(Map.of("metadata", metadata));
        call("patch", "pods", () -> client.pods().inNamespace(namespace).withName(podName).patch(MERGE, patch));
    }

    /** With its nulls, which in a merge patch mean: take away. */
    static String json(Map<String, Object> patch) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(patch);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<Snapshot> snapshots(String namespace) throws KubernetesException {
        return call("list", "configmaps", () -> client.configMaps().inNamespace(namespace).withLabel(SnapshotMap.LABEL)
                .withLabelNotIn(SnapshotMap.LABEL, SnapshotMap.REQUESTED).list().getItems()).stream().map(SnapshotMap::read).toList();
    }

    @Override
    public List<Snapshot> requestedSnapshots(String namespace) throws KubernetesException {
        return call("list", "configmaps", () -> client.configMaps().inNamespace(namespace).withLabel(SnapshotMap.LABEL, SnapshotMap.REQUESTED).list().getItems())
                .stream().map(SnapshotMap::read).toList();
    }

    @Override
    public Optional<Snapshot> snapshot(String namespace, String name) throws KubernetesException {
        return Optional.ofNullable(call("get", "configmaps", () -> client.configMaps().inNamespace(namespace).withName(name).get()))
                .map(SnapshotMap::read);
    }

    @Override
    public void createSnapshot(String namespace, String name, String kind, Placement placement) throws KubernetesException {
        try {
            client.configMaps().resource(SnapshotMap.of(namespace, name, kind, placement)).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw told("create", "configmaps", e);
            }
        }
    }

    @Override
    public void recordLoans(String namespace, String snapshotName, List<Loan> loans) throws KubernetesException {
        annotate(namespace, snapshotName, SnapshotMap.LOANS, LoansText.write(loans));
    }

    @Override
    public void recordTransfers(String namespace, String snapshotName, List<Transfer> transfers) throws KubernetesException {
        annotate(namespace, snapshotName, SnapshotMap.TRANSFERS, TransfersText.write(transfers));
    }

    @Override
    public void recordSuccessors(String namespace, String snapshotName, List<NodeId> ids) throws KubernetesException {
        annotate(namespace, snapshotName, SnapshotMap.SUCCESSORS, SnapshotMap.successors(ids));
    }

    private void annotate(String namespace, String snapshotName, String annotation, String text) throws KubernetesException {
        String patch = json(Map.of("metadata", Map.of("annotations", Map.of(annotation, text))));
        call("patch", "configmaps", () -> client.configMaps().inNamespace(namespace).withName(snapshotName).patch(MERGE, patch));
    }

    @Override
    public void deleteSnapshot(String namespace, String name) throws KubernetesException {
        call("delete", "configmaps", () -> client.configMaps().inNamespace(namespace).withName(name).delete());
    }

    @Override
    public Optional<Map<String, String>> secret(String namespace, String name) throws KubernetesException {
        return Optional.ofNullable(call("get", "secrets", () -> client.secrets().inNamespace(namespace).withName(name).get()))
                .map(s -> Optional.ofNullable(s.getData()).orElse(Map.of()).entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                        e -> new String(Base64.getMimeDecoder().decode(e.getValue()), StandardCharsets.UTF_8))));
    }

    @Override
    public Optional<String> connectionOf(String namespace, String statefulSet) throws KubernetesException {
        return Optional.ofNullable(call("get", "statefulsets", () -> client.apps().statefulSets().inNamespace(namespace).withName(statefulSet).get()))
                .map(s -> s.getMetadata().getAnnotations()).map(a -> a.get(PodReader.CONNECTION));
    }

    @Override
    public Optional<UpdatePlan> updateOf(String namespace, String statefulSet) throws KubernetesException {
        return Optional.ofNullable(call("get", "statefulsets", () -> client.apps().statefulSets().inNamespace(namespace).withName(statefulSet).get()))
                .flatMap(UpdatePlanReader::read);
    }

    @Override
    public Optional<LeaseState> lease(String namespace, String name) throws KubernetesException {
        return Optional.ofNullable(call("get", "leases.coordination.k8s.io", () -> client.leases().inNamespace(namespace).withName(name).get())).map(lease -> {
            Optional<LeaseSpec> spec = Optional.ofNullable(lease.getSpec());
            return new LeaseState(spec.map(LeaseSpec::getHolderIdentity).orElse(""),
                    Duration.ofSeconds(spec.map(LeaseSpec::getLeaseDurationSeconds).orElse(LEASE_SECONDS)),
                    spec.map(LeaseSpec::getAcquireTime).map(String::valueOf).orElse(""), lease.getMetadata().getResourceVersion());
        });
    }

    @Override
    public boolean writeLease(String namespace, String name, LeaseState state) throws KubernetesException {
        boolean create = state.version().isEmpty();
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        Lease lease = new LeaseBuilder().withNewMetadata().withNamespace(namespace).withName(name).withResourceVersion(create ? null : state.version()).endMetadata()
                .withNewSpec().withHolderIdentity(state.holder()).withLeaseDurationSeconds((int) state.duration().toSeconds())
                .withAcquireTime(state.since().isEmpty() ? now : ZonedDateTime.parse(state.since())).withRenewTime(now).endSpec().build();
        try {
            var resource = client.leases().inNamespace(namespace).resource(lease);
            Lease written = create ? resource.create() : resource.update();
            return written != null;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw told(create ? "create" : "update", "leases.coordination.k8s.io", e);
            }
            return false;
        }
    }

    /** A fresh object with nothing but the status: server-side apply must not come to own the spec. */
    @Override
    public void writeStatus(NodeMaintenance resource, NodeMaintenanceStatus status) throws KubernetesException {
        NodeMaintenance fresh = new NodeMaintenance();
        fresh.setMetadata(new ObjectMetaBuilder().withNamespace(resource.getMetadata().getNamespace())
                .withName(resource.getMetadata().getName()).build());
        fresh.setStatus(status);
        call("patch", "nodemaintenances/status", () -> client.resource(fresh).subresource("status").patch(APPLY));
    }

    /** The name is made from the content, so that a retry after a cut does not tell it twice. */
    @Override
    public void event(NodeMaintenance about, Event event) throws KubernetesException {
        var meta = about.getMetadata();
        String now = java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
        String hash = Integer.toHexString((meta.getUid() + event.reason() + event.occasion() + event.message()).hashCode());
        var object = new EventBuilder()
                .withNewMetadata().withNamespace(meta.getNamespace()).withName(cut(meta.getName(), 200) + "." + hash).endMetadata()
                .withNewInvolvedObject().withApiVersion(about.getApiVersion()).withKind(about.getKind()).withNamespace(meta.getNamespace())
                .withName(meta.getName()).withUid(meta.getUid()).endInvolvedObject()
                .withType(event.warning() ? "Warning" : "Normal").withReason(event.reason()).withMessage(cut(event.message(), 1000))
                .withFirstTimestamp(now).withLastTimestamp(now).withCount(1)
                .withNewSource().withComponent(FIELD_MANAGER).endSource().withReportingComponent(FIELD_MANAGER)
                .build();
        try {
            client.v1().events().inNamespace(meta.getNamespace()).resource(object).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !namespaceEnds(e)) {
                throw told("create", "events", e);
            }
        }
    }

    /** By an event that would be created, but is not: to read a Namespace needs a permission of its own, to create events is granted anyway. */
    @Override
    public boolean ends(String namespace) throws KubernetesException {
        var probe = new EventBuilder().withNewMetadata().withNamespace(namespace).withName("redis-maintenance-probe").endMetadata()
                .withNewInvolvedObject().withKind("Namespace").withNamespace(namespace).withName(namespace).endInvolvedObject()
                .withType("Normal").withReason("Probe").withReportingComponent(FIELD_MANAGER).build();
        try {
            client.v1().events().inNamespace(namespace).resource(probe).dryRun().create();
            return false;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw told("create", "events", e);
            }
            return namespaceEnds(e);
        }
    }

    @Override
    public Optional<Cordon> cordon(String kubernetesNode) throws KubernetesException {
        return machines.cordon(kubernetesNode);
    }

    @Override
    public void changeCordon(String kubernetesNode, Cordon seen, Cordon wanted) throws KubernetesException {
        machines.changeCordon(kubernetesNode, seen, wanted);
    }

    @Override
    public void createMaintenance(NodeMaintenance maintenance) throws KubernetesException {
        machines.createMaintenance(maintenance);
    }

    @Override
    public void changeMaintenance(NodeMaintenance maintenance) throws KubernetesException {
        machines.changeMaintenance(maintenance);
    }

    @Override
    public void deleteMaintenance(NodeMaintenance maintenance) throws KubernetesException {
        machines.deleteMaintenance(maintenance);
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max);
    }

    static <T> T call(String verb, String resource, Supplier<T> call) throws KubernetesException {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            throw told(verb, resource, e);
        }
    }

    /** As the API server's admission NamespaceLifecycle says it. */
    private static boolean namespaceEnds(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus()).map(s -> s.getDetails()).stream().flatMap(d -> d.getCauses().stream())
                .anyMatch(c -> "NamespaceTerminating".equals(c.getReason()));
    }

    static KubernetesException told(String verb, String resource, KubernetesClientException e) {
        if (namespaceEnds(e)) {
            return KubernetesException.inEndingNamespace("the namespace is being deleted, and nothing can be created in it any more (" + verb + " " + resource + "): "
                    + e.getMessage(), e);
        }
        Optional<String> forbidden = ForbiddenText.of(e, verb, resource);
        String message = forbidden.orElse("could not " + verb + " " + resource + ": " + e.getMessage());
        return e.getCode() == UNPROCESSABLE ? KubernetesException.ofInvalid(message, e) : new KubernetesException(message, forbidden.isPresent(), e);
    }
}
