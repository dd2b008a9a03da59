package dev.redismaintenance.ground;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Which directory and which processes belong to one part of the ground? All of them are gone when it is closed and
 * when the JVM ends. Where util-linux's {@code setpriv} is there the kernel itself kills the processes even when the
 * JVM is killed with SIGKILL; elsewhere they would outlive that.
 */
final class Sandbox implements AutoCloseable {

    private static final List<String> DIE_WITH_PARENT =
            dieWithParent() ? List.of("setpriv", "--pdeathsig", "KILL", "--") : List.of();

    private final Path directory;
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private final Thread atExit = new Thread(this::clear, "sandbox-exit");

    // The parent-death signal follows the thread that forked, not the process: so one thread forks all of them and
    // lives as long as they do.
    private final ExecutorService forks = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "sandbox-forks");
        thread.setDaemon(true);
        return thread;
    });

    Sandbox(String name) {
        try {
            directory = Files.createTempDirectory("redis-maintenance-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    Path directory() {
        return directory;
    }

    /** A directory below this one's, made when it is not there. */
    Path directory(String first, String... more) {
        Path path = directory.resolve(Path.of(first, more));
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process whose output is appended to {@code log}. */
    Process start(List<String> command, Path workingDirectory, Path log) {
        List<String> full = new ArrayList<>(DIE_WITH_PARENT);
        full.addAll(command);
        Callable<Process> fork = () -> new ProcessBuilder(full)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            Process process = forks.submit(fork).get();
            processes.add(process);
            process.onExit().thenAccept(processes::remove);
            return process;
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot start " + String.join(" ", command), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + command, e);
        }
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyEnding) {
            // the hook runs by itself
        }
    }

    private void clear() {
        List<Process> left = List.copyOf(processes);
        left.forEach(Process::destroyForcibly);
        left.forEach(Sandbox::awaitExit);
        forks.shutdownNow();
        delete(directory);
    }

    private static void awaitExit(Process process) {
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            paths.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
        } catch (IOException | UncheckedIOException goneMeanwhile) {
            // a dying server may still rename its files; what is left lies in the system's temporary directory
        }
    }

    /** The last lines of a log file, for a message to a person. */
    static String tail(Path log, int lines) {
        if (!Files.exists(log)) {
            return "(no log)";
        }
        try {
            List<String> all = new String(Files.readAllBytes(log), java.nio.charset.StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(unreadable log: " + e.getMessage() + ")";
        }
    }

    private static boolean dieWithParent() {
        try {
            return new ProcessBuilder("setpriv", "--pdeathsig", "KILL", "--", "true")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
