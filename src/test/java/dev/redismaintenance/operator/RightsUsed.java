package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.AsRead;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which rights do a client's requests take, as "verb resource"? */
final class RightsUsed implements Interceptor {
    private static final Pattern PATH = Pattern.compile("/(?:api/v1|apis/[^/]+/[^/]+)(?:/namespaces/[^/]+)?/([a-z]+)(?:/([^/]+))?(?:/([a-z]+))?");
    private static final Map<String, String> VERBS = Map.of("POST", "create", "PUT", "update", "PATCH", "patch", "DELETE", "delete");

    private final Set<String> used = new ConcurrentSkipListSet<>();

    KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).withKubernetesSerialization(AsRead.serialization())
                .withHttpClientBuilderConsumer(b -> b.addOrReplaceInterceptor("rights-used", this)).build();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        URI uri = request.uri();
        Matcher path = PATH.matcher(uri.getPath());
        if (path.matches()) {
            boolean watch = uri.getQuery() != null && uri.getQuery().contains("watch=true");
            // a field selector of one name is a list as well
            String read = watch ? "watch" : path.group(2) == null ? "list" : "get";
            used.add(VERBS.getOrDefault(request.method(), read) + " " + path.group(1) + (path.group(3) == null ? "" : "/" + path.group(3)));
        }
    }

    Set<String> used() {
        return new TreeSet<>(used);
    }
}
