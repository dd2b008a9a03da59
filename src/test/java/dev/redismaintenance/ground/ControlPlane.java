package dev.redismaintenance.ground;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.opentest4j.TestAbortedException;

/**
 * A real Kubernetes API: etcd and kube-apiserver as child processes on 127.0.0.1, with RBAC and no controllers. So
 * nothing collects garbage, makes service accounts or finishes the deletion of a namespace; each test takes a
 * namespace of its own.
 */
public final class ControlPlane implements ApiServer {

    private static final String MISSING = "no etcd and kube-apiserver on this machine: make kube-binaries";
    private static final Duration START = Duration.ofSeconds(60);

    private final Sandbox sandbox = new Sandbox("control-plane");
    private final KubeBinaries binaries;
    private final String token = UUID.randomUUID().toString();
    private final int port = freePort();
    private final Path certificates = sandbox.directory("certificates");

    private final boolean audited;

    private ControlPlane(KubeBinaries binaries, boolean audited) {
        this.binaries = binaries;
        this.audited = audited;
    }

    /** Are the programs for it on this machine? */
    public static boolean available() {
        return KubeBinaries.find().isPresent();
    }

    /** A control plane of one's own. */
    public static ControlPlane start() {
        return start(false);
    }

    /** One that writes down who asked for what: {@link #auditLog()}. */
    public static ControlPlane startAudited() {
        return start(true);
    }

    private static ControlPlane start(boolean audited) {
        KubeBinaries binaries = KubeBinaries.find().orElseThrow(() -> new IllegalStateException(MISSING));
        ControlPlane started = new ControlPlane(binaries, audited);
        try {
            started.launch();
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /**
     * The one that all tests of this JVM share; it ends with the JVM, closing it does nothing. Where its programs are
     * missing the calling test is skipped, or fails when the environment says {@code REQUIRE_API_SERVER=true}.
     */
    public static ApiServer shared() {
        if (!available()) {
            throw Boolean.parseBoolean(System.getenv("REQUIRE_API_SERVER"))
                    ? new IllegalStateException(MISSING) : new TestAbortedException(MISSING);
        }
        return Shared.INSTANCE;
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
                users: [{name: admin, user: {token: "%s"}}]
                clusters:
                - name: ground
                  cluster:
                    server: https://127.0.0.1:%d
                    certificate-authority-data: %s
                """.formatted(token, port, Base64.getEncoder().encodeToString(bytes(certificates.resolve("apiserver.crt"))));
    }

    @Override
    public String description() {
        return "real API server, Kubernetes " + binaries.version();
    }

    /** One JSON object a line for each request, where it was asked for; it goes with the control plane. */
    public Path auditLog() {
        return sandbox.directory().resolve("audit.log");
    }

    @Override
    public void close() {
        sandbox.close();
    }

    private void launch() {
        int etcdPort = freePort();
        Path etcdLog = sandbox.directory().resolve("etcd.log");
        Path log = sandbox.directory().resolve("kube-apiserver.log");
        String etcd = "http://127.0.0.1:" + etcdPort;
        String peer = "http://127.0.0.1:" + freePort();
        Process store = sandbox.start(List.of(binaries.program("etcd"),
                "--data-dir", sandbox.directory().resolve("etcd").toString(), "--unsafe-no-fsync", "--log-level", "warn",
                "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", "default=" + peer), sandbox.directory(), etcdLog);
        Path tokens = write("tokens.csv", token + ",admin,admin,system:masters\n");
        KeyPair pair = keyPair();
        Path key = write("service-account.key", Pem.privateKey(pair.getPrivate()));
        Path publicKey = write("service-account.pub", Pem.publicKey(pair.getPublic()));
        List<String> command = new ArrayList<>(List.of(binaries.program("kube-apiserver"),
                "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", String.valueOf(port),
                "--advertise-address", "127.0.0.1", "--endpoint-reconciler-type", "none",
                "--cert-dir", certificates.toString(), "--token-auth-file", tokens.toString(),
                "--authorization-mode", "RBAC", "--service-cluster-ip-range", "10.0.0.0/24",
                "--service-account-issuer", "https://kubernetes.default.svc",
                "--service-account-key-file", publicKey.toString(), "--service-account-signing-key-file", key.toString(),
                // What these plugins do only makes sense with the controllers that undo it.
                "--disable-admission-plugins", "ServiceAccount,StorageObjectInUseProtection,TaintNodesByCondition",
                "--allow-privileged=true"));
        if (audited) {
            Path policy = write("audit-policy.yaml", """
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    omitStages: [RequestReceived]
                    rules: [{level: Metadata}]
                    """);
            command.addAll(List.of("--audit-policy-file", policy.toString(), "--audit-log-path", auditLog().toString()));
        }
        Process server = sandbox.start(command, sandbox.directory(), log);
        try {
            Waiting.untilNothing("API server", START, () -> missing(store, server));
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "\n--- kube-apiserver\n" + Sandbox.tail(log, 20)
                    + "\n--- etcd\n" + Sandbox.tail(etcdLog, 10), e);
        }
    }

    private Optional<String> missing(Process store, Process server) {
        if (!store.isAlive() || !server.isAlive()) {
            throw new Waiting.Hopeless((store.isAlive() ? "kube-apiserver" : "etcd") + " has ended");
        }
        if (!Files.exists(certificates.resolve("apiserver.crt"))) {
            return Optional.of("no certificate yet");
        }
        try (KubernetesClient client = client()) {
            return "ok".equals(client.raw("/readyz")) && client.namespaces().withName("default").get() != null
                    ? Optional.empty() : Optional.of("not ready");
        }
    }

    private Path write(String name, String content) {
        try {
            return Files.writeString(sandbox.directory().resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Shared {
        static final ApiServer INSTANCE = keepOpen(start());

        private static ApiServer keepOpen(ControlPlane plane) {
            return new ApiServer() {
                @Override
                public Config config() {
                    return plane.config();
                }

                @Override
                public String kubeconfig() {
                    return plane.kubeconfig();
                }

                @Override
                public String description() {
                    return plane.description();
                }

                @Override
                public void close() {
                    // other tests of this JVM still need it
                }
            };
        }
    }
}
