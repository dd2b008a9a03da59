package dev.redismaintenance.ground;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** May a process be started in a network of its own, and if not, is that this machine's or this process's lot, or a fault? */
public final class OwnNetwork {
    /** The first part of a command whose rest is to run in a network, with mounts and process ids of its own. */
    public static final List<String> COMMAND = List.of("unshare", "--net", "--mount", "--fork", "--pid", "--kill-child", "--mount-proc");
    private static final List<String> TOOLS = List.of("unshare", "mount", "ip");
    /** From linux/capability.h. */
    private static final int CAP_SYS_ADMIN = 21;
    private static final Path STATUS = Path.of("/proc/self/status");

    private OwnNetwork() {
    }

    /** What it takes and this process does not have; with nothing lacking it has to succeed. */
    public static List<String> lacking() {
        if (!Files.exists(STATUS)) {
            return List.of("Linux");
        }
        try {
            return lacking(Files.readString(STATUS), OwnNetwork::onPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param status of the process, as proc(5) has it */
    static List<String> lacking(String status, Predicate<String> tool) {
        Map<String, String> fields = status.lines().filter(line -> line.contains(":")).map(line -> line.split(":", 2))
                .collect(Collectors.toMap(words -> words[0], words -> words[1].strip()));
        List<String> lacking = new ArrayList<>();
        // real, effective, saved, for file systems
        if (!fields.get("Uid").split("\\s+")[1].equals("0")) {
            lacking.add("root");
        }
        if ((Long.parseUnsignedLong(fields.get("CapEff"), 16) >>> CAP_SYS_ADMIN & 1) == 0) {
            lacking.add("CAP_SYS_ADMIN");
        }
        TOOLS.stream().filter(tool.negate()).forEach(lacking::add);
        return lacking;
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).filter(dir -> !dir.isEmpty()).map(dir -> Path.of(dir, tool)).anyMatch(Files::isExecutable);
    }

    /** What was said when one was tried to be made; empty when it was. */
    public static String trial() throws InterruptedException {
        List<String> command = Stream.concat(COMMAND.stream(), Stream.of("ip", "link", "set", "lo", "up")).toList();
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            return exit == 0 ? "" : command + " ended with " + exit + ": " + said.strip();
        } catch (IOException e) {
            return command + ": " + e.getMessage();
        }
    }
}
