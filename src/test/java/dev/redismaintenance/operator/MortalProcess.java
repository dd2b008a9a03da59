package dev.redismaintenance.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link MortalOperator} that was started from a test. */
final class MortalProcess implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final Path kubeconfig;

    MortalProcess(String kubeconfigText, String namespace, int lastCall) throws IOException {
        kubeconfig = Files.createTempFile("mortal-", ".kubeconfig");
        Files.writeString(kubeconfig, kubeconfigText);
        log = Files.createTempFile("mortal-", ".log");
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp", System.getProperty("java.class.path"),
                MortalOperator.class.getName(), kubeconfig.toString(), namespace, String.valueOf(lastCall))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Whether the count killed it. */
    boolean killed() {
        return !alive() && process.exitValue() == MortalOperator.KILLED;
    }

    /** The external calls it has made so far. */
    List<String> calls() throws IOException {
        return Files.readAllLines(log).stream().filter(line -> line.startsWith("call ")).toList();
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.toFile().delete();
        kubeconfig.toFile().delete();
    }
}
