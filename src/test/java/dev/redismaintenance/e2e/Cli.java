package dev.redismaintenance.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
        return run(Optional.empty(), command);
    }

    static String given(String input, String... command) {
        return run(Optional.of(input), command);
    }

    static void say(String text, Object... values) {
        System.out.printf("%7.1f s  %s%n", Duration.between(BEGAN, Instant.now()).toMillis() / 1000.0, values.length == 0 ? text : text.formatted(values));
    }

    static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":")).anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static String run(Optional<String> input, String... command) {
        try {
            Path errors = Files.createTempFile("e2e-", ".err");
            try {
                Process process = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectError(errors.toFile()).start();
                try (var in = process.getOutputStream()) {
                    in.write(input.orElse("").getBytes(StandardCharsets.UTF_8));
                }
                String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new IllegalStateException(String.join(" ", command) + ": " + (Files.readString(errors) + printed).strip());
                }
                return printed;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
