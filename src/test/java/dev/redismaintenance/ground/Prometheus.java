package dev.redismaintenance.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** Prometheus itself ({@code make promtool} gets it), which scrapes one operator, on a loopback address. */
public final class Prometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Sandbox sandbox = new Sandbox("prometheus");
    private final Path log = sandbox.directory().resolve("log");
    private final URI address;

    /** @param time seconds since 1970 */
    public record Point(double time, double value) {
    }

    /** @param points ascending, not none */
    public record Series(Map<String, String> labels, List<Point> points) {
        public double last() {
            return points.get(points.size() - 1).value();
        }
    }

    /**
     * Scrapes from now on, as {@code docs/metrics.md} says.
     *
     * @param operator where it answers HTTP
     */
    public Prometheus(URI operator, Duration every) {
        Path program = ToolCache.program("prometheus", "promtool/prometheus", "promtool");
        try {
            Path config = Files.writeString(sandbox.directory().resolve("prometheus.yml"), """
                    global: { scrape_interval: %ds }
                    scrape_configs:
                      - job_name: redis-maintenance-operator
                        metrics_path: /q/metrics
                        honor_labels: true
                        static_configs: [{ targets: ["%s"] }]
                    """.formatted(every.toSeconds(), operator.getAuthority()));
            address = URI.create("http://127.0.0.1:" + freePort());
            sandbox.start(List.of(program.toString(), "--config.file=" + config, "--storage.tsdb.path=" + sandbox.directory("data"), "--web.listen-address=" + address.getAuthority()),
                    sandbox.directory(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Awaitility.await("Prometheus has an answer of the operator").atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> !now("up == 1").isEmpty());
        } catch (RuntimeException e) {
            String said = Sandbox.tail(log, 20);
            close();
            throw new IllegalStateException("Prometheus does not get there:\n" + said, e);
        }
    }

    /** Fails where the query is not well-formed. */
    public List<Series> now(String query) throws IOException, InterruptedException {
        return series(ask("query?query=" + encoded(query)), "value");
    }

    /**
     * As {@link #now}, over time.
     *
     * @param from seconds since 1970
     * @param to   the same
     * @param step seconds between two points
     */
    public List<Series> over(String query, double from, double to, double step) throws IOException, InterruptedException {
        return series(ask("query_range?query=" + encoded(query) + "&start=" + from + "&end=" + to + "&step=" + step), "values");
    }

    private JsonNode ask(String question) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(address.resolve("/api/v1/" + question)).timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("Prometheus answers " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body()).at("/data/result");
    }

    private static List<Series> series(JsonNode result, String values) {
        List<Series> all = new ArrayList<>();
        for (JsonNode one : result) {
            Map<String, String> labels = new TreeMap<>();
            one.get("metric").fields().forEachRemaining(label -> labels.put(label.getKey(), label.getValue().asText()));
            List<Point> points = new ArrayList<>();
            (values.equals("value") ? List.of(one.get(values)) : one.get(values)).forEach(p -> points.add(point(p)));
            all.add(new Series(labels, List.copyOf(points)));
        }
        return all;
    }

    /** NaN and infinities are told as text, as all values are. */
    private static Point point(JsonNode pair) {
        String value = pair.get(1).asText();
        return new Point(pair.get(0).asDouble(), switch (value) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(value);
        });
    }

    private static String encoded(String query) {
        return URLEncoder.encode(query, StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
