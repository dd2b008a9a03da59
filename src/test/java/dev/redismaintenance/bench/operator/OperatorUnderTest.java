package dev.redismaintenance.bench.operator;

import dev.redismaintenance.bench.Text;
import dev.redismaintenance.chart.Chart;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.image.Container;
import dev.redismaintenance.image.OperatorRun;
import dev.redismaintenance.image.PodAccess;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The operator as the chart runs it without a value set: all namespaces, that ServiceAccount with those rights, that environment. What is run is
 * the image where it was made, else the packaged jar with the image's options of Java.
 */
final class OperatorUnderTest {
    private static final String HOME = "operator-home";
    private static final Path IMAGE = Path.of("target/image.tar");
    private static final Path UNPACKED = Path.of("target/image/bench");
    private static final String THIS_JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");

    private final ControlPlane api;
    private final KubernetesClient client;
    private final Optional<Container> image;
    private final Map<String, String> environment;

    OperatorUnderTest(ControlPlane api, KubernetesClient client) throws IOException {
        this.api = api;
        this.client = client;
        this.image = Files.exists(IMAGE) && Container.possible() ? Optional.of(unpacked()) : Optional.empty();
        client.resource(new NamespaceBuilder().withNewMetadata().withName(HOME).endMetadata().build()).create();
        List<HasMetadata> objects = Chart.objects(HOME, "{}");
        objects.stream().filter(o -> o instanceof ServiceAccount || o.getApiVersion().startsWith("rbac.")).forEach(o -> client.resource(o).serverSideApply());
        this.environment = Chart.of(Deployment.class, objects).get(0).getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static Container unpacked() throws IOException {
        if (Files.exists(UNPACKED)) {
            try (Stream<Path> old = Files.walk(UNPACKED)) {
                old.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
        return Container.unpack(IMAGE, UNPACKED);
    }

    /** Which one it is, for a person. */
    String description() throws IOException {
        String made = Files.getLastModifiedTime(image.isPresent() ? IMAGE : JAR).toInstant().toString().substring(0, 16) + " UTC";
        return image.map(i -> Text.of("the image's contents (`%s`, made %s), as its user in its own root directory: `JDK_JAVA_OPTIONS=%s`, `%s`", IMAGE, made,
                        i.environment().get("JDK_JAVA_OPTIONS"), String.join(" ", i.entrypoint())))
                .orElseGet(() -> Text.of("the packaged jar (`%s`, made %s), since there is no image (`make image`, root), with its options of Java: `%s`", JAR, made,
                        dev.redismaintenance.image.Options.here()));
    }

    /**
     * How to run a program of ours beside the operator's own classes: with its Java and its options, and where there is an image with its classes as Java keeps
     * them there. Java refuses to run where it cannot take those.
     *
     * @param more options that come after its own
     */
    ProcessBuilder beside(Class<?> program, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(image.map(i -> i.root().resolve("opt/java/bin/java").toString()).orElse(THIS_JAVA)));
        command.addAll(List.of(dev.redismaintenance.image.Options.here().split(" ")));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command);
        if (image.isPresent()) {
            List<String> own = image.get().entrypoint();
            command.addAll(own.stream().filter(word -> word.startsWith("-XX:AOTCache=")).flatMap(cache -> Stream.of(cache, "-XX:AOTMode=on")).toList());
            command.addAll(List.of("-cp", own.get(own.size() - 1) + ":" + ourClasses(), program.getName()));
            builder.directory(image.get().root().resolve(image.get().directory().substring(1)).toFile());
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        }
        return builder;
    }

    /** Java's kept classes are taken with jars only. */
    private static Path ourClasses() throws IOException {
        Path jar = UNPACKED.resolve("ours.jar").toAbsolutePath();
        if (ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create", "--file", jar.toString(), "-C", "target/test-classes", "dev") != 0) {
            throw new IOException("no " + jar);
        }
        return jar;
    }

    OperatorRun start() throws IOException {
        if (image.isPresent()) {
            return image.get().start(access(), environment);
        }
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(access().elsewhere(Path.of("target/bench-serviceaccount").toAbsolutePath()));
        all.put("JDK_JAVA_OPTIONS", dev.redismaintenance.image.Options.here());
        return OperatorRun.start(List.of(THIS_JAVA, "-jar", JAR.getFileName().toString()), JAR.getParent().toAbsolutePath(), all);
    }

    /** As the kubelet would give it the token. */
    private PodAccess access() {
        return new PodAccess(api, client.serviceAccounts().inNamespace(HOME).withName(Chart.NAME)
                .tokenRequest(new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L).endSpec().build()).getStatus().getToken());
    }

    /** What it has asked so far. */
    Requests requests() throws IOException {
        try (Stream<String> lines = Files.lines(api.auditLog())) {
            return Requests.of(lines, "system:serviceaccount:" + HOME + ":" + Chart.NAME);
        }
    }

    Requests requests(Instant from, Instant to) throws IOException {
        return requests().between(from, to);
    }
}
