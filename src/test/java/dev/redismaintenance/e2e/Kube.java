package dev.redismaintenance.e2e;

import dev.redismaintenance.ground.Kubectl;
import java.util.stream.Stream;

/** {@code kubectl}, of the PATH or beside the API server's programs, in the namespace of the servers. */
final class Kube {
    /** Of the servers; the one that the operator serves. */
    static final String NAMESPACE = "redis-maintenance-e2e-caches";
    private static final String PROGRAM = Cli.onPath("kubectl") ? "kubectl" : Kubectl.program();

    private Kube() {
    }

    /** A command of the whole cluster. */
    static String ctl(String... arguments) {
        return Cli.quiet(command(arguments));
    }

    static String in(String... arguments) {
        return Cli.quiet(command(namespaced(arguments)));
    }

    static void apply(String manifest) {
        Cli.given(manifest, command(namespaced("apply", "-f", "-")));
    }

    /** As a person types it, and shown. */
    static String typed(String... arguments) {
        Cli.say("$ kubectl %s", String.join(" ", arguments));
        return ctl(arguments);
    }

    private static String[] namespaced(String... arguments) {
        return Stream.concat(Stream.of("--namespace", NAMESPACE), Stream.of(arguments)).toArray(String[]::new);
    }

    private static String[] command(String... arguments) {
        return Stream.concat(Stream.of(PROGRAM), Stream.of(arguments)).toArray(String[]::new);
    }
}
