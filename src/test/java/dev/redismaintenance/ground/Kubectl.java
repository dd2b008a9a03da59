package dev.redismaintenance.ground;

import java.io.IOException;
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
        available();
        return Program.run("", Stream.concat(Stream.of(program()), Stream.of(arguments)).toList());
    }

    /** As somebody types it who has this configuration. */
    public static String shell(Path kubeconfig, String command) throws IOException, InterruptedException {
        available();
        return Program.run("", List.of("env", "KUBECONFIG=" + kubeconfig, "PATH=" + Path.of(program()).getParent() + ":" + System.getenv("PATH"), "sh", "-c", command));
    }

    private static void available() {
        if (!ControlPlane.available() && !Boolean.parseBoolean(System.getenv("REQUIRE_API_SERVER"))) {
            throw new TestAbortedException("no kubectl on this machine: make kube-binaries");
        }
    }
}
