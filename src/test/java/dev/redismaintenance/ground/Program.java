package dev.redismaintenance.ground;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a program to its end. */
public final class Program {
    private Program() {
    }

    /**
     * @param input what it reads
     * @return what it printed
     * @throws IllegalStateException when it ends with another status than 0, with what it said
     */
    public static String run(String input, List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("program-", ".err");
        try {
            Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + (Files.readString(errors) + printed).strip());
            }
            return printed;
        } finally {
            Files.delete(errors);
        }
    }
}
