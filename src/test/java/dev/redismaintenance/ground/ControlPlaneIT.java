package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

/** The real API server: the measure for the embedded one. */
class ControlPlaneIT extends ApiServerContract {

    @Override
    ApiServer server() {
        return ControlPlane.shared();
    }

    @Test
    void whoHasNoRoleMayDoNothing() {
        Config nobody = new ConfigBuilder(server().config()).withImpersonateUsername("system:serviceaccount:default:nobody").build();
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(nobody).build()) {
            KubernetesClientException refused = assertThrows(KubernetesClientException.class, () -> client.pods().inNamespace("default").list());
            assertEquals(403, refused.getCode());
        }
    }

    @Test
    void theServerSaysWhichVersionItIs() {
        try (KubernetesClient client = server().client()) {
            String version = client.getKubernetesVersion().getGitVersion();
            assertTrue(version.matches("v1\\.\\d+\\..*"), version);
        }
    }
}
