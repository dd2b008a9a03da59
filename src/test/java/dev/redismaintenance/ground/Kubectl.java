package dev.redismaintenance.ground;

import java.io.IOException;
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
        return Program.run("", Stream.concat(Stream.of(program()), Stream.of(arguments)).toList());
    }
}
