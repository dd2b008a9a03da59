package dev.redismaintenance.e2e;

import dev.redismaintenance.ground.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Runs the programs that a person would, and shows what was typed. */
final class Cli {
    private static final Instant BEGAN = Instant.now();

    private Cli() {
    }

    /** A command whose line is worth reading. */
    static String shown(String... command) {
        say("$ %s", String.join(" ", command));
        return quiet(command);
    }

    /** Its output; a failure is thrown with what it wrote. */
    static String quiet(String... command) {
        return given("", command);
    }

    /** What it reads as its input. */
    static String given(String input, String... command) {
        try {
            return Program.run(input, List.of(command));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static void say(String text, Object... values) {
        System.out.printf("%7.1f s  %s%n", Duration.between(BEGAN, Instant.now()).toMillis() / 1000.0, values.length == 0 ? text : text.formatted(values));
    }

    static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":")).anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
