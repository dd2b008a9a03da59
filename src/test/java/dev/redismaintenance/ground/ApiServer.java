package dev.redismaintenance.ground;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** How does one reach the Kubernetes API that a test runs against, whichever kind it is? */
public interface ApiServer extends AutoCloseable {

    /** Connection settings of an administrator. */
    Config config();

    /** The same as a kubeconfig file, complete in itself. */
    String kubeconfig();

    /** One line for a person: which API server this is. */
    String description();

    /** A new administrator's client; the caller closes it. */
    default KubernetesClient client() {
        return new KubernetesClientBuilder().withConfig(config()).build();
    }

    @Override
    void close();
}
