package dev.redismaintenance.api;

import dev.redismaintenance.api.RawApi.Answer;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.Definitions;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A real API server that knows the checked-in definition, and a namespace of one's own in it. */
record Installed(KubernetesClient client, RawApi api) implements AutoCloseable {

    static Installed crd() {
        KubernetesClient client = ControlPlane.shared().client();
        CustomResourceDefinition crd = client.getKubernetesSerialization().unmarshal(checkedIn(), CustomResourceDefinition.class);
        client.resource(crd).forceConflicts().serverSideApply();
        client.resource(crd).waitUntilCondition(Definitions::established, 30, TimeUnit.SECONDS);
        String namespace = "crd-" + UUID.randomUUID().toString().substring(0, 8);
        client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();
        return new Installed(client, new RawApi(client, namespace));
    }

    static String maintenance(String name, String spec) {
        return "apiVersion: redis-maintenance.dev/v1alpha1\nkind: NodeMaintenance\nmetadata: {name: " + name + "}\nspec: " + spec + "\n";
    }

    Answer created(String name, String spec) {
        return api.create(maintenance(name, spec)).expect(201);
    }

    /** As the operator reads it. */
    NodeMaintenance read(String name) {
        return client.resources(NodeMaintenance.class).inNamespace(api.namespace()).withName(name).get();
    }

    /** As the operator writes it. */
    void applyStatus(String name, NodeMaintenanceStatus status) {
        NodeMaintenance carrier = new NodeMaintenance();
        carrier.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(api.namespace()).build());
        carrier.setStatus(status);
        client.resource(carrier).subresource("status").patch(new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager("operator").withForce(true).build());
    }

    @Override
    public void close() {
        client.close();
    }

    private static String checkedIn() {
        try {
            return Files.readString(Crd.FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
