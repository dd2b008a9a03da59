package dev.redismaintenance.ground;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Is the server of a pod running, and with which process? Once it has ended it is started again, with a growing pause
 * for one that ends at once, unless it is held down.
 */
final class ServerProcess {

    private static final Duration SHORT_LIFE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Sandbox sandbox;
    private final Path program;
    private final Path directory;
    private final Path log;
    private Optional<Process> process = Optional.empty();
    private List<String> arguments = List.of();
    private boolean heldDown;
    private int starts;
    private int shortLives;
    private long startedAt;

    ServerProcess(Sandbox sandbox, Path program, Path directory, Path log) {
        this.sandbox = sandbox;
        this.program = program;
        this.directory = directory;
        this.log = log;
    }

    synchronized void start(String address, List<String> containerArguments) {
        arguments = new ArrayList<>(List.of("--bind", address, "--bind-source-addr", address,
                "--port", String.valueOf(ReadinessProbe.PORT), "--cluster-enabled", "yes", "--protected-mode", "no",
                "--dir", directory.toString(), "--daemonize", "no"));
        arguments.addAll(containerArguments);
        launch();
    }

    synchronized List<String> arguments() {
        return List.copyOf(arguments);
    }

    synchronized boolean alive() {
        return process.map(Process::isAlive).orElse(false);
    }

    synchronized Optional<Long> pid() {
        return process.filter(Process::isAlive).map(Process::pid);
    }

    synchronized int restarts() {
        return Math.max(0, starts - 1);
    }

    /** A name for this very run of the server. */
    synchronized String id() {
        return "process://" + process.map(Process::pid).orElse(0L) + "-" + starts;
    }

    /** Starts it again when it has ended and is not held down. */
    synchronized void keepRunning() {
        if (heldDown || alive() || starts == 0) {
            return;
        }
        long age = System.nanoTime() - startedAt;
        Duration pause = shortLives == 0 ? Duration.ZERO : Duration.ofMillis(100L << Math.min(shortLives, 6));
        if (age > Math.min(pause.toNanos(), LONGEST_PAUSE.toNanos())) {
            launch();
        }
    }

    /** SIGKILL, and no new start until {@link #release()}. */
    synchronized void holdDown() {
        heldDown = true;
        kill();
    }

    synchronized void release() {
        heldDown = false;
        shortLives = 0;
    }

    /** SIGTERM, then SIGKILL when it takes longer than the grace. */
    void terminate(Duration grace) throws InterruptedException {
        Optional<Process> running;
        synchronized (this) {
            heldDown = true;
            running = process.filter(Process::isAlive);
        }
        if (running.isPresent()) {
            running.get().destroy();
            if (!running.get().waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        }
    }

    synchronized void kill() {
        process.ifPresent(p -> {
            p.destroyForcibly();
            try {
                p.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Sends a signal that Java has no method for, such as STOP. */
    void signal(String name) {
        long pid = pid().orElseThrow(() -> new IllegalStateException("not running: " + log.getFileName()));
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void launch() {
        shortLives = starts > 0 && System.nanoTime() - startedAt < SHORT_LIFE.toNanos() ? shortLives + 1 : 0;
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        process = Optional.of(sandbox.start(command, directory, log));
        startedAt = System.nanoTime();
        starts++;
    }
}
