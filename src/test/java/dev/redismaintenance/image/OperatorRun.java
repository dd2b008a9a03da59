package dev.redismaintenance.image;

import dev.redismaintenance.ground.ApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of the operator with a Java of its own, against a real API server. */
final class OperatorRun implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int port;
    private final long started = System.nanoTime();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private OperatorRun(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** @param environment besides the port and the namespace; {@code KUBECONFIG} is a path as the process sees it */
    static OperatorRun start(List<String> command, Path directory, Map<String, String> environment) throws IOException {
        Path log = Files.createTempFile("operator-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        int port = freePort();
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
        builder.environment().put("QUARKUS_OPERATOR_SDK_NAMESPACES", "default");
        return new OperatorRun(builder.start(), log, port);
    }

    static void install(ApiServer api) throws IOException {
        try (var client = api.client(); var crd = Files.newInputStream(Path.of("crds/nodemaintenances.redis-maintenance.dev-v1.yml"))) {
            client.load(crd).serverSideApply();
            while (Optional.ofNullable(client.apiextensions().v1().customResourceDefinitions().withName("nodemaintenances.redis-maintenance.dev").get().getStatus())
                    .map(status -> status.getConditions()).stream().flatMap(List::stream)
                    .noneMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"))) {
                sleep();
            }
        }
    }

    /** How long it took until Kubernetes would have called the pod ready. */
    Duration awaitReady() throws IOException {
        HttpRequest question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready")).timeout(Duration.ofSeconds(2)).build();
        while (System.nanoTime() - started < Duration.ofSeconds(60).toNanos()) {
            if (!process.isAlive()) {
                throw new IOException("the operator has ended with " + process.exitValue() + ":\n" + Files.readString(log));
            }
            try {
                if (http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return Duration.ofNanos(System.nanoTime() - started);
                }
            } catch (IOException notYet) {
                // it does not listen yet
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            sleep();
        }
        throw new IOException("not ready after 60 s:\n" + Files.readString(log));
    }

    /** Resident memory in MiB, of the process itself and not of what starts it. */
    long resident() throws IOException {
        long pid = process.descendants().map(ProcessHandle::pid).reduce((a, b) -> b).orElse(process.pid());
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElseThrow();
    }

    /** SIGTERM, and its whole end. */
    void end() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new IOException("it does not end:\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Files.deleteIfExists(log);
    }
}
