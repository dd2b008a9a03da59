package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * What does the API server answer to exactly this text? The typed client would have read the YAML first, by other rules than
 * the server's, and could not send what the types forbid.
 */
record RawApi(KubernetesClient client, String namespace) {
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String JSON = "application/json";

    record Answer(int code, JsonNode body) {
        /** What a user of kubectl would be told. */
        String message() {
            return body.path("message").asText();
        }

        JsonNode at(String pointer) {
            return body.at(pointer);
        }

        Answer expect(int expected) {
            assertEquals(expected, code, this::message);
            return this;
        }

        void refusedWith(String text) {
            assertTrue(code == 400 || code == 422, "code " + code + ": " + message());
            assertTrue(message().contains(text), message());
        }
    }

    Answer create(String yaml) {
        return send("POST", "?fieldValidation=Strict", "application/yaml", yaml);
    }

    Answer tryCreate(String yaml) {
        return send("POST", "?fieldValidation=Strict&dryRun=All", "application/yaml", yaml);
    }

    /** The name may be followed by a subresource. */
    Answer merge(String name, String json) {
        return send("PATCH", "/" + name, "application/merge-patch+json", json);
    }

    Answer apply(String name, String manager, String yaml) {
        return send("PATCH", "/" + name + "?fieldValidation=Strict&fieldManager=" + manager, "application/apply-patch+yaml", yaml);
    }

    Answer tryApply(String name, String manager, String yaml) {
        return send("PATCH", "/" + name + "?dryRun=All&fieldValidation=Strict&fieldManager=" + manager, "application/apply-patch+yaml", yaml);
    }

    Answer delete(String name) {
        return send("DELETE", "/" + name, JSON, "{}");
    }

    Answer get(String name) {
        return request(collection("/" + name), JSON, builder -> builder);
    }

    /** What kubectl prints. */
    Answer table() {
        return request(collection(""), "application/json;as=Table;v=v1;g=meta.k8s.io", builder -> builder);
    }

    Answer discovery() {
        return request("/apis/redis-maintenance.dev/v1alpha1", JSON, builder -> builder);
    }

    private Answer send(String method, String rest, String contentType, String body) {
        return request(collection(rest), JSON, builder -> builder.method(method, contentType, body));
    }

    private String collection(String rest) {
        return "/apis/redis-maintenance.dev/v1alpha1/namespaces/" + namespace + "/nodemaintenances" + rest;
    }

    private Answer request(String path, String accept, UnaryOperator<HttpRequest.Builder> verb) {
        String server = client.getConfiguration().getMasterUrl().replaceAll("/+$", "");
        HttpRequest request = verb.apply(client.getHttpClient().newHttpRequestBuilder().uri(server + path).header("Accept", accept)).build();
        try {
            HttpResponse<String> response = client.getHttpClient().sendAsync(request, String.class).get(30, TimeUnit.SECONDS);
            return new Answer(response.code(), MAPPER.readTree(response.body()));
        } catch (Exception e) {
            throw new IllegalStateException(path, e);
        }
    }
}
