package dev.redismaintenance.ground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers writes as a real API server would where fabric8's mock does not: every kind of patch, server-side apply
 * above all, becomes the full object that results from it, which the mock stores.
 */
final class EmbeddedDispatcher extends KubernetesCrudDispatcher {

    /** Keeps a pod that its kubelet still has to stop; a real API server keeps that in mind without a word. */
    static final String KUBELET = "ground.redis-maintenance.dev/kubelet";

    private final AppliedFields appliedFields = new AppliedFields();
    private final Map<String, JsonNode> schemas = new ConcurrentHashMap<>();

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        if (request.method() == HttpMethod.GET) {
            return request.getPath().startsWith("/version")
                    ? answer(200, "{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.0-embedded\"}")
                    : super.dispatch(request);
        }
        ApiPath path = ApiPath.of(request.getPath());
        String body = Optional.ofNullable(request.getUtf8Body()).orElse("");
        synchronized (this) {
            return switch (request.method()) {
                case POST -> path.subresource().equals("eviction") ? delete(path, EmbeddedObjects.read(body)) : create(path, EmbeddedObjects.read(body));
                case PUT -> update(path, EmbeddedObjects.read(body));
                case PATCH -> patch(path, Optional.ofNullable(request.getHeader("Content-Type")).orElse(""), body);
                case DELETE -> delete(path, EmbeddedObjects.read(body));
                default -> answer(405, "");
            };
        }
    }

    private MockResponse create(ApiPath path, ObjectNode object) {
        EmbeddedObjects.complete(path, object);
        EmbeddedObjects.encodeSecret(path, object);
        learnSchema(path, object);
        ObjectNode status = object.objectNode();
        schema(path).ifPresent(schema -> {
            SchemaDefaults.fill(object, schema);
            status.set("status", schema.path("properties").path("status").path("default"));
        });
        if (dryRun(path)) {
            return answer(201, object.toString());
        }
        MockResponse created = store(HttpMethod.POST, path.collection(), object);
        if (created.code() == 201 && status.path("status").isObject()) {
            ApiPath there = ApiPath.of(path.collection() + "/" + object.path("metadata").path("name").asText() + "/status");
            return answer(201, update(there, Patches.merge(find(there).orElseThrow(), status)).getBody().readUtf8());
        }
        return created;
    }

    private MockResponse patch(ApiPath path, String contentType, String body) {
        Optional<ObjectNode> found = find(path);
        boolean apply = contentType.startsWith("application/apply-patch");
        JsonNode patch = EmbeddedObjects.readAny(body);
        if (found.isEmpty()) {
            return apply && !path.status() ? createByApply(path, (ObjectNode) patch) : notFound(path);
        }
        ObjectNode current = found.get();
        ObjectNode result;
        if (apply) {
            String manager = path.parameter("fieldManager").orElse("unknown");
            result = appliedFields.apply(current, (ObjectNode) patch, manager, path.status());
        } else if (contentType.startsWith("application/merge-patch")) {
            result = Patches.merge(current, patch);
        } else if (contentType.startsWith("application/strategic-merge-patch")) {
            result = Patches.strategic(current, patch);
        } else {
            result = Patches.json(current, patch);
        }
        return update(path, result);
    }

    private MockResponse createByApply(ApiPath path, ObjectNode applied) {
        MockResponse response = create(path, applied.deepCopy());
        if (!dryRun(path)) {
            find(path).ifPresent(object -> appliedFields.created(object, applied, path.parameter("fieldManager").orElse("unknown")));
        }
        return response;
    }

    private MockResponse update(ApiPath path, ObjectNode wanted) {
        Optional<ObjectNode> found = find(path);
        if (found.isEmpty()) {
            return notFound(path);
        }
        ObjectNode current = found.get();
        String base = wanted.path("metadata").path("resourceVersion").asText();
        if (!base.isEmpty() && !base.equals(current.path("metadata").path("resourceVersion").asText())) {
            return failure(409, "Conflict", "Operation cannot be fulfilled on " + path.plural() + " \""
                    + path.name().orElse("") + "\": the object has been modified; please apply your changes to the latest version");
        }
        ObjectNode result = path.status() ? current.deepCopy() : wanted.deepCopy();
        if (path.status()) {
            result.set("status", wanted.path("status").isMissingNode() ? result.objectNode() : wanted.path("status"));
        } else {
            keep(current, result, "deletionTimestamp");
            keep(current, result, "deletionGracePeriodSeconds");
            keep(current, result, "uid");
            keep(current, result, "creationTimestamp");
            keep(current, result, "generation");
            keep(current, result, "resourceVersion");
            keep(current, result, "namespace");
            EmbeddedObjects.encodeSecret(path, result);
            schema(path).ifPresent(schema -> SchemaDefaults.fill(result, schema));
            if (isStatusSubresourceEnabledForResource(path.object())) {
                result.remove("status");
                Optional.ofNullable(current.get("status")).ifPresent(status -> result.set("status", status));
            }
        }
        if (result.equals(current) || dryRun(path)) {
            return answer(200, result.toString());
        }
        MockResponse stored = store(HttpMethod.PUT, path.target(), result);
        // The mock answers the write that takes the last finalizer away with nothing; real ones show the object once more.
        return stored.code() == 200 && find(path).isEmpty() ? answer(200, result.toString()) : stored;
    }

    private MockResponse delete(ApiPath path, ObjectNode options) {
        if (path.name().isEmpty()) {
            return deleteCollection(path, options);
        }
        Optional<ObjectNode> found = find(path);
        if (found.isEmpty()) {
            return notFound(path);
        }
        ObjectNode object = found.get();
        JsonNode wish = options.has("deleteOptions") ? options.get("deleteOptions") : options;
        String uid = wish.path("preconditions").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(object.path("metadata").path("uid").asText())) {
            return failure(409, "Conflict", "the UID in the precondition does not match");
        }
        if (dryRun(path)) {
            return answer(200, object.toString());
        }
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        if (path.pods() && !object.path("spec").path("nodeName").asText().isEmpty()) {
            long grace = path.parameter("gracePeriodSeconds").map(Long::valueOf)
                    .orElse(wish.path("gracePeriodSeconds").asLong(object.path("spec").path("terminationGracePeriodSeconds").asLong(30)));
            if (grace > 0) {
                return metadata.has("deletionTimestamp") ? answer(200, object.toString()) : terminate(path, object, grace);
            }
            ObjectNode released = object.deepCopy();
            KeyedLists.remove(released.withObjectProperty("metadata").withArrayProperty("finalizers"), released.textNode(KUBELET));
            store(HttpMethod.PUT, path.object(), released);
        }
        if (find(path).isPresent()) {
            store(HttpMethod.DELETE, path.object(), object.objectNode());
        }
        return answer(200, find(path).orElse(object).toString());
    }

    /** The pod's kubelet is given time: it deletes the pod itself, without grace, once its processes have ended. */
    private MockResponse terminate(ApiPath path, ObjectNode pod, long grace) {
        ObjectNode metadata = (ObjectNode) pod.get("metadata");
        metadata.put("deletionTimestamp", Instant.now().plusSeconds(grace).truncatedTo(ChronoUnit.SECONDS).toString());
        metadata.put("deletionGracePeriodSeconds", grace);
        metadata.withArrayProperty("finalizers").add(KUBELET);
        return store(HttpMethod.PUT, path.object(), pod);
    }

    private MockResponse deleteCollection(ApiPath path, ObjectNode options) {
        String query = path.query().isEmpty() ? "" : "?" + path.query();
        JsonNode list = EmbeddedObjects.read(handleGet(path.collection() + query).getBody().readUtf8());
        for (JsonNode item : list.path("items")) {
            String namespace = item.path("metadata").path("namespace").asText();
            String collection = namespace.isEmpty() || path.collection().contains("/namespaces/") ? path.collection()
                    : path.collection().substring(0, path.collection().lastIndexOf('/')) + "/namespaces/" + namespace + "/" + path.plural();
            delete(ApiPath.of(collection + "/" + item.path("metadata").path("name").asText()), options);
        }
        return answer(200, list.toString());
    }

    private Optional<ObjectNode> find(ApiPath path) {
        MockResponse response = handleGet(path.object());
        return response.code() == 200 ? Optional.of(EmbeddedObjects.read(response.getBody().readUtf8())) : Optional.empty();
    }

    private MockResponse store(HttpMethod method, String path, ObjectNode object) {
        return super.dispatch(new RecordedRequest("HTTP/1.1", method, path, Headers.builder().build(), new Buffer(object.toString().getBytes(StandardCharsets.UTF_8))));
    }

    private void learnSchema(ApiPath path, ObjectNode object) {
        if (path.plural().equals("customresourcedefinitions")) {
            JsonNode spec = object.path("spec");
            for (JsonNode version : spec.path("versions")) {
                schemas.put("/apis/" + spec.path("group").asText() + "/" + version.path("name").asText() + "|"
                        + spec.path("names").path("plural").asText(), version.path("schema").path("openAPIV3Schema"));
            }
        }
    }

    private Optional<JsonNode> schema(ApiPath path) {
        String[] parts = path.collection().split("/");
        return parts.length < 4 ? Optional.empty()
                : Optional.ofNullable(schemas.get("/apis/" + parts[2] + "/" + parts[3] + "|" + path.plural()));
    }

    private static boolean dryRun(ApiPath path) {
        return path.parameter("dryRun").isPresent();
    }

    private static void keep(ObjectNode from, ObjectNode to, String field) {
        ObjectNode metadata = to.withObjectProperty("metadata");
        JsonNode value = from.path("metadata").path(field);
        if (value.isMissingNode()) {
            metadata.remove(field);
        } else {
            metadata.set(field, value);
        }
    }

    private static MockResponse notFound(ApiPath path) {
        return failure(404, "NotFound", path.plural() + " \"" + path.name().orElse("") + "\" not found");
    }

    private static MockResponse failure(int code, String reason, String message) {
        ObjectNode status = EmbeddedObjects.read("{}");
        status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure")
                .put("reason", reason).put("message", message).put("code", code);
        return answer(code, status.toString());
    }

    private static MockResponse answer(int code, String body) {
        return new MockResponse().setResponseCode(code).setBody(body).setHeader("Content-Type", "application/json");
    }
}
