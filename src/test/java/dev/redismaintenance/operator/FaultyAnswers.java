package dev.redismaintenance.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends some requests of a client, one in n by a fixed draw, to a server that answers as an API server in trouble does. Patches of
 * Kubernetes Nodes fail as often as is said, in that order.
 */
final class FaultyAnswers implements Interceptor, AutoCloseable {
    enum Fault {
        /** Somebody else has written it meanwhile. */
        CONFLICT(409, "Conflict"),
        /** Priority and fairness, or a limit: come again in a second. */
        TOO_MANY_REQUESTS(429, "TooManyRequests"),
        /** etcd lost its leader, a webhook is down. */
        INTERNAL_ERROR(500, "InternalError"),
        /** It restarts behind its load balancer. */
        UNAVAILABLE(503, "ServiceUnavailable"),
        /** The connection ends without an answer. */
        CUT(0, "");

        private final int code;
        private final String reason;

        Fault(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }
    }

    private final HttpServer server;
    private final Random random = new Random(7);
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger nodePatches = new AtomicInteger();
    private final Queue<Fault> ofNodePatches = new ConcurrentLinkedQueue<>();
    private volatile Optional<Fault> fault = Optional.empty();
    private volatile int oneIn = 1;

    FaultyAnswers() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    void oneIn(int n, Fault with) {
        oneIn = n;
        failed.set(0);
        fault = Optional.of(with);
    }

    void nextNodePatches(Fault... with) {
        ofNodePatches.addAll(List.of(with));
    }

    void none() {
        fault = Optional.empty();
    }

    /** Those that failed among them. */
    int nodePatches() {
        return nodePatches.get();
    }

    /** How many have failed since it was asked for. */
    int failed() {
        return failed.get();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        boolean nodePatch = request.method().equals("PATCH") && request.uri().getPath().startsWith("/api/v1/nodes/");
        if (nodePatch) {
            nodePatches.incrementAndGet();
            Optional.ofNullable(ofNodePatches.poll()).ifPresent(with -> divert(builder, with));
        } else if (fault.isPresent() && random.nextInt(oneIn) == 0) {
            divert(builder, fault.get());
        }
    }

    private void divert(BasicBuilder builder, Fault with) {
        builder.uri(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + with));
    }

    private void answer(HttpExchange exchange) throws IOException {
        failed.incrementAndGet();
        Fault with = Fault.valueOf(exchange.getRequestURI().getPath().substring(1));
        if (with != Fault.CUT) {
            byte[] body = ("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"injected\",\"reason\":\"%s\",\"code\":%d}"
                    .formatted(with.reason, with.code)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (with == Fault.TOO_MANY_REQUESTS) {
                exchange.getResponseHeaders().set("Retry-After", "1");
            }
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(with.code, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
