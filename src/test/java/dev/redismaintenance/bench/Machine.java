package dev.redismaintenance.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is measured on? */
public final class Machine {
    private Machine() {
    }

    /** Runnable processes, averaged over the last minute; the measurement itself is among them. */
    public static double load() {
        return Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    public static String description() {
        return Text.of("%d cores (%s), %s GB, Linux %s, Java %s, loopback addresses, files in the system's temporary directory", Runtime.getRuntime().availableProcessors(),
                first("/proc/cpuinfo", "model name", "unknown"), memory(), System.getProperty("os.version"), System.getProperty("java.version"));
    }

    /** The commit that is checked out, and whether files differ from it. */
    public static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude", "*").start();
            String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return text.isEmpty() ? "unknown" : text;
        } catch (IOException noGit) {
            return "unknown";
        }
    }

    private static String memory() {
        String kilobytes = first("/proc/meminfo", "MemTotal", "").replaceAll("\\D", "");
        return kilobytes.isEmpty() ? "?" : String.valueOf(Math.round(Long.parseLong(kilobytes) / 1048576.0));
    }

    private static String first(String file, String name, String otherwise) {
        try {
            return Files.readAllLines(Path.of(file)).stream().filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim()).orElse(otherwise);
        } catch (IOException notLinux) {
            return otherwise;
        }
    }
}
