package dev.redismaintenance.image;

import dev.redismaintenance.demo.OperatorProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of the operator with a Java of its own, against a real API server: how soon is it ready, and what memory does it take? */
public final class OperatorRun implements AutoCloseable {
    private final Instant begun = Instant.now();
    private final long started = System.nanoTime();
    private final OperatorProcess process;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private OperatorRun(ProcessBuilder builder) throws IOException {
        process = OperatorProcess.start(builder, Optional.empty());
    }

    /** @param environment the whole of it, besides where it listens */
    public static OperatorRun start(List<String> command, Path directory, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "QUARKUS_HTTP_HOST", "127.0.0.1", "QUARKUS_HTTP_PORT", "0"));
        return new OperatorRun(builder);
    }

    /** How long it took until Kubernetes would have called the pod ready. */
    public Duration awaitReady() throws IOException, InterruptedException {
        while (System.nanoTime() - started < Duration.ofSeconds(60).toNanos()) {
            if (!process.running()) {
                throw new IOException("the operator has ended:\n" + log());
            }
            Optional<URI> address = process.http();
            if (address.isPresent() && ready(address.get())) {
                return Duration.ofNanos(System.nanoTime() - started);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new IOException("not ready after 60 s:\n" + log());
    }

    private boolean ready(URI address) throws InterruptedException {
        try {
            HttpRequest question = HttpRequest.newBuilder(address.resolve("/q/health/ready")).timeout(Duration.ofSeconds(2)).build();
            return http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Resident memory in MiB. */
    public long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElseThrow();
    }

    public long pid() {
        return process.pid();
    }

    public Instant begun() {
        return begun;
    }

    /** SIGTERM, and its whole end: writing the cache of classes takes its time. */
    public void end() throws IOException, InterruptedException {
        if (!process.end(120)) {
            throw new IOException("it does not end:\n" + log());
        }
    }

    String log() throws IOException {
        return Files.readString(process.log());
    }

    @Override
    public void close() {
        process.close();
    }
}
