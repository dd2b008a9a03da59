package dev.redismaintenance.demo;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The packaged operator as a process of its own, as it runs in its container. */
public final class OperatorProcess implements AutoCloseable {
    private static final Path JAR = Path.of(System.getProperty("operator.jar", "target/quarkus-app/quarkus-run.jar"));

    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[\\d.]+:\\d+)");

    private final Process process;
    private final Path log;
    private final Optional<Path> kubeconfig;
    private final Thread atExit = new Thread(this::kill, "operator-exit");

    private OperatorProcess(Process process, Path log, Optional<Path> kubeconfig) {
        this.process = process;
        this.log = log;
        this.kubeconfig = kubeconfig;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    public static boolean available() {
        return Files.isRegularFile(JAR);
    }

    /** @param namespace the one it watches */
    public static OperatorProcess start(String kubeconfig, String namespace) throws IOException {
        return start(kubeconfig, namespace, Map.of());
    }

    /** @param environment what is set beside that */
    public static OperatorProcess start(String kubeconfig, String namespace, Map<String, String> environment) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("QUARKUS_OPERATOR_SDK_NAMESPACES", namespace);
        return start(kubeconfig, all);
    }

    public static OperatorProcess start(String kubeconfig, Map<String, String> environment) throws IOException {
        Path config = Files.createTempFile("redis-maintenance-operator-", ".kubeconfig");
        Files.writeString(config, kubeconfig);
        List<String> command = new ArrayList<>();
        if (new File("/usr/bin/setpriv").canExecute()) {
            command.addAll(List.of("/usr/bin/setpriv", "--pdeathsig", "KILL", "--"));
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                "-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=0", "-jar", JAR.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", config.toString());
        builder.environment().putAll(environment);
        return start(builder, Optional.of(config));
    }

    /**
     * As it is told, with what it writes in a log of its own.
     *
     * @param kubeconfig where it has one, which goes with it
     */
    public static OperatorProcess start(ProcessBuilder builder, Optional<Path> kubeconfig) throws IOException {
        Path log = Files.createTempFile("redis-maintenance-operator-", ".log");
        return new OperatorProcess(builder.redirectErrorStream(true).redirectOutput(log.toFile()).start(), log, kubeconfig);
    }

    /** Waits until it watches the API; false when it ended instead. */
    public boolean awaitStarted() throws IOException, InterruptedException {
        while (process.isAlive()) {
            if (Files.readString(log).contains("controller started")) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return false;
    }

    /** Where it answers HTTP; empty as long as it does not yet. */
    public Optional<URI> http() throws IOException {
        return LISTENING.matcher(Files.readString(log)).results().map(found -> URI.create(found.group(1))).findFirst();
    }

    public Path log() {
        return log;
    }

    public boolean running() {
        return process.isAlive();
    }

    /** SIGTERM, as Kubernetes ends a pod; whether it has ended in the time that a pod is given. */
    public boolean end() throws InterruptedException {
        return end(30);
    }

    /** As {@link #end()}, where it has more to do. */
    public boolean end(int seconds) throws InterruptedException {
        process.destroy();
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    public long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // then the hook is running already
        }
        log.toFile().delete();
        kubeconfig.ifPresent(file -> file.toFile().delete());
    }
}
