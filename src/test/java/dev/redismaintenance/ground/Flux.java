package dev.redismaintenance.ground;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Flux's own kustomize-controller in one namespace ({@code make gitops} builds it), and a GitRepository named {@code fleet}. The repository's
 * files come from here: what its source-controller would have fetched, packed and noted in the status is put there by hand.
 */
public final class Flux implements AutoCloseable {
    private static final ResourceDefinitionContext REPOSITORIES = kind("source.toolkit.fluxcd.io", "GitRepository", "gitrepositories");
    private static final ResourceDefinitionContext KUSTOMIZATIONS = kind("kustomize.toolkit.fluxcd.io", "Kustomization", "kustomizations");

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, byte[]> packed = new ConcurrentHashMap<>();
    private final HttpServer http;
    private final Sandbox sandbox = new Sandbox("flux");
    private final Path log = sandbox.directory().resolve("log");

    public Flux(KubernetesClient client, String namespace, String kubeconfig) {
        Path program = ToolCache.optional("flux/kustomize-controller", "gitops");
        this.client = client;
        this.namespace = namespace;
        try {
            install(program.resolveSibling("crds"));
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", exchange -> {
                byte[] body = packed.get(exchange.getRequestURI().getPath());
                exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
                if (body != null) {
                    exchange.getResponseBody().write(body);
                }
                exchange.close();
            });
            http.start();
            Path config = Files.writeString(sandbox.directory().resolve("kubeconfig"), kubeconfig);
            sandbox.start(List.of("env", "KUBECONFIG=" + config, "RUNTIME_NAMESPACE=" + namespace, program.toString(), "--watch-all-namespaces=false", "--metrics-addr=0",
                    "--health-addr=0", "--requeue-dependency=2s", "--log-level=debug"), sandbox.directory(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void install(Path definitions) throws IOException {
        try (Stream<Path> files = Files.list(definitions)) {
            for (Path file : files.toList()) {
                try (InputStream text = new FileInputStream(file.toFile())) {
                    client.load(text).forceConflicts().serverSideApply();
                }
            }
        }
        Awaitility.await("Flux's resource definitions").atMost(Duration.ofSeconds(20)).until(() -> Stream.of(REPOSITORIES, KUSTOMIZATIONS)
                .allMatch(kind -> Definitions.established(client, kind.getPlural() + "." + kind.getGroup())));
    }

    /** A commit: this is all that is in the repository from now on. */
    public void commit(String revision, Map<String, String> files) {
        try {
            Path tree = sandbox.directory("tree-" + revision);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = tree.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            File archive = sandbox.directory().resolve(revision + ".tar.gz").toFile();
            Process tar = new ProcessBuilder("tar", "-czf", archive.toString(), "-C", tree.toString(), ".").inheritIO().start();
            if (tar.waitFor() != 0) {
                throw new IllegalStateException("tar ended with " + tar.exitValue());
            }
            byte[] bytes = Files.readAllBytes(archive.toPath());
            String path = "/" + revision + ".tar.gz";
            packed.put(path, bytes);
            Map<String, Object> artifact = Map.of("digest", "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)), "path", path,
                    "lastUpdateTime", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), "revision", "main@sha1:" + revision, "size", bytes.length,
                    "url", "http://127.0.0.1:" + http.getAddress().getPort() + path);
            if (client.genericKubernetesResources(REPOSITORIES).inNamespace(namespace).withName("fleet").get() == null) {
                client.resource(new GenericKubernetesResourceBuilder().withApiVersion("source.toolkit.fluxcd.io/v1").withKind("GitRepository").withNewMetadata()
                        .withNamespace(namespace).withName("fleet").endMetadata()
                        .addToAdditionalProperties("spec", Map.of("interval", "10m", "url", "https://git.example/fleet", "ref", Map.of("branch", "main"))).build()).create();
            }
            client.genericKubernetesResources(REPOSITORIES).inNamespace(namespace).withName("fleet").subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), client.getKubernetesSerialization().asJson(Map.of("status", Map.of("artifact", artifact))));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What Flux says of a Kustomization: its condition Ready, when that is of the very revision that was committed last. */
    public record Said(String ready, String reason, String message, String attempted) {
    }

    @SuppressWarnings("unchecked")
    public Said said(String kustomization) {
        GenericKubernetesResource found = client.genericKubernetesResources(KUSTOMIZATIONS).inNamespace(namespace).withName(kustomization).get();
        Map<String, Object> status = (Map<String, Object>) found.getAdditionalProperties().getOrDefault("status", Map.of());
        List<Map<String, Object>> conditions = new ArrayList<>((List<Map<String, Object>>) status.getOrDefault("conditions", List.of()));
        Map<String, Object> ready = conditions.stream().filter(c -> "Ready".equals(c.get("type"))).findFirst().orElse(Map.of());
        return new Said(String.valueOf(ready.get("status")), String.valueOf(ready.get("reason")), String.valueOf(ready.get("message")),
                String.valueOf(status.get("lastAttemptedRevision")));
    }

    /** Waits until Flux is done with this commit, and how it ended is {@code Ready}. */
    public Said await(String kustomization, String revision, String ready) {
        Said[] seen = new Said[1];
        Awaitility.await(kustomization + " Ready=" + ready + " of " + revision).atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            seen[0] = said(kustomization);
            if (!seen[0].ready().equals(ready) || !seen[0].attempted().equals("main@sha1:" + revision)) {
                throw new AssertionError(seen[0] + "\n" + Sandbox.tail(log, 20));
            }
        });
        return seen[0];
    }

    @Override
    public void close() {
        sandbox.close();
        http.stop(0);
    }

    private static ResourceDefinitionContext kind(String group, String kind, String plural) {
        return new ResourceDefinitionContext.Builder().withGroup(group).withVersion("v1").withKind(kind).withPlural(plural).withNamespaced(true).build();
    }
}
