package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.stream.Stream;

/** Does the API server serve a kind that was defined a moment ago? */
public final class Definitions {
    private Definitions() {
    }

    public static boolean established(KubernetesClient client, String name) {
        return established(client.apiextensions().v1().customResourceDefinitions().withName(name).get());
    }

    /** @param crd as it was read, null where there is none; one that has no status yet is not served yet */
    public static boolean established(CustomResourceDefinition crd) {
        return crd != null && crd.getStatus() != null && Stream.ofNullable(crd.getStatus().getConditions()).flatMap(List::stream)
                .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
    }
}
