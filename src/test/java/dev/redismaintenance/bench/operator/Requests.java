package dev.redismaintenance.bench.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What did one user ask of the API server? From the API server's own audit log. */
record Requests(List<Request> all) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READS = Set.of("get", "list", "watch");

    /** @param namespace empty where all namespaces are meant, or none */
    record Request(Instant received, String verb, String resource, String namespace) {
        boolean write() {
            return !READS.contains(verb);
        }

        String what() {
            return verb + " " + resource;
        }
    }

    /** @param log lines of the audit log; a request that goes on for long has two, and counts once */
    static Requests of(Stream<String> log, String user) {
        Set<String> ids = new HashSet<>();
        return new Requests(log.filter(line -> line.contains(user)).map(Requests::json).filter(event -> event.at("/user/username").asText().equals(user))
                .filter(event -> ids.add(event.path("auditID").asText())).map(Requests::request).toList());
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("no line of an audit log: " + line, e);
        }
    }

    private static Request request(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String resource = object.isMissingNode() ? event.path("requestURI").asText().replaceAll("\\?.*", "") : object.path("resource").asText();
        String sub = object.path("subresource").asText("");
        return new Request(Instant.parse(event.path("requestReceivedTimestamp").asText()), event.path("verb").asText(), sub.isEmpty() ? resource : resource + "/" + sub,
                object.path("namespace").asText(""));
    }

    /** Received from then on, and before that. */
    Requests between(Instant from, Instant to) {
        return new Requests(all.stream().filter(r -> !r.received().isBefore(from) && r.received().isBefore(to)).toList());
    }

    /** Those for objects of this namespace; what has none (Kubernetes Nodes) is not among them. */
    Requests in(String namespace) {
        return new Requests(all.stream().filter(r -> r.namespace().equals(namespace)).toList());
    }

    Requests writes() {
        return new Requests(all.stream().filter(Request::write).toList());
    }

    /** How many, by verb and resource. */
    Map<String, Long> counted() {
        return all.stream().collect(Collectors.groupingBy(Request::what, TreeMap::new, Collectors.counting()));
    }

    Optional<Instant> first(Predicate<Request> kind) {
        return all.stream().filter(kind).map(Request::received).min(Instant::compareTo);
    }
}
