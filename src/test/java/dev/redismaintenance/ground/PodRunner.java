package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What becomes of one pod, from being bound to its Kubernetes Node until it is gone? One thread for each pod. */
final class PodRunner {

    private static final long TICK_MILLIS = 100;
    private static final int FAILURES_UNTIL_UNREADY = 3;
    private static final int TICKS_BETWEEN_PROBES = 5;

    private final KubernetesClient client;
    private final PodFiles files;
    private final String address;
    private final String hostAddress;
    private final Optional<PodRunner> before;
    private final Optional<Path> program;
    private final ServerProcess server;
    private final Instant begin = Instant.now();
    private final Thread thread;
    private Pod pod;
    private boolean stopping;
    private boolean gone;
    private boolean ready;
    private int failures;
    private int tick;
    private String run = "";
    private Instant runBegin = begin;

    /** @param before the runner of an earlier pod with the same name: two servers must not share a volume */
    PodRunner(KubernetesClient client, Sandbox sandbox, Pod pod, String address, String hostAddress, Optional<PodRunner> before) {
        this.client = client;
        this.pod = pod;
        this.files = new PodFiles(client, sandbox, pod);
        this.address = address;
        this.hostAddress = hostAddress;
        this.before = before;
        this.program = pod.getSpec().getContainers().stream()
                .map(Container::getImage).map(Servers::program).flatMap(Optional::stream).findFirst();
        this.server = new ServerProcess(sandbox, program.orElse(Path.of("none")), files.dataDirectory(), files.log());
        this.thread = new Thread(this::run, "pod-" + pod.getMetadata().getName());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    ServerProcess server() {
        return server;
    }

    Path log() {
        return files.log();
    }

    synchronized String uid() {
        return pod.getMetadata().getUid();
    }

    synchronized void changed(Pod newer) {
        pod = newer;
        notifyAll();
    }

    /** The pod is no longer in the API: there is no grace left. */
    synchronized void removed() {
        gone = true;
        server.holdDown();
        notifyAll();
    }

    /** The kubelet ends; its pods stay in the API. */
    void stop() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        server.holdDown();
        join();
    }

    /** Has the pod come to its end here? */
    boolean finished() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    void nudge() {
        synchronized (this) {
            notifyAll();
        }
    }

    private void join() {
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            before.ifPresent(PodRunner::join);
            boolean started = false;
            while (!ended()) {
                Pod current = current();
                if (current.getMetadata().getDeletionTimestamp() != null) {
                    terminate(current);
                    return;
                }
                started = started || startServer(current);
                if (started) {
                    server.keepRunning();
                    probe();
                }
                report(started ? Optional.of("CrashLoopBackOff").filter(x -> !server.alive()) : Optional.of("ContainerCreating"));
                sleep();
            }
        } catch (InterruptedException e) {
            server.kill();
        } finally {
            files.remove();
        }
    }

    private boolean startServer(Pod current) {
        if (program.isEmpty()) {
            return false;
        }
        Container container = current.getSpec().getContainers().stream()
                .filter(c -> Servers.program(c.getImage()).isPresent()).findFirst().orElseThrow();
        try {
            List<String> arguments = files.arguments(container, address);
            server.start(address, arguments);
            return true;
        } catch (IllegalStateException | KubernetesClientException notYet) {
            return false;
        }
    }

    private void probe() {
        if (!server.alive()) {
            ready = false;
            failures = FAILURES_UNTIL_UNREADY;
            return;
        }
        if (!server.id().equals(run)) {
            run = server.id();
            runBegin = Instant.now();
            ready = false;
        }
        if (ready && tick++ % TICKS_BETWEEN_PROBES != 0) {
            return;
        }
        if (ReadinessProbe.of(address, server.arguments()).succeeds()) {
            ready = true;
            failures = 0;
        } else if (++failures >= FAILURES_UNTIL_UNREADY) {
            ready = false;
        }
    }

    private void report(Optional<String> waiting) {
        PodStatusReport report = new PodStatusReport(address, hostAddress, run, ready, server.restarts(), waiting, begin, runBegin);
        Pod seen = current();
        if (report.applyTo(seen).equals(seen.getStatus())) {
            return;
        }
        try {
            Pod fresh = client.pods().resource(seen).get();
            if (fresh == null || !fresh.getMetadata().getUid().equals(seen.getMetadata().getUid())) {
                return;
            }
            PodStatus status = report.applyTo(fresh);
            if (!status.equals(fresh.getStatus())) {
                // With its resource version: somebody else's condition must not be lost.
                Pod written = client.pods().resource(new PodBuilder(fresh).withStatus(status).build()).updateStatus();
                changed(written);
            } else {
                changed(fresh);
            }
        } catch (KubernetesClientException tryAgain) {
            // a conflict or an API server that ends: the next tick sees
        }
    }

    private void terminate(Pod current) throws InterruptedException {
        long grace = Optional.ofNullable(current.getMetadata().getDeletionGracePeriodSeconds()).orElse(30L);
        server.terminate(Duration.ofSeconds(grace));
        String path = "/api/v1/namespaces/%s/pods/%s".formatted(current.getMetadata().getNamespace(), current.getMetadata().getName());
        Map<String, Object> now = Map.of("apiVersion", "v1", "kind", "DeleteOptions", "gracePeriodSeconds", 0,
                "preconditions", Map.of("uid", current.getMetadata().getUid()));
        while (!ended()) {
            try {
                client.raw(path, "DELETE", now);
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() == 404 || e.getCode() == 409) {
                    return;
                }
                sleep();
            }
        }
    }

    private synchronized Pod current() {
        return pod;
    }

    private synchronized boolean ended() {
        return stopping || gone;
    }

    private synchronized void sleep() throws InterruptedException {
        if (!stopping && !gone) {
            wait(TICK_MILLIS);
        }
    }
}
