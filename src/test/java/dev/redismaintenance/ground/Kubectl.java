package dev.redismaintenance.ground;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** What does kubectl print? It lies beside the API server's programs; where they are missing the calling test is skipped, as {@link ControlPlane} does. */
public final class Kubectl {
    private Kubectl() {
    }

    /** Where it lies. */
    public static String program() {
        return KubeBinaries.find().orElseThrow(() -> new IllegalStateException("no kubectl on this machine: make kube-binaries")).program("kubectl");
    }

    public static String run(String... arguments) throws IOException, InterruptedException {
        if (!ControlPlane.available() && !Boolean.parseBoolean(System.getenv("REQUIRE_API_SERVER"))) {
            throw new TestAbortedException("no kubectl on this machine: make kube-binaries");
        }
        String program = program();
        Path errors = Files.createTempFile("kubectl-", ".err");
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of(program), Stream.of(arguments)).toList()).redirectError(errors.toFile()).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("kubectl " + List.of(arguments) + ": " + Files.readString(errors));
            }
            return printed;
        } finally {
            Files.delete(errors);
        }
    }
}
