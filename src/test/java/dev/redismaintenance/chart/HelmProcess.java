package dev.redismaintenance.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Helm as a process of its own, for what changes a cluster: its library takes SIGTERM, SIGINT and SIGQUIT from the JVM for good when it installs
 * (0.0.21, {@code native/internal/helm/install.go}), so that a JVM could neither be ended nor asked for its threads any more, and a question for its
 * threads would cancel what Helm is doing.
 */
public final class HelmProcess {
    private HelmProcess() {
    }

    static void install(String kubeconfig, Path chart, String release, String namespace) throws IOException, InterruptedException {
        run(kubeconfig, "install", release, namespace, chart.toString());
    }

    /** @param values YAML; what it does not say is as in values.yaml */
    public static void install(String kubeconfig, Path chart, String release, String namespace, String values) throws IOException, InterruptedException {
        Path file = Chart.file(values);
        try {
            run(kubeconfig, "install", release, namespace, chart.toString(), file.toString());
        } finally {
            Files.delete(file);
        }
    }

    static void upgrade(String kubeconfig, Path chart, String release, String namespace, String values) throws IOException, InterruptedException {
        Path file = Chart.file(values);
        try {
            run(kubeconfig, "upgrade", release, namespace, chart.toString(), file.toString());
        } finally {
            Files.delete(file);
        }
    }

    public static void uninstall(String kubeconfig, String release, String namespace) throws IOException, InterruptedException {
        run(kubeconfig, "uninstall", release, namespace);
    }

    private static void run(String kubeconfig, String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), HelmProcess.class.getName()), Stream.of(arguments)).toList()).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(kubeconfig.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("helm " + List.of(arguments) + ": " + said);
        }
    }

    public static void main(String[] arguments) throws IOException {
        String kubeconfig = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        String release = arguments[1];
        String namespace = arguments[2];
        switch (arguments[0]) {
            case "install" -> install(new Helm(Path.of(arguments[3])).install(), arguments).withName(release).withNamespace(namespace).createNamespace()
                    .withKubeConfigContents(kubeconfig).call();
            case "upgrade" -> new Helm(Path.of(arguments[3])).upgrade().withName(release).withNamespace(namespace).resetValues().withValuesFile(Path.of(arguments[4]))
                    .withKubeConfigContents(kubeconfig).call();
            case "uninstall" -> Helm.uninstall(release).withNamespace(namespace).withKubeConfigContents(kubeconfig).call();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        // Helm's own threads would keep it alive
        System.exit(0);
    }

    private static InstallCommand install(InstallCommand command, String... arguments) {
        return arguments.length > 4 ? command.withValuesFile(Path.of(arguments[4])) : command;
    }
}
