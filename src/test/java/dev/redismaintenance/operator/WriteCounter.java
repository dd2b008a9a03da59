package dev.redismaintenance.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Which requests does a client send that are more than a question? */
final class WriteCounter implements Interceptor {
    private final List<String> writes = new CopyOnWriteArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();

    /** A client of its own, all of whose requests are counted. */
    KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).withHttpClientBuilderConsumer(b -> b.addOrReplaceInterceptor("write-counter", this)).build();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (request.method().equals("GET")) {
            reads.incrementAndGet();
        } else {
            writes.add(request.method() + " " + request.uri().getPath());
        }
    }

    void forget() {
        writes.clear();
    }

    List<String> writes() {
        return List.copyOf(writes);
    }

    int reads() {
        return reads.get();
    }
}
