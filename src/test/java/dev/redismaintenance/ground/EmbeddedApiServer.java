package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A Kubernetes API inside this JVM, for where no real one can be had: fabric8's mock server with server-side apply,
 * patches with null, deletion of pods by their kubelet and the defaults of custom resources. It validates nothing,
 * knows no roles, ignores field selectors other than the name and list selectors of sets, and has no discovery that
 * kubectl could use: what depends on those needs the {@link ControlPlane}.
 */
public final class EmbeddedApiServer implements ApiServer {

    // It writes a line for every request. Held here, because a logger that nobody holds forgets its level.
    private static final Logger REQUESTS = Logger.getLogger(MockWebServer.class.getName());

    private final KubernetesMockServer server;

    private EmbeddedApiServer(KubernetesMockServer server) {
        this.server = server;
    }

    public static EmbeddedApiServer start() {
        REQUESTS.setLevel(Level.WARNING);
        KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(),
                new HashMap<>(), new EmbeddedDispatcher(), false);
        server.start(InetAddress.getLoopbackAddress(), 0);
        EmbeddedApiServer started = new EmbeddedApiServer(server);
        try (KubernetesClient client = started.client()) {
            client.resource(new NamespaceBuilder().withNewMetadata().withName("default").endMetadata().build()).create();
        }
        return started;
    }

    @Override
    public Config config() {
        return Config.fromKubeconfig(kubeconfig());
    }

    @Override
    public String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: ground
                contexts: [{name: ground, context: {cluster: ground, user: admin, namespace: default}}]
                users: [{name: admin, user: {token: "none"}}]
                clusters: [{name: ground, cluster: {server: "http://127.0.0.1:%d"}}]
                """.formatted(server.getPort());
    }

    @Override
    public String description() {
        return "embedded API server (fabric8's mock, no validation and no access control)";
    }

    @Override
    public void close() {
        server.shutdown();
    }
}
