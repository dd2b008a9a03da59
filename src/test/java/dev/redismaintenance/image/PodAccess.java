package dev.redismaintenance.image;

import dev.redismaintenance.ground.ApiServer;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What Kubernetes puts into a pod so that its processes reach the API server: two variables, and the files of its ServiceAccount. The operator is
 * measured and trained with these and not with a kubeconfig, for reading one takes classes and memory that a pod never needs.
 *
 * @param token of its ServiceAccount
 */
public record PodAccess(ApiServer api, String token) {
    /** Where a pod has the files. */
    static final String IN_A_POD = "/var/run/secrets/kubernetes.io/serviceaccount";

    /** As the administrator of that API server. */
    public static PodAccess admin(ApiServer api) {
        return new PodAccess(api, api.config().getAutoOAuthToken());
    }

    /** @return the environment of a process for which that directory is where a pod has it */
    Map<String, String> inPod(Path directory) throws IOException {
        write(directory);
        URI server = URI.create(api.config().getMasterUrl());
        return Map.of("KUBERNETES_SERVICE_HOST", server.getHost(), "KUBERNETES_SERVICE_PORT", String.valueOf(server.getPort()));
    }

    /** @return the environment of a process that has no root directory of its own */
    public Map<String, String> elsewhere(Path directory) throws IOException {
        Map<String, String> environment = new HashMap<>(inPod(directory));
        environment.put("KUBERNETES_CERTS_CA_FILE", directory.resolve("ca.crt").toString());
        environment.put("KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", directory.resolve("token").toString());
        // else it would take that of whoever runs the test
        environment.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
        return environment;
    }

    private void write(Path directory) throws IOException {
        Config config = api.config();
        Files.createDirectories(directory);
        Files.write(directory.resolve("ca.crt"), Base64.getDecoder().decode(config.getCaCertData()));
        Files.writeString(directory.resolve("namespace"), "default");
        Files.writeString(directory.resolve("token"), token);
        for (String file : new String[] {"ca.crt", "namespace", "token"}) {
            directory.resolve(file).toFile().setReadable(true, false);
        }
    }
}
