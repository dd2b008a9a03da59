package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the operator and the test kubelet rely on; the embedded API server must do here as the real one does. */
abstract class ApiServerContract {

    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.ground.test}
            spec:
              group: ground.test
              names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
              scope: Namespaced
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties: {size: {type: integer, default: 3}, colour: {type: string}}
                      status:
                        type: object
                        default: {observedGeneration: -1}
                        properties:
                          observedGeneration: {type: integer}
                          phase: {type: string}
            """;

    private final String namespace = "contract-" + NAMESPACES.incrementAndGet();
    private KubernetesClient client;

    abstract ApiServer server();

    @BeforeEach
    void begin() {
        client = server().client();
        client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();
    }

    @AfterEach
    void end() {
        client.close();
    }

    @Test
    void serverSideApplyCreatesMergesAndPrunesWhatItsManagerLeavesOut() {
        apply("one", config(Map.of("a", "1", "b", "1")));
        apply("two", config(Map.of("c", "2")));
        ConfigMap result = apply("one", config(Map.of("a", "9")));
        assertEquals(Map.of("a", "9", "c", "2"), result.getData());
    }

    @Test
    void whatTwoManagersApplyStaysUntilBothLeaveItOut() {
        apply("one", config(Map.of("a", "1", "x", "1")));
        apply("two", config(Map.of("a", "1", "y", "1")));
        assertEquals(Map.of("a", "1", "x", "1", "y", "1"), apply("one", config(Map.of("x", "1"))).getData());
    }

    @Test
    void finalizersOfTwoManagersAddUp() {
        apply("one", new ConfigMapBuilder(config(Map.of())).editMetadata().addToFinalizers("ground.test/one").endMetadata().build());
        ConfigMap both = apply("two", new ConfigMapBuilder(config(Map.of())).editMetadata().addToFinalizers("ground.test/two").endMetadata().build());
        assertEquals(List.of("ground.test/one", "ground.test/two"), both.getMetadata().getFinalizers().stream().sorted().toList());
        ConfigMap left = apply("one", config(Map.of()));
        assertEquals(List.of("ground.test/two"), left.getMetadata().getFinalizers());
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        ConfigMap first = apply("one", config(Map.of("a", "1")));
        assertEquals(first.getMetadata().getResourceVersion(), apply("one", config(Map.of("a", "1"))).getMetadata().getResourceVersion());
    }

    @Test
    void statusIsAppliedApartFromTheRest() {
        createWidgetKind();
        GenericKubernetesResource created = client.resource(widget(Map.of("colour", "red"))).create();
        GenericKubernetesResource applied = client.resource(status(Map.of("observedGeneration", 7)))
                .subresource("status").patch(new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager("op").withForce(true).build());
        assertEquals(7, (Integer) applied.get("status", "observedGeneration"));
        assertEquals("red", applied.get("spec", "colour"));
        assertEquals(created.getMetadata().getGeneration(), applied.getMetadata().getGeneration());
        assertNotEquals(created.getMetadata().getResourceVersion(), applied.getMetadata().getResourceVersion());
    }

    @Test
    void customResourcesGetTheDefaultsOfTheirSchema() {
        createWidgetKind();
        GenericKubernetesResource created = client.resource(widget(Map.of("colour", "red"))).create();
        assertEquals(3, (Integer) created.get("spec", "size"));
        assertEquals(-1, (Integer) client.resource(created).get().get("status", "observedGeneration"));
    }

    @Test
    void nullInAMergePatchRemoves() {
        client.resource(config(Map.of("a", "1", "b", "1"))).create();
        ConfigMap patched = configMap().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":null,\"c\":\"2\"}}");
        assertEquals(Map.of("b", "1", "c", "2"), patched.getData());
    }

    @Test
    void theLastFinalizerTakesTheObjectWithItAndItIsShownOnceMore() {
        client.resource(new ConfigMapBuilder(config(Map.of("a", "1"))).editMetadata().addToFinalizers("ground.test/hold").endMetadata().build()).create();
        configMap().delete();
        assertNotNull(configMap().get().getMetadata().getDeletionTimestamp());
        ConfigMap last = configMap().edit(m -> new ConfigMapBuilder(m).editMetadata().withFinalizers(List.of()).endMetadata().build());
        assertEquals(Map.of("a", "1"), last.getData());
        assertNull(configMap().get());
    }

    @Test
    void anUpdateOfAnOldVersionIsRefused() {
        ConfigMap old = client.resource(config(Map.of("a", "1"))).create();
        configMap().edit(m -> new ConfigMapBuilder(m).addToData("b", "2").build());
        KubernetesClientException refused = assertThrows(KubernetesClientException.class,
                () -> client.resource(new ConfigMapBuilder(old).addToData("c", "3").build()).update());
        assertEquals(409, refused.getCode());
    }

    @Test
    void aStatusUpdateOfAnOldVersionIsRefused() {
        Pod old = client.resource(pod("worker-1")).create();
        pods().edit(p -> new PodBuilder(p).editMetadata().addToLabels("a", "b").endMetadata().build());
        KubernetesClientException refused = assertThrows(KubernetesClientException.class,
                () -> client.pods().resource(new PodBuilder(old).editStatus().withPhase("Running").endStatus().build()).updateStatus());
        assertEquals(409, refused.getCode());
    }

    @Test
    void conditionsAreMergedByTypeInAStrategicPatch() {
        client.resource(pod("worker-1")).create();
        pods().editStatus(p -> new PodBuilder(p).editStatus().addNewCondition().withType("Ready").withStatus("True").endCondition().endStatus().build());
        Pod patched = pods().subresource("status").patch(PatchContext.of(PatchType.STRATEGIC_MERGE),
                "{\"status\":{\"conditions\":[{\"type\":\"ground.test/gate\",\"status\":\"False\"}]}}");
        assertEquals(List.of("Ready", "ground.test/gate"), patched.getStatus().getConditions().stream().map(c -> c.getType()).sorted().toList());
    }

    @Test
    void labelsAreMergedInAStrategicPatch() {
        client.resource(pod("worker-1")).create();
        Pod patched = pods().patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"metadata\":{\"labels\":{\"a\":\"1\",\"gone\":null}}}");
        assertEquals(Map.of("app", "x", "a", "1"), patched.getMetadata().getLabels());
    }

    @Test
    void aBoundPodStaysUntilItsKubeletDeletesItWithoutGrace() {
        Pod pod = client.resource(pod("worker-1")).create();
        pods().withGracePeriod(20).delete();
        Pod leaving = pods().get();
        assertNotNull(leaving.getMetadata().getDeletionTimestamp());
        assertEquals(20, leaving.getMetadata().getDeletionGracePeriodSeconds());
        pods().editStatus(p -> new PodBuilder(p).editStatus().withPhase("Running").endStatus().build());
        assertNotNull(pods().get(), "writing its status does not end it");
        client.raw("/api/v1/namespaces/%s/pods/p".formatted(namespace), "DELETE",
                Map.of("apiVersion", "v1", "kind", "DeleteOptions", "gracePeriodSeconds", 0, "preconditions", Map.of("uid", pod.getMetadata().getUid())));
        assertNull(pods().get());
    }

    @Test
    void aPodThatIsOnNoNodeGoesAtOnce() {
        client.resource(pod(null)).create();
        pods().delete();
        assertNull(pods().get());
    }

    @Test
    void anEvictionEndsAPodAsADeletionDoes() {
        client.resource(pod("worker-1")).create();
        assertTrue(pods().evict(new EvictionBuilder().withNewMetadata().withName("p").withNamespace(namespace).endMetadata().build()));
        assertNotNull(pods().get().getMetadata().getDeletionTimestamp());
    }

    @Test
    void aDeletionMeantForAnotherPodOfThatNameIsRefused() {
        client.resource(pod("worker-1")).create();
        KubernetesClientException refused = assertThrows(KubernetesClientException.class,
                () -> client.raw("/api/v1/namespaces/%s/pods/p".formatted(namespace), "DELETE",
                        Map.of("apiVersion", "v1", "kind", "DeleteOptions", "preconditions", Map.of("uid", "another"))));
        assertEquals(409, refused.getCode());
        assertNull(pods().get().getMetadata().getDeletionTimestamp());
    }

    @Test
    void aDryRunStoresNothing() {
        client.resource(config(Map.of("a", "1"))).dryRun().create();
        assertNull(configMap().get());
        client.resource(config(Map.of("a", "1"))).create();
        configMap().dryRun().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"a\":\"2\"}}");
        assertEquals("1", configMap().get().getData().get("a"));
    }

    @Test
    void textInASecretIsEncoded() {
        client.resource(new SecretBuilder().withNewMetadata().withNamespace(namespace).withName("s").endMetadata()
                .addToStringData("password", "pass").build()).create();
        assertEquals("cGFzcw==", client.secrets().inNamespace(namespace).withName("s").get().getData().get("password"));
    }

    @Test
    void eventsAreKeptWithGeneratedNames() {
        for (int i = 0; i < 2; i++) {
            client.resource(new EventBuilder().withNewMetadata().withGenerateName("happened-").withNamespace(namespace).endMetadata()
                    .withNewInvolvedObject().withKind("Pod").withNamespace(namespace).withName("p").endInvolvedObject()
                    .withReason("Test").withMessage("m").withType("Normal").build()).create();
        }
        List<String> names = client.v1().events().inNamespace(namespace).list().getItems().stream().map(e -> e.getMetadata().getName()).toList();
        assertEquals(2, names.size());
        assertTrue(names.stream().allMatch(name -> name.matches("happened-[a-z0-9]{5}")), names.toString());
    }

    @Test
    void aWatchSeesWhatHappens() {
        try (var informer = client.configMaps().inNamespace(namespace).inform()) {
            client.resource(config(Map.of("a", "1"))).create();
            Waiting.until("the object", Duration.ofSeconds(10), () -> informer.getStore().list().size() == 1);
            apply("one", config(Map.of("a", "2")));
            Waiting.until("the change", Duration.ofSeconds(10), () -> informer.getStore().list().get(0).getData().get("a").equals("2"));
            configMap().delete();
            Waiting.until("the end", Duration.ofSeconds(10), () -> informer.getStore().list().isEmpty());
        }
    }

    private ConfigMap apply(String manager, ConfigMap map) {
        return client.resource(map).patch(new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager(manager).withForce(true).build());
    }

    private Resource<ConfigMap> configMap() {
        return client.configMaps().inNamespace(namespace).withName("m");
    }

    private io.fabric8.kubernetes.client.dsl.PodResource pods() {
        return client.pods().inNamespace(namespace).withName("p");
    }

    private ConfigMap config(Map<String, String> data) {
        return new ConfigMapBuilder().withNewMetadata().withNamespace(namespace).withName("m").endMetadata().withData(data).build();
    }

    private Pod pod(String node) {
        return new PodBuilder().withNewMetadata().withNamespace(namespace).withName("p").addToLabels("app", "x").addToLabels("gone", "1").endMetadata()
                .withNewSpec().withNodeName(node).addNewContainer().withName("c").withImage("none:1").endContainer().endSpec().build();
    }

    private void createWidgetKind() {
        if (client.apiextensions().v1().customResourceDefinitions().withName("widgets.ground.test").get() == null) {
            client.load(new java.io.ByteArrayInputStream(CRD.getBytes(java.nio.charset.StandardCharsets.UTF_8))).create();
        }
        Waiting.until("the kind", Duration.ofSeconds(10), () -> Definitions.established(client, "widgets.ground.test"));
        Waiting.until("the kind to be served", Duration.ofSeconds(10),
                () -> client.genericKubernetesResources("ground.test/v1", "Widget").inNamespace(namespace).list() != null);
    }

    private GenericKubernetesResource widget(Map<String, Object> spec) {
        GenericKubernetesResource widget = status(Map.of());
        widget.setAdditionalProperties(Map.of("spec", spec));
        return widget;
    }

    private GenericKubernetesResource status(Map<String, Object> status) {
        GenericKubernetesResource widget = new GenericKubernetesResource();
        widget.setApiVersion("ground.test/v1");
        widget.setKind("Widget");
        widget.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder().withNamespace(namespace).withName("w").build());
        widget.setAdditionalProperties(Map.of("status", status));
        return widget;
    }
}
